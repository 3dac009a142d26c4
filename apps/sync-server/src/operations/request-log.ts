import { randomBytes } from "node:crypto"
import type { FastifyInstance } from "fastify"
import type { ServerLog } from "../server-log.ts"

/** Names a request, in its answer's `x-request-id` and in every line that is logged about it; never taken from the request. */
export function newRequestId(): string {
  return randomBytes(8).toString("hex")
}

/** A line for each request, at level debug: the route, not the address, which holds names of documents and what people sent. */
export function logRequests(app: FastifyInstance, log: ServerLog): void {
  app.addHook("onRequest", async (request, reply) => {
    reply.header("x-request-id", request.id)
  })
  app.addHook("onResponse", async (request, reply) => {
    const { id, method, routeOptions, address } = request
    const ms = Math.round(reply.elapsedTime)
    const { statusCode: status } = reply
    log.debug({ request: id, address, method, route: routeOptions.url ?? null, status, ms }, "a request")
  })
}
