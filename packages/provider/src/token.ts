import type { Millis } from "@ligature/protocol"

/** A token is renewed this long before it runs out. */
const AHEAD_MS = 60_000

/**
 * How long from now a token should be renewed, if it is a JWT that says when it expires (RFC 7519, `exp` in seconds): a minute
 * before, or at half its remaining time if that is shorter. Null for a token that does not say.
 */
export function renewalTime(token: string, now: Millis): Millis | null {
  const expires = claim(token, "exp")
  if (typeof expires !== "number" || !Number.isFinite(expires)) return null
  const remaining = expires * 1000 - now
  if (remaining <= 0) return null
  return Math.min(Math.max(remaining - AHEAD_MS, remaining / 2), LONGEST_TIMER_MS)
}

/** Timers hold 31 bits of milliseconds. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** One claim of the token's payload, unverified: verifying is the server's. */
function claim(token: string, name: string): unknown {
  const payload = token.split(".")[1]
  if (payload === undefined) return undefined
  try {
    const claims: unknown = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")))
    if (typeof claims !== "object" || claims === null) return undefined
    return Object.entries(claims).find(([key]) => key === name)?.[1]
  } catch {
    // Not a JWT. Tokens are opaque to us.
    return undefined
  }
}
