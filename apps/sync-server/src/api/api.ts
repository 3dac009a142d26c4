import { fastifySwagger } from "@fastify/swagger"
import type { DocumentStore } from "@ligature/store"
import type { FastifyInstance } from "fastify"
import type { Authority } from "../auth/authority.ts"
import type { OpenDocuments } from "../documents/open-documents.ts"
import { addRestoreRoutes, type HistorySource } from "../history/restore-routes.ts"
import { addTrashRoutes } from "../history/trash-routes.ts"
import type { HostNames } from "../host-names.ts"
import type { ServerLog } from "../server-log.ts"
import { addAuthRoutes } from "../auth/auth-routes.ts"
import { addDocumentRoutes } from "./document-routes.ts"
import { addUploadRoutes } from "../uploads/upload-routes.ts"
import { Problem, replyWithProblem } from "./problem.ts"

/** What the routes under `/api/` work with. */
export interface ApiParts {
  readonly authority: Authority
  readonly hosts: HostNames
  readonly store: DocumentStore
  /** Null where nothing can be done with documents beside letting people in. */
  readonly documents: OpenDocuments | null
  /** Null for a store that does not know what was. */
  readonly history: HistorySource | null
  readonly log: ServerLog
}

/** A text of this size is a book; more has to come as updates. */
const IMPORT_BYTES = 16 * 1024 * 1024

/**
 * The HTTP API for hosts: everything under `/api/`, described at `/api/openapi.json`. Errors are problem documents (RFC 9457).
 */
export function serveApi(app: FastifyInstance, parts: ApiParts): void {
  app.register(async (api) => {
    await api.register(fastifySwagger, {
      openapi: {
        openapi: "3.1.0",
        info: {
          title: "Ligature",
          description:
            "For programs that look after the documents of a Ligature server. Who may do what follows the same rules as in the editor.",
          version: "1",
        },
        components: {
          securitySchemes: {
            token: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
            session: { type: "apiKey", in: "cookie", name: "__Host-ligature" },
          },
        },
        security: [{ token: [] }, { session: [] }],
      },
    })
    api.addContentTypeParser(["text/markdown", "text/html"], { parseAs: "string", bodyLimit: IMPORT_BYTES }, takeBody)
    api.addContentTypeParser("application/octet-stream", { parseAs: "buffer", bodyLimit: IMPORT_BYTES }, takeBody)
    api.setErrorHandler((error, request, reply) => {
      const problem = problemOf(error)
      if (problem.status >= 500) {
        parts.log.error({ err: error, route: request.routeOptions.url }, "a request failed")
      }
      return replyWithProblem(reply, problem)
    })
    addAuthRoutes(api, parts)
    if (parts.documents !== null) {
      addDocumentRoutes(api, { ...parts, documents: parts.documents })
      if (parts.history !== null) {
        addRestoreRoutes(api, { ...parts, history: parts.history, rooms: parts.documents.rooms })
      }
      const { trash, tell } = parts.documents
      if (trash !== null) addTrashRoutes(api, { ...parts, trash, tell })
      if (parts.documents.blobs !== null) addUploadRoutes(api, { ...parts, blobs: parts.documents.blobs })
    }
    api.get("/api/openapi.json", { schema: { hide: true } }, async () => api.swagger())
    api.all("/api/*", { schema: { hide: true } }, async () => {
      throw new Problem(404, "no-such-route", "The API has nothing at this address; see /api/openapi.json.")
    })
  })
}

function takeBody<T>(_request: unknown, body: T, done: (error: null, body: T) => void): void {
  done(null, body)
}

/** Problems as they are; what Fastify finds wrong with a request in the same form; anything else is a fault of ours that says nothing. */
function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error
  const status = error instanceof Error && "statusCode" in error ? error.statusCode : null
  if (error instanceof Error && typeof status === "number" && status >= 400 && status < 500) {
    return new Problem(status, CODES[status] ?? "bad-request", error.message, { cause: error })
  }
  return new Problem(500, "fault", "Something went wrong on the server; it has been logged.", { cause: error })
}

const CODES: Readonly<Record<number, string>> = {
  413: "body-too-large",
  415: "unsupported-media-type",
}
