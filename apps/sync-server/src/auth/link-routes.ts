import type { DocumentName } from "@ligature/protocol"
import type { DocumentStore } from "@ligature/store"
import type { FastifyInstance, FastifyRequest } from "fastify"
import { Problem } from "../api/problem.ts"
import { about } from "../api/route-schema.ts"
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
  async function writtenDocument(request: FastifyRequest<OfDocument>): Promise<DocumentName> {
    const document = await documentFor(authority, request, request.params.document, "write")
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

  async function linksOf(document: DocumentName): Promise<{ write: string; read: string | null }> {
    const { links } = await rules.of(document)
    return { write: links.write ?? document, read: links.read }
  }

  async function linksFor(request: FastifyRequest<OfDocument>): Promise<object> {
    return linksOf(await writtenDocument(request))
  }

  app.get<OfDocument>(
    "/api/documents/:document/links",
    about("access", "readLinks", "The keys of the two links of a document"),
    (request) => linksFor(request),
  )

  app.post<OfDocument>(
    "/api/documents/:document/links/read",
    about("access", "renewReadLink", "Makes a new link to read; the old one opens nothing any more"),
    async (request, reply) => {
      const document = await writtenDocument(request)
      await rules.renewLink(document, "read")
      return reply.code(201).send(await linksOf(document))
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
      const document = await writtenDocument(request)
      await rules.renewLink(document, "write")
      return reply.code(201).send(await linksOf(document))
    },
  )
}
