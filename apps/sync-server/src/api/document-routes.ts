import { randomBytes } from "node:crypto"
import { parseDocumentName, type DocumentName } from "@ligature/protocol"
import { AFTER_RESERVED } from "@ligature/store"
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify"
import { documentFor, needsServerAdmin, visitorOf } from "../auth/http-visitor.ts"
import { bringUpdate } from "../documents/bring-update.ts"
import { DOCUMENT_FORMATS, type DocumentFormat, IMPORT_FORMATS, type ImportFormat } from "../documents/document-job.ts"
import type { OpenDocuments } from "../documents/open-documents.ts"
import type { ApiParts } from "./api.ts"
import { shareBlobs } from "../uploads/blob-rows.ts"
import { Problem } from "./problem.ts"
import * as schemas from "./schemas.ts"
import { asProblem } from "./store-problem.ts"

interface OfDocument {
  Params: { document: string }
}

/** What a host does with documents: make, list, look at, read, write, copy. */
export function addDocumentRoutes(app: FastifyInstance, parts: ApiParts & { readonly documents: OpenDocuments }): void {
  const { authority, store } = parts
  const { rooms, work } = parts.documents

  app.get<{ Querystring: { after?: string; limit: number } }>(
    "/api/documents",
    schemas.LIST_DOCUMENTS,
    async (request) => {
      await needsServerAdmin(authority, request)
      const { after = "", limit } = request.query
      const documents = []
      // One more than asked for tells whether there are more.
      for await (const found of store.list({
        limit: limit + 1,
        after: after > AFTER_RESERVED ? after : AFTER_RESERVED,
      })) {
        const { document, bytes, records, changed, state } = found
        documents.push({ name: document, state, bytes, records, changed: new Date(changed).toISOString() })
      }
      const page = documents.slice(0, limit)
      return { documents: page, next: documents.length > limit ? (page.at(-1)?.name ?? null) : null }
    },
  )

  app.post<{ Querystring: { name?: string; title?: string }; Body: unknown }>(
    "/api/documents",
    schemas.CREATE_DOCUMENT,
    async (request, reply) => {
      const name = await newDocument(request, request.query.name)
      const update = await updateIn(request)
      await bringUpdate(rooms(), name, update, visitorOf(request).identities)
      return created(reply, name)
    },
  )

  app.get<OfDocument>("/api/documents/:document", schemas.INSPECT_DOCUMENT, async (request) => {
    const document = await existing(request, "read")
    const bytes = await store.bytes(document).catch(asProblem)
    return { name: request.params.document, bytes, sessions: rooms().sessionsIn(document).length }
  })

  app.get<OfDocument & { Querystring: { format: DocumentFormat } }>(
    "/api/documents/:document/content",
    schemas.READ_CONTENT,
    async (request, reply) => {
      const { format } = request.query
      const document = await existing(request, "read")
      const { bytes } = await work.run({ task: "write", updates: await storedUpdates(document), format })
      return reply.type(CONTENT_TYPES[format]).send(Buffer.from(bytes))
    },
  )

  app.post<OfDocument & { Body: unknown }>(
    "/api/documents/:document/updates",
    schemas.WRITE_UPDATE,
    async (request, reply) => {
      const document = await existing(request, "write")
      await bringUpdate(rooms(), document, bytesIn(request), visitorOf(request).identities)
      return reply.code(204).send()
    },
  )

  app.post<OfDocument & { Querystring: { name?: string } }>(
    "/api/documents/:document/copy",
    schemas.COPY_DOCUMENT,
    async (request, reply) => {
      const document = await existing(request, "read")
      const name = await newDocument(request, request.query.name)
      const { bytes } = await work.run({ task: "write", updates: await storedUpdates(document), format: "update" })
      // By nobody: who copies a text has not written it, and must not own what its writers may go on with there.
      await bringUpdate(rooms(), name, bytes)
      await shareBlobs(store, document, name).catch(asProblem)
      return created(reply, name)
    },
  )

  app.get<OfDocument>("/api/documents/:document/sessions", schemas.LIST_SESSIONS, async (request) => {
    const document = await existing(request, "read")
    const sessions = rooms()
      .sessionsIn(document)
      .map(({ id, access, joined, presence }) => {
        const user = presence?.["user"]
        return {
          id,
          access,
          joined: new Date(joined).toISOString(),
          name: textAt(user, "name"),
          color: textAt(user, "color"),
        }
      })
    return { sessions }
  })

  app.get("/api/statistics", schemas.STATISTICS, async (request) => {
    await needsServerAdmin(authority, request)
    const { rooms: open, sessions, unstoredBytes } = rooms().stats()
    return { open: { documents: open, sessions, unstoredBytes }, stored: await store.statistics().catch(asProblem) }
  })

  async function existing(request: FastifyRequest<OfDocument>, needs: "read" | "write"): Promise<DocumentName> {
    const document = await documentFor(authority, request, request.params.document, needs)
    const state = await store.state(document).catch(asProblem)
    if (state === "absent") throw new Problem(404, "no-such-document", "There is no document of this name.")
    if (state === "removed") throw new Problem(410, "document-removed", "This document was deleted.")
    return document
  }

  /** A name that nobody has used yet: the one asked for, or one that nobody can guess. */
  async function newDocument(request: FastifyRequest, wanted: string | undefined): Promise<DocumentName> {
    const document = await documentFor(authority, request, wanted ?? mintName(), "write")
    if ((await store.state(document).catch(asProblem)) === "absent") return document
    throw new Problem(409, "document-exists", "There is a document of this name already, or was one; choose another.")
  }

  async function storedUpdates(document: DocumentName): Promise<Uint8Array[]> {
    const updates: Uint8Array[] = []
    try {
      for await (const { update } of store.read(document)) updates.push(update)
    } catch (error) {
      asProblem(error)
    }
    return updates
  }

  /** What a request to make a document brings: a text in one of the formats, an update, or nothing but a title. */
  async function updateIn(
    request: FastifyRequest<{ Querystring: { title?: string }; Body: unknown }>,
  ): Promise<Uint8Array> {
    if (Buffer.isBuffer(request.body)) return request.body
    const format = formatOf(request.headers["content-type"])
    const text = typeof request.body === "string" ? request.body : ""
    const made = await work.run({ task: "make", text, format, title: request.query.title ?? null })
    return made.bytes
  }
}

