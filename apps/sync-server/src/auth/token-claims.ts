import type { Millis, PresenceIdentity } from "@ligature/protocol"
import { accessNamed, type Grant } from "./grant.ts"

/** What a token says, once its signature and its times are known to be right. */
export interface TokenClaims {
  readonly subject: string
  /** As others see them. */
  readonly user: PresenceIdentity
  readonly grant: Grant
  readonly expires: Millis
}

/**
 * Reads the claims `sub`, `name`, `color`, `doc`, `access` and `exp`. What could grant too much when misread is refused; a
 * name or a colour that is none is only left out.
 * @returns a sentence for the log when the token cannot be used
 */
export function readClaims(claims: Readonly<Record<string, unknown>>): TokenClaims | string {
  const { sub, name, color, doc, exp } = claims
  if (typeof sub !== "string" || !isShortText(sub)) return "sub is not 1 to 200 bytes of text"
  if (typeof exp !== "number" || !Number.isFinite(exp)) return "exp is not a time"
  const documents = typeof doc === "string" ? [doc] : doc
  if (!areNames(documents)) return `doc is not a document name or a list of at most ${MOST_DOCUMENTS}`
  const access = accessNamed(claims["access"])
  if (access === null || access === "none") return "access is not one of read, comment, write, admin"
  return {
    subject: sub,
    user: {
      id: sub,
      name: typeof name === "string" && name.trim() !== "" ? name : sub,
      ...(typeof color === "string" && /^#[0-9a-f]{6}$/i.test(color) ? { color } : {}),
    },
    grant: { documents, access },
    expires: exp * 1000,
  }
}

/** Whether it can be a subject: it stands in rows, logs and addresses. */
export function isShortText(text: string): boolean {
  return text !== "" && Buffer.byteLength(text) <= LONGEST && !/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(text)
}

const LONGEST = 200
const MOST_DOCUMENTS = 100

function areNames(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.length <= MOST_DOCUMENTS &&
    value.every((name) => typeof name === "string" && name !== "")
  )
}
