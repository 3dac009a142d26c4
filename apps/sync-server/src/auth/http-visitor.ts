import { parseDocumentName, ProtocolError, type Access, type DocumentName } from "@ligature/protocol"
import type { FastifyInstance, FastifyRequest } from "fastify"
import { Problem, replyWithProblem } from "../api/problem.ts"
import type { Authority } from "./authority.ts"
import { isAtLeast } from "./grant.ts"
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
    if (!isApi(request)) return undefined
    reply.header("cache-control", "no-store")
    const { headers, url, method } = request
    const identified = await authority.identify({ headers, url, method })
    if (identified.visitor === null) return replyWithProblem(reply, problemOf(identified.failure))
    request.visitor = identified.visitor
    return undefined
  })
}

/**
 * The document that a route is about, by its name in the store, for a visitor who may do at least `needs`.
 * @param name as it stands in the address, decoded: a document name, or the key of a link
 * @throws {Problem} for anybody else, and for what cannot be a name
 */
export async function documentFor(
  authority: Authority,
  request: FastifyRequest,
  name: string,
  needs: Exclude<Access, "none">,
): Promise<DocumentName> {
  const admission = await authority.admit(visitorOf(request), documentNameOf(name))
  if (admission.document === null) throw problemOf(admission.failure)
  if (!isAtLeast(admission.access, needs)) throw problemOf("not-allowed")
  return admission.document
}

/**
 * Lets those pass who rule over the whole server.
 * @throws {Problem} for everybody else
 */
export async function needsServerAdmin(authority: Authority, request: FastifyRequest): Promise<void> {
  if (!(await authority.administers(visitorOf(request)))) throw problemOf("not-allowed")
}

/** Who sends a request under `/api/`. */
export function visitorOf(request: FastifyRequest): Visitor {
  if (request.visitor === null) throw new TypeError(`${request.routeOptions.url} asks nobody who they are`)
  return request.visitor
}

function isApi(request: FastifyRequest): boolean {
  // The route that was found, not the address as it was written: %61pi is api, too.
  return (request.routeOptions.url ?? request.url).startsWith("/api/")
}

function documentNameOf(text: string): DocumentName {
  try {
    return parseDocumentName(text)
  } catch (error) {
    if (error instanceof ProtocolError) throw new Problem(400, "bad-document-name", error.message)
    throw error
  }
}

function problemOf(failure: AuthFailure): Problem {
  const headers = failure === "sign-in-again" ? { "www-authenticate": "Bearer" } : {}
  return new Problem(FAILURE_STATUS[failure], failure, SENTENCES[failure], { headers })
}

const SENTENCES: Readonly<Record<AuthFailure, string>> = {
  "sign-in-again": "This needs a token or a session that holds.",
  "not-allowed": "You may not do this, or not with this document.",
  unavailable: "Whether you may do this cannot be found out at the moment. Try again in a while.",
}
