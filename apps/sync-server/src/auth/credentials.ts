import type { HostNames } from "../host-names.ts"
import { isLoopback } from "../host-names.ts"
import type { VisitRequest } from "./visitor.ts"

/** `__Host-`: set by this very host over https, for all of its paths (RFC 6265bis, 4.1.3). */
export const SESSION_COOKIE = "__Host-ligature"

/** What a request offers to prove who sends it. */
export type Credential =
  | { readonly kind: "token"; readonly token: string }
  /** The id of a session, as the cookie holds it. */
  | { readonly kind: "cookie"; readonly sessionId: string }
  | { readonly kind: "none" }

/**
 * The one credential that counts: what was said on purpose before what the browser adds by itself. A cookie counts only for
 * a page of an origin that may open documents here; with any other it is as if there were none.
 */
export function credentialIn(request: VisitRequest, hosts: HostNames): Credential {
  const token = bearerToken(request) ?? request.offer?.token ?? queryToken(request)
  if (token !== null && token !== undefined) return { kind: "token", token }
  const sessionId = cookieIn(request.headers.cookie)
  return sessionId !== null && isFromOurPage(request, hosts) ? { kind: "cookie", sessionId } : { kind: "none" }
}

/** Whether a page of ours sent it, which is what a cookie cannot tell (cross-site request forgery). */
function isFromOurPage({ headers, method = "GET" }: VisitRequest, hosts: HostNames): boolean {
  const { origin, host } = headers
  if (origin !== undefined) return hosts.allowsOrigin(origin, host) && isSecureOrigin(origin)
  // Browsers send no Origin when a page reads from its own site, but say so in a header that no page can set.
  return (method === "GET" || method === "HEAD") && headers["sec-fetch-site"] === "same-origin"
}

/** The cookie is never sent to a page without TLS, except on one's own machine: such an origin is somebody in between. */
function isSecureOrigin(origin: string): boolean {
  const url = new URL(origin)
  return url.protocol === "https:" || isLoopback(url.hostname)
}

function bearerToken({ headers }: VisitRequest): string | null {
  return /^Bearer +(\S+)$/i.exec(headers.authorization ?? "")?.[1] ?? null
}

/** Only of sync: addresses of other requests end up in logs and histories. */
function queryToken({ url }: VisitRequest): string | null {
  const [path = "", query] = url.split("?", 2)
  if (query === undefined || !/^\/sync(?:\/|$)/.test(path)) return null
  const token = new URLSearchParams(query).get("token")
  return token === "" ? null : token
}

function cookieIn(header: string | undefined): string | null {
  for (const pair of (header ?? "").split(";")) {
    const [name, value] = pair.split("=", 2)
    if (name?.trim() === SESSION_COOKIE && value !== undefined && /^[\w-]{43}$/.test(value.trim())) return value.trim()
  }
  return null
}
