import type { FastifyInstance } from "fastify"
import type { AuditEntry } from "../operations/audit-log.ts"

/** What each route that changes who may come in is called in the audit log. */
const ACTIONS: ReadonlyMap<string, string> = new Map([
  ["POST /api/session", "sign-in"],
  ["DELETE /api/session", "sign-out"],
  ["PUT /api/documents/:document/access", "rule"],
  ["DELETE /api/documents/:document/access", "lift-rule"],
  ["PUT /api/documents/:document/access/:subject", "rule"],
  ["DELETE /api/documents/:document/access/:subject", "lift-rule"],
  ["PUT /api/subjects/:subject/access", "rule"],
  ["DELETE /api/subjects/:subject/access", "lift-rule"],
  ["DELETE /api/subjects/:subject/sessions", "end-sessions"],
  ["PUT /api/documents/:document/links/read", "make-read-link"],
  ["POST /api/documents/:document/links/read", "new-read-link"],
  ["DELETE /api/documents/:document/links/read", "remove-read-link"],
  ["POST /api/documents/:document/links/write", "new-write-link"],
])

/** Notes who changed what, and who was not let to. */
export function auditAuth(app: FastifyInstance, record: (entry: AuditEntry) => void): void {
  app.addHook("onResponse", async (request, reply) => {
    const action = ACTIONS.get(`${request.method} ${request.routeOptions.url}`)
    if (action === undefined) return
    const { document = null, subject = null } = namesIn(request.params)
    const about = subject === null ? "" : ` about ${subject}`
    const access = accessIn(request.body)
    record({
      who: request.visitor?.subject ?? null,
      document,
      action,
      address: request.address,
      result: `${reply.statusCode}${about}${access === null ? "" : `: ${access}`}`,
    })
  })
}

function namesIn(params: unknown): { document?: string; subject?: string } {
  const names: { document?: string; subject?: string } = {}
  if (typeof params !== "object" || params === null) return names
  if ("document" in params && typeof params.document === "string") names.document = params.document
  if ("subject" in params && typeof params.subject === "string") names.subject = params.subject
  return names
}

function accessIn(body: unknown): string | null {
  if (typeof body !== "object" || body === null || !("access" in body)) return null
  return typeof body.access === "string" ? body.access.slice(0, 20) : null
}