/** 128 random bits, as the web app mints them. */
function mintName(): DocumentName {
  return parseDocumentName(randomBytes(16).toString("base64url"))
}

function created(reply: FastifyReply, name: DocumentName): FastifyReply {
  return reply
    .code(201)
    .header("location", `/api/documents/${encodeURIComponent(name)}`)
    .send({ name })
}

function formatOf(contentType: string | undefined): ImportFormat {
  const subtype = /^text\/(\w+)/.exec(contentType ?? "text/markdown")?.[1]
  return IMPORT_FORMATS.find((format) => format === subtype) ?? "markdown"
}

function bytesIn(request: FastifyRequest): Uint8Array {
  if (Buffer.isBuffer(request.body) && request.body.length > 0) return request.body
  throw new Problem(400, "no-update", "The body must be a Yjs update (V1), sent as application/octet-stream.")
}

function textAt(object: unknown, key: string): string | null {
  const value = typeof object === "object" && object !== null && key in object ? Reflect.get(object, key) : null
  return typeof value === "string" ? value : null
}

const CONTENT_TYPES: Readonly<Record<(typeof DOCUMENT_FORMATS)[number], string>> = {
  markdown: "text/markdown; charset=utf-8",
  // It is a document's own HTML: shown as a page of this server it must not do more than be read.
  html: "text/html; charset=utf-8",
  text: "text/plain; charset=utf-8",
  json: "application/json; charset=utf-8",
  update: "application/octet-stream",
}
