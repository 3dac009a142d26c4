import { createDecoder, readVarUint } from "lib0/decoding"
import type { Millis } from "@ligature/protocol"

// After a restore from a backup clients hold what the server lacks, and whoever comes first brings what others wrote as well. For a while
// that is welcome, and called what it is.

/** The row of a restored document, and when it was restored: a varUint. */
const ROW = "recovering"

/** Until when whoever may write may bring what others wrote; null for a document that no backup brought back. */
export function recoveringUntil(row: string, value: Uint8Array, recoveryMs: Millis): Millis | null {
  return row === ROW ? readVarUint(createDecoder(value)) + recoveryMs : null
}

/** Who brought it is known, who wrote it is not. */
export function broughtBackBy(author: string | null): string {
  return `brought back by ${author ?? "somebody"}`
}
