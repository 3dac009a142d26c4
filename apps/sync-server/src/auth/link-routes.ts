import type { DocumentName } from "@ligature/protocol"
import type { DocumentStore } from "@ligature/store"
import type { FastifyInstance, FastifyRequest } from "fastify"
import { Problem } from "../api/problem.ts"
import { about } from "../api/route-schema.ts"
import { accessBehind, type LinkKind } from "./access-rules.ts"
import type { Authority } from "./authority.ts"
import { documentFor } from "./http-visitor.ts"

interface OfDocument {
  Params: { document: string }
}

/** The two links of a document in open mode, for whoever may write in it: their keys, new ones, none. */
export function addLinkRoutes(
  app: FastifyInstance,
  o: { readonly authority: Authority; readonly store: DocumentStore },
): void {
  const { authority, store } = o
  const { rules } = authority

  /** Nothing is kept about a document that nobody has written in: asking for links must not fill the disk. */
  async function writtenDocument(
    request: FastifyRequest<OfDocument>,
    name: string = request.params.document,
  ): Promise<DocumentName> {
    const document = await documentFor(authority, request, name, "write")
    if (authority.mode !== "open") {
      throw new Problem(409, "no-links", "Here tokens say who may come in; documents have no links of their own.")
    }
    if ((await store.state(document)) === "live") return document
    throw new Problem(
      404,
      "no-such-document",
      "There is no such document, or nothing of it has reached the server yet.",
    )
  }

  async function linksOf(document: DocumentName): Promise<Record<"write" | "read" | "isReadRemoved", unknown>> {
    const { write, read, isReadRemoved } = (await rules.of(document)).links
    return { write: write ?? document, read, isReadRemoved }
  }

  /** With the key that the client has made, if it made one: then it knows the link even if our answer gets lost, and can ask again. */
  async function renew(request: FastifyRequest<OfDocument>, kind: LinkKind): Promise<DocumentName> {
    const key = keyIn(request.body)
    // It happened already, and the key that the address has opens nothing any more.
    if (kind === "write" && key !== null && (await opensForWriting(key))) return writtenDocument(request, key)
    const document = await writtenDocument(request)
    if (key !== null && !(await rules.isFree(key))) {
      throw new Problem(409, "key-taken", "This key opens something already; make another one.")
    }
    await rules.renewLink(document, kind, key ?? undefined)
    return document
  }

  async function opensForWriting(key: string): Promise<boolean> {
    const document = await rules.documentBehind(key)
    return document !== null && accessBehind((await rules.of(document)).links, key, document) === "write"
  }

  async function linksFor(request: FastifyRequest<OfDocument>): Promise<object> {
    return linksOf(await writtenDocument(request))
  }

  app.get<OfDocument>(
    "/api/documents/:document/links",
    about("access", "readLinks", "The keys of the two links of a document"),
    (request) => linksFor(request),
  )

  app.put<OfDocument>(
    "/api/documents/:document/links/read",
    about("access", "makeReadLink", "Makes a link to read, if there is none"),
    async (request, reply) => {
      const document = await writtenDocument(request)
      await rules.readLink(document)
      return reply.send(await linksOf(document))
    },
  )

  app.post<OfDocument>(
    "/api/documents/:document/links/read",
    about("access", "renewReadLink", "Makes a new link to read; the old one opens nothing any more"),
    async (request, reply) => {
      return reply.code(201).send(await linksOf(await renew(request, "read")))
    },
  )

  app.delete<OfDocument>(
    "/api/documents/:document/links/read",
    about("access", "revokeReadLink", "Takes the link to read away"),
    async (request, reply) => {
      await rules.revokeReadLink(await writtenDocument(request))
      return reply.code(204).send()
    },
  )

  app.post<OfDocument>(
    "/api/documents/:document/links/write",
    about("access", "renewWriteLink", "Makes a new link to write; the old one opens nothing any more"),
    async (request, reply) => {
      return reply.code(201).send(await linksOf(await renew(request, "write")))
    },
  )
}

function keyIn(body: unknown): string | null {
  if (typeof body !== "object" || body === null || !("key" in body)) return null
  if (typeof body.key === "string" && /^[\w-]{22}$/.test(body.key)) return body.key
  throw new Problem(400, "bad-key", "A key is 128 random bits in base64url: 22 letters, digits, - and _.")
}
