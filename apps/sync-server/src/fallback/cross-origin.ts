import type { IncomingMessage, ServerResponse } from "node:http"
import { OFFER_HEADER } from "@ligature/protocol"
import type { HostNames } from "../host-names.ts"

/**
 * The rules of the WebSocket's origin for plain requests: pages of this server and of allowed sites only. Browsers do not show a page
 * the answers of another origin unless that says so, and only allowed ones are told.
 * @returns whether the request may go on
 */
export function allowOrigin(request: IncomingMessage, answer: ServerResponse, hosts: HostNames): boolean {
  const { origin, host } = request.headers
  answer.setHeader("vary", "origin")
  if (!hosts.allowsOrigin(origin, host)) return false
  if (origin !== undefined) answer.setHeader("access-control-allow-origin", origin)
  return true
}

/** A browser asks before it sends a header that is not on its list. Without credentials: none travel in cookies across sites. */
export function answerPreflight(answer: ServerResponse): void {
  answer.writeHead(204, {
    "access-control-allow-methods": "GET, POST",
    "access-control-allow-headers": `content-type, ${OFFER_HEADER}`,
    "access-control-max-age": "600",
  })
  answer.end()
}
