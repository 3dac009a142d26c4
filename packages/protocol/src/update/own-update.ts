import { DEFAULT_LIMITS, type Limits } from "../limits.ts"
import { ProtocolError } from "../protocol-error.ts"
import { Refused } from "../update-refusal.ts"
import { type ParsedUpdate, withParsed } from "./parsed-update.ts"

/** Parses bytes that the caller made or stored, whatever their size. Throws `ProtocolError` "MALFORMED_UPDATE". */
export function withOwnUpdate<T>(update: Uint8Array, f: (parsed: ParsedUpdate) => T): T {
  try {
    return withParsed(update, UNLIMITED, f)
  } catch (cause) {
    if (!(cause instanceof Refused)) throw cause
    throw new ProtocolError("MALFORMED_UPDATE", `This is no update: ${cause.message}.`, { cause })
  }
}

/** Limits may have been higher when a document was written; what Yjs cannot do stays impossible. */
export const UNLIMITED: Limits = {
  ...DEFAULT_LIMITS,
  structs: Infinity,
  clients: Infinity,
  newClients: Infinity,
  roots: Infinity,
  newRoots: Infinity,
  nameBytes: Infinity,
  valueDepth: 4096,
  typeDepth: Infinity,
  documentBytes: Infinity,
}
