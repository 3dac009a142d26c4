import type { IncomingMessage, Server, ServerResponse } from "node:http"
import type { DocumentStore } from "@ligature/store"
import { fastify, type FastifyInstance } from "fastify"
import { auditAuth } from "./auth/auth-audit.ts"
import type { Authority } from "./auth/authority.ts"
import { identifyVisitors } from "./auth/http-visitor.ts"
import { serveApi } from "./api/api.ts"
import type { OpenDocuments } from "./documents/open-documents.ts"
import { Problem, replyWithProblem } from "./api/problem.ts"
import type { HistorySource } from "./history/restore-routes.ts"
import type { HostNames } from "./host-names.ts"
import type { Admissions } from "./limits/admissions.ts"
import { knowAddresses } from "./limits/request-address.ts"
import type { AuditEntry } from "./operations/audit-log.ts"
import { logRequests, newRequestId } from "./operations/request-log.ts"
import type { Readiness } from "./readiness.ts"
import { securityHeaders } from "./security-headers.ts"
import type { ServerLimits } from "./server-limits.ts"
import type { ServerLog } from "./server-log.ts"
import { serveFiles } from "./uploads/upload-routes.ts"
import { isSyncPath } from "./sync-request.ts"
import type { TlsServers } from "./tls/tls-server.ts"
import { serveWebApp } from "./web-app.ts"

/** Everything the server answers over plain HTTP: the web app, `/health` and `/ready`. */
export function createHttpApp(o: {
  readonly hosts: HostNames
  readonly authority: Authority
  readonly store: DocumentStore
  /** What the API needs to do something with documents; it knows nothing of them without. */
  readonly documents?: OpenDocuments
  readonly history?: HistorySource | null
  /** Notes who changes what others may do. */
  readonly audit?: (entry: AuditEntry) => void
  readonly readiness: () => Readiness
  readonly admissions?: Admissions
  /** With what it speaks https; http if left out. */
  readonly tls?: TlsServers | null
  /** Answers what is asked for under `/sync`, on servers that `attach` does not see: for `localhost` there are two. */
  readonly sync?: (request: IncomingMessage, answer: ServerResponse) => void
  readonly webFolder: string
  /** Where the hashed files of earlier releases are kept; null for nowhere. */
  readonly earlierRelease?: string | null
  /** Origins of the sites that may show the app in a frame. */
  readonly frameAncestors?: readonly string[]
  readonly limits: ServerLimits
  readonly log: ServerLog
}): FastifyInstance {
  const { tls } = o
  const timeouts = {
    headersTimeout: o.limits.headersTimeoutMs,
    requestTimeout: o.limits.requestTimeoutMs,
    // How often Node looks for requests past their deadline.
    connectionsCheckingInterval: o.limits.headersTimeoutMs / 10,
  }
  const app = fastify<Server>({
    genReqId: newRequestId,
    forceCloseConnections: "idle",
    // A document name has up to 200 bytes, three signs each in an address.
    routerOptions: { maxParamLength: 600 },
    requestTimeout: timeouts.requestTimeout,
    http: timeouts,
    ...(tls == null
      ? {}
      : {
          serverFactory: (listener) =>
            tls.create(listener, { ...timeouts, handshakeTimeout: o.limits.headersTimeoutMs }),
        }),
  })

  knowAddresses(app, o.admissions ?? null)
  logRequests(app, o.log)
  app.addHook("onRequest", async (request, reply) => {
    const { host } = request.headers
    if (o.sync !== undefined && isSyncPath(request.raw)) {
      reply.hijack()
      o.sync(request.raw, reply.raw)
      return undefined
    }
    if (o.admissions?.allowsRequest(request.raw) === false) {
      return reply
        .code(429)
        .header("retry-after", "30")
        .type("text/plain")
        .send("Too much at once from where you are.\n")
    }
    // Programs that watch the server reach it by names of their own; these two answers tell nothing.
    const isProbe = request.url === "/health" || request.url === "/ready"
    if (!isProbe && !o.hosts.knows(host)) {
      return reply.code(421).type("text/plain").send("This server does not go by that name; see --public-url.\n")
    }
    reply.headers(
      securityHeaders(o.hosts.knows(host) && host !== undefined ? host : "localhost", o.frameAncestors ?? []),
    )
    return undefined
  })

  identifyVisitors(app, o.authority)
  if (o.audit !== undefined) auditAuth(app, o.audit)
  serveApi(app, { ...o, documents: o.documents ?? null, history: o.history ?? null })
  app.get("/health", async () => ({ state: "ok" }))
  app.get("/ready", async (_request, reply) => {
    const readiness = o.readiness()
    return reply.code(readiness.state === "ready" ? 200 : 503).send(readiness)
  })
  if (o.documents?.blobs != null) serveFiles(app, o.documents.blobs)
  serveWebApp(app, o.webFolder, o.earlierRelease ?? null)

  app.setNotFoundHandler((_request, reply) => reply.code(404).type("text/plain").send(NOT_FOUND))
  app.setErrorHandler((error, request, reply) => {
    if (error instanceof Problem) return replyWithProblem(reply, error)
    const status = statusOf(error)
    if (status < 500) return reply.code(status).type("text/plain").send(NOT_FOUND)
    o.log.error({ err: error, request: request.id, route: request.routeOptions.url ?? null }, "a request failed")
    return reply.code(500).type("text/plain").send("Something went wrong here; it has been logged.\n")
  })
  return app
}

function statusOf(error: unknown): number {
  const status = error instanceof Error && "statusCode" in error ? error.statusCode : 500
  return typeof status === "number" ? status : 500
}

const NOT_FOUND = "There is nothing here.\n"
