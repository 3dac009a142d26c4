import type { Clock } from "@ligature/protocol"
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  jwtVerify,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from "jose"
import { readClaims, type TokenClaims } from "./token-claims.ts"

/** What tokens are signed with. */
export type TokenKeys =
  /** Shared with the application that signs: HS256. At least 32 bytes (RFC 7518, 3.2). */
  | { readonly kind: "secret"; readonly secret: Uint8Array }
  /** Public keys of the application that signs (RFC 7517). */
  | { readonly kind: "keys"; readonly keys: JSONWebKeySet }
  /** The same, fetched when a token needs them, and again every ten minutes. */
  | { readonly kind: "url"; readonly url: URL }

type Verified =
  | { readonly claims: TokenClaims }
  /** `unavailable`: the keys cannot be fetched at the moment; the token may be good. `detail` is for the log: it holds nothing of the token. */
  | { readonly claims: null; readonly failure: "sign-in-again" | "unavailable"; readonly detail: string }

/** Tells good tokens (RFC 7519) from others. */
export interface TokenVerifier {
  /** Never rejects. */
  verify(token: string): Promise<Verified>
}

export function tokenVerifier(o: {
  readonly keys: TokenKeys
  /** What `iss` must be; null for no matter what. */
  readonly issuer: string | null
  /** What `aud` must be or contain; null for no matter what. */
  readonly audience: string | null
  readonly clock: Clock
}): TokenVerifier {
  // One list for each kind of key: a public key taken for an HMAC secret would let anybody sign.
  const algorithms = o.keys.kind === "secret" ? ["HS256"] : PUBLIC_KEY_ALGORITHMS
  const key = keyOf(o.keys)
  return {
    async verify(token) {
      // The longest that fits beside the subprotocol.
      if (token.length > LONGEST_TOKEN) return refused("it is longer than 4 KB")
      const now = o.clock.now()
      try {
        const options = {
          algorithms,
          ...(o.issuer === null ? {} : { issuer: o.issuer }),
          ...(o.audience === null ? {} : { audience: o.audience }),
          requiredClaims: ["exp", "sub"],
          clockTolerance: SKEW_SECONDS,
          currentDate: new Date(now),
        }
        const { payload } = await (typeof key === "function"
          ? jwtVerify(token, key, options)
          : jwtVerify(token, key, options))
        const claims = readClaims(payload)
        if (typeof claims === "string") return refused(claims)
        // The skew is for tokens that begin a little early. One that is over is over, here and for open connections alike.
        return claims.expires > now ? { claims } : refused("it has expired")
      } catch (error) {
        if (error instanceof errors.JOSEError && !FETCH_FAILURES.has(error.code)) return refused(error.message)
        const why = error instanceof Error ? error.message : String(error)
        return { claims: null, failure: "unavailable", detail: `the keys cannot be fetched: ${why}` }
      }
    },
  }
}

/** Signatures that only the holder of a private key can make. */
const PUBLIC_KEY_ALGORITHMS = ["ES256", "ES384", "RS256", "PS256", "EdDSA", "Ed25519"]
const LONGEST_TOKEN = 4096
/** How far the clock of the application that signs may be ahead. */
const SKEW_SECONDS = 60
/** Of jose: no answer in time, an answer that is not 200, or one that is no set of keys. */
const FETCH_FAILURES = new Set(["ERR_JWKS_TIMEOUT", "ERR_JOSE_GENERIC", "ERR_JWKS_INVALID"])
const FETCH_MS = 5_000

function keyOf(keys: TokenKeys): Uint8Array | JWTVerifyGetKey {
  if (keys.kind === "secret") return keys.secret
  if (keys.kind === "keys") return createLocalJWKSet(keys.keys)
  return createRemoteJWKSet(keys.url, { timeoutDuration: FETCH_MS })
}

function refused(detail: string): Extract<Verified, { claims: null }> {
  return { claims: null, failure: "sign-in-again", detail }
}
