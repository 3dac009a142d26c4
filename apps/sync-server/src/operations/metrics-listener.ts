import { createServer } from "node:http"
import { ConfigError } from "../config-error.ts"
import type { ServerLog } from "../server-log.ts"
import type { Metrics } from "./metrics.ts"

/** `GET /metrics` on a port of its own, which the world need not reach. */
export interface MetricsListener extends AsyncDisposable {
  readonly port: number
}

/** @throws {ConfigError} CANNOT_LISTEN */
export async function listenForScrapes(o: {
  readonly host: string
  readonly port: number
  readonly metrics: Metrics
  readonly log: ServerLog
}): Promise<MetricsListener> {
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000 }, (request, response) => {
    if (request.method !== "GET" || request.url !== "/metrics") {
      response.writeHead(404, { "content-type": "text/plain" }).end("There is nothing here but /metrics.\n")
      return
    }
    o.metrics.text().then(
      (text) => response.writeHead(200, { "content-type": o.metrics.contentType }).end(text),
      (error: unknown) => {
        o.log.error({ err: error }, "the metrics could not be collected")
        response.writeHead(500).end()
      },
    )
  })
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject)
      server.listen(o.port, o.host, resolve)
    })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const message = `Metrics cannot be served on ${o.host} port ${o.port} (${reason}); choose another --metrics-port.`
    throw new ConfigError("CANNOT_LISTEN", message, { cause })
  }
  const address = server.address()
  return {
    port: typeof address === "object" && address !== null ? address.port : o.port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => void server.close(() => resolve()))
    },
  }
}
