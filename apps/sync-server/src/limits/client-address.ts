import type { IncomingHttpHeaders } from "node:http"
import { isIP, isIPv6 } from "node:net"

/** What of a request says where it comes from. */
interface Origin {
  readonly headers: IncomingHttpHeaders
  readonly socket: { readonly remoteAddress?: string | undefined }
}

/**
 * The address a request comes from. Each proxy appends to `X-Forwarded-For` whom it heard it from; only the last `trustedProxies` of
 * those entries were written by proxies of ours, and anybody can write what stands before them.
 * @returns null when the connection is gone already
 */
export function clientAddress(request: Origin, trustedProxies: number): string | null {
  const direct = request.socket.remoteAddress
  if (direct === undefined) return null
  if (trustedProxies === 0) return plain(direct)
  const header = request.headers["x-forwarded-for"]
  const forwarded = (Array.isArray(header) ? header.join(",") : (header ?? "")).split(",").map((part) => part.trim())
  const way = [...forwarded.filter((part) => part !== ""), direct]
  // Fewer entries than proxies: somebody reached us past one of them, and what they say of themselves counts for nothing.
  const claimed = way[way.length - 1 - trustedProxies]
  const address = claimed === undefined ? direct : withoutPort(claimed)
  return plain(isIP(address) === 0 ? direct : address)
}

/** What an address is counted under. An IPv6 subscriber has a whole /64 of addresses, and is one. */
export function addressKey(address: string): string {
  return isIPv6(address) ? `${firstGroups(address, 4).join(":")}::/64` : address
}

/** IPv4 as it comes over a socket of both kinds: `::ffff:192.0.2.1`. */
function plain(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  return mapped ?? address.replace(/%.*$/, "")
}

/** Some proxies write `192.0.2.1:1234` or `[2001:db8::1]:1234`. */
function withoutPort(entry: string): string {
  const match = /^\[([^\]]+)\](?::\d+)?$|^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(entry)
  return match?.[1] ?? match?.[2] ?? entry
}

function firstGroups(address: string, count: number): string[] {
  const [head = "", tail] = address.toLowerCase().split("::")
  const before = head === "" ? [] : head.split(":")
  const after = tail === undefined || tail === "" ? [] : tail.split(":")
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length
  return [...before, ...Array.from({ length: zeros }, () => "0"), ...after]
    .slice(0, count)
    .map((group) => group.replace(/^0+(?=.)/, ""))
}
