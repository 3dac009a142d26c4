/**
 * Documents whose names begin with U+0001 are the server's own: rows about others (who may open them, links), no text. No client
 * can ask for one, since a document name holds no control characters. Backups have them; lists for people leave them out.
 */
export const RESERVED_PREFIX = "\u0001"

export function isReserved(document: string): boolean {
  return document.startsWith(RESERVED_PREFIX)
}

/** Listing behind this name leaves the reserved ones out. */
export const AFTER_RESERVED: string = `${RESERVED_PREFIX}\u{10ffff}`
