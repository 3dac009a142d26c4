import type { FastifyInstance } from "fastify"
import type { Admissions } from "./admissions.ts"

declare module "fastify" {
  interface FastifyRequest {
    /** Whom limits count and logs name: the visitor's address as far as proxies of ours vouch for it, never what strangers say. */
    address: string | null
  }
}

/** Every route has `request.address`. Fastify's own `request.ip` knows nothing of `--trust-proxy`, and is not to be used. */
export function knowAddresses(app: FastifyInstance, admissions: Pick<Admissions, "addressOf"> | null): void {
  app.decorateRequest("address", null)
  app.addHook("onRequest", async (request) => {
    request.address =
      admissions === null ? (request.raw.socket.remoteAddress ?? null) : admissions.addressOf(request.raw)
  })
}
