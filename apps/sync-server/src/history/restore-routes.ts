import { parseDocumentName, ProtocolError, type DocumentName, type Millis } from "@ligature/protocol"
import type { Rooms } from "@ligature/room"
import type { DocumentStore } from "@ligature/store"
import type { LevelStore } from "@ligature/store-level"
import { randomBytes } from "node:crypto"
import type { FastifyInstance, FastifyRequest } from "fastify"
import { Problem } from "../api/problem.ts"
import { asProblem } from "../api/store-problem.ts"
import type { Authority } from "../auth/authority.ts"
import { documentFor } from "../auth/http-visitor.ts"
import { bringUpdate } from "../documents/bring-update.ts"
import type { AuditEntry } from "../operations/audit-log.ts"
import { shareBlobs } from "../uploads/blob-rows.ts"
import { type RestorePoint, restorePoints } from "./restore-points.ts"

/** A store that knows what was, and what is noted of those who ask. */
export interface HistorySource extends Pick<LevelStore, "history" | "stateAt"> {
  /** How long history is kept: what was deleted before may be gone, so there is no going back beyond. */
  readonly keepMs: Millis
  audit(entry: AuditEntry): void
  now(): Millis
}

interface OfDocument {
  Params: { document: string }
}

interface OfPoint {
  Params: { document: string; point: string }
}

/**
 * Restore points of a document, for whoever may write in it: deleted words are in them, which readers must not see. A copy is a new document, so
 * that nobody's present words are touched by going back.
 */
export function addRestoreRoutes(
  app: FastifyInstance,
  o: {
    readonly authority: Authority
    readonly store: DocumentStore
    readonly history: HistorySource
    readonly rooms: () => Rooms
  },
): void {
  const { authority, store, history } = o

  app.get<OfDocument>("/api/documents/:document/restore-points", LIST, (request) => pointsOf(request))

  app.get<OfPoint>("/api/documents/:document/restore-points/:point", READ, async (request, reply) => {
    const update = await stateAt(await written(request), request)
    return reply.type("application/octet-stream").send(Buffer.from(update))
  })

  app.post<OfPoint & { Querystring: { name?: string } }>(
    "/api/documents/:document/restore-points/:point/copy",
    COPY,
    async (request, reply) => {
      const document = await written(request)
      const name = await newDocument(request, request.query.name)
      const update = await stateAt(document, request)
      // By nobody: its writers wrote it, and may go on with it there.
      await bringUpdate(o.rooms(), name, update)
      await shareBlobs(store, document, name).catch(asProblem)
      history.audit({
        who: request.visitor?.subject ?? null,
        document,
        action: "restore-copy",
        address: request.address,
        result: `copied to ${name}`,
      })
      return reply
        .code(201)
        .header("location", `/api/documents/${encodeURIComponent(name)}`)
        .send({ name })
    },
  )

  async function pointsOf(request: FastifyRequest<OfDocument>): Promise<object> {
    const document = await written(request)
    const [entries, rows] = await Promise.all([history.history(document), store.readRows(document)]).catch(asProblem)
    const points = restorePoints(entries, history.now(), history.keepMs)
    return { restorePoints: points.map((point) => described(point, rows)) }
  }

  async function written(request: FastifyRequest<OfDocument>): Promise<DocumentName> {
    const document = await documentFor(authority, request, request.params.document, "write")
    const state = await store.state(document).catch(asProblem)
    if (state === "absent") throw new Problem(404, "no-such-document", "There is no document of this name.")
    return document
  }

  async function stateAt(document: DocumentName, request: FastifyRequest<OfPoint>): Promise<Uint8Array> {
    const time = Number(request.params.point)
    if (!/^\d{1,15}$/.test(request.params.point) || !Number.isSafeInteger(time)) {
      throw new Problem(404, "no-such-restore-point", "A restore point is a time in milliseconds since 1970.")
    }
    if (time < history.now() - history.keepMs) {
      throw new Problem(404, "no-such-restore-point", "The server does not keep what was that long ago.")
    }
    const update = await history.stateAt(document, time).catch(asProblem)
    if (update.length > EMPTY_UPDATE_BYTES) return update
    throw new Problem(404, "no-such-restore-point", "Nothing had been written in this document at that time.")
  }

  async function newDocument(request: FastifyRequest, wanted: string | undefined): Promise<DocumentName> {
    const name = nameIn(wanted ?? randomBytes(16).toString("base64url"))
    const document = await documentFor(authority, request, name, "write")
    if ((await store.state(document).catch(asProblem)) === "absent") return document
    throw new Problem(409, "document-exists", "There is a document of this name already, or was one; choose another.")
  }
}

/** An update of nothing: no structs, no deletes. */
const EMPTY_UPDATE_BYTES = 2

function described(point: RestorePoint, rows: ReadonlyMap<string, Uint8Array>): object {
  const { time, kind, authors, size } = point
  return {
    id: String(time),
    time: new Date(time).toISOString(),
    kind,
    size,
    // Identities stay here: a hash tells nobody anything, and a subject may be an address.
    authors: authors.map((author) => nameOf(author, rows)),
  }
}

/** What somebody called themselves when they wrote last; null for nobody known. */
function nameOf(author: string | null, rows: ReadonlyMap<string, Uint8Array>): string | null {
  const row = author === null ? undefined : rows.get(`name/${author}`)
  return row === undefined ? null : new TextDecoder().decode(row)
}

function nameIn(text: string): DocumentName {
  try {
    return parseDocumentName(text)
  } catch (cause) {
    if (!(cause instanceof ProtocolError)) throw cause
    throw new Problem(400, "bad-name", cause.message, { cause })
  }
}

const NAME = { type: "string", minLength: 1, maxLength: 600 } as const
const OF_DOCUMENT = { type: "object", properties: { document: NAME }, required: ["document"] } as const
const OF_POINT = {
  type: "object",
  properties: { document: NAME, point: { type: "string", description: "`id` of a restore point" } },
  required: ["document", "point"],
} as const

const LIST = {
  schema: {
    operationId: "listRestorePoints",
    summary:
      "Moments of a document to go back to: hourly for a day, daily for a month, before big deletions; newest first",
    params: OF_DOCUMENT,
  },
}
const READ = {
  schema: {
    operationId: "readRestorePoint",
    summary: "The document as it was then, as one Yjs update (V1) for a new document",
    params: OF_POINT,
  },
}
const COPY = {
  schema: {
    operationId: "copyRestorePoint",
    summary: "Make a new document of what was there then",
    params: OF_POINT,
    querystring: { type: "object", properties: { name: NAME } },
  },
}
