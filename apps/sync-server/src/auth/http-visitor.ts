import type { Access, DocumentName } from "@ligature/protocol"
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify"
import type { Authority } from "./authority.ts"
import { FAILURE_STATUS, type AuthFailure, type Visitor } from "./visitor.ts"

declare module "fastify" {
  interface FastifyRequest {
    /** Who sends this request; null on routes outside `/api/`, which ask nobody who they are. */
    visitor: Visitor | null
  }
}

/** Routes under `/api/` know who asks: `request.visitor` is set, or the request was answered with 401 or 503. Nothing of theirs is cached. */
export function identifyVisitors(app: FastifyInstance, authority: Authority): void {
  app.decorateRequest("visitor", null)
  app.addHook("onRequest", async (request, reply) => {
    if (!request.url.startsWith(API)) return undefined
    reply.header("cache-control", "no-store")
    const { headers, url, method } = request
    const identified = await authority.identify({ headers, url, method })
    if (identified.visitor === null) return refuse(reply, identified.failure)
    request.visitor = identified.visitor
    return undefined
  })
}

/**
 * The document that a route is about, for a visitor who may do at least `needs`.
 * @throws {HttpRefusal} for anybody else
 */
export async function documentFor(
  authority: Authority,
  request: FastifyRequest,
  name: DocumentName,
  needs: Exclude<Access, "none">,
): Promise<DocumentName> {
  if (request.visitor === null) throw new TypeError(`${request.url} is outside of ${API}, where nobody is identified`)
  const admission = await authority.admit(request.visitor, name)
  if (admission.document === null) throw new HttpRefusal(admission.failure)
  if (STRENGTH[admission.access] < STRENGTH[needs]) throw new HttpRefusal("not-allowed")
  return admission.document
}

/** An answer of 401, 403 or 503; `statusCode` is what Fastify reads. */
export class HttpRefusal extends Error {
  readonly code: AuthFailure
  readonly statusCode: number

  constructor(code: AuthFailure) {
    super(SENTENCES[code])
    this.name = "HttpRefusal"
    this.code = code
    this.statusCode = FAILURE_STATUS[code]
  }
}

const API = "/api/"
const STRENGTH: Readonly<Record<Access, number>> = { none: 0, read: 1, comment: 2, write: 3, admin: 4 }
const SENTENCES: Readonly<Record<AuthFailure, string>> = {
  "sign-in-again": "A token or a session is needed that this server accepts.",
  "not-allowed": "This is not allowed.",
  unavailable: "Who may do this cannot be found out at the moment.",
}

function refuse(reply: FastifyReply, failure: AuthFailure): FastifyReply {
  if (failure === "sign-in-again") reply.header("www-authenticate", "Bearer")
  return reply
    .code(FAILURE_STATUS[failure])
    .type("application/problem+json")
    .send(JSON.stringify({ title: SENTENCES[failure], status: FAILURE_STATUS[failure], code: failure }))
}
