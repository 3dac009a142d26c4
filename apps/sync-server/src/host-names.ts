import { isIP } from "node:net"
import { hostname as machineName } from "node:os"

/** Which `Host` headers this server answers to, and pages of which origins may open sockets. */
export interface HostNames {
  /** False for a name that is not ours: a page of a stranger whose DNS name was pointed at this machine (DNS rebinding). */
  knows(host: string | undefined): boolean
  /** A missing Origin is fine: only browsers send one, and only pages of other sites have to be kept out. */
  allowsOrigin(origin: string | undefined, host: string | undefined): boolean
}

/**
 * Addresses written as numbers and `localhost` are always ours: nobody can point them elsewhere. Any other name has to be
 * the public URL's, the one the server was bound to, or this machine's own.
 */
export function hostNames(o: {
  readonly publicUrl?: URL | null
  readonly boundTo?: string
  readonly allowedOrigins?: readonly string[]
}): HostNames {
  const machine = machineName().toLowerCase()
  const names = new Set([machine, `${machine}.local`])
  if (o.boundTo !== undefined) names.add(o.boundTo.toLowerCase())
  if (o.publicUrl != null) names.add(o.publicUrl.hostname)
  const origins = new Set(o.allowedOrigins)
  if (o.publicUrl != null) origins.add(o.publicUrl.origin)

  const knows = (host: string | undefined): boolean => {
    const name = host === undefined ? null : nameIn(host)
    return name !== null && (isIP(name) !== 0 || isLocalName(name) || names.has(name))
  }
  return {
    knows,
    allowsOrigin(origin, host) {
      if (origin === undefined || origins.has(origin)) return true
      return knows(host) && URL.canParse(origin) && new URL(origin).host === host?.toLowerCase()
    },
  }
}

/** Whether only programs on this machine can reach a server bound to this host. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, "").toLowerCase()
  return isLocalName(name) || name === "::1" || (isIP(name) === 4 && name.startsWith("127."))
}

function isLocalName(name: string): boolean {
  return name === "localhost" || name.endsWith(".localhost")
}

/** The name in a Host header, lower case, without port and brackets; null when it is no host at all. */
function nameIn(host: string): string | null {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(host)
  return (match?.[1] ?? match?.[2])?.toLowerCase() ?? null
}
