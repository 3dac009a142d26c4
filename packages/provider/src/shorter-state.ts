import * as Y from "yjs"

/** A log of less than this is read in no time. */
const LONG_LOG_BYTES = 128 * 1024

/** The state of the document, if that is much less than the log it was read from: merged updates keep what was deleted. */
export function shorterState(doc: Y.Doc, log: readonly Uint8Array[]): Uint8Array | null {
  const bytes = log.reduce((sum, update) => sum + update.length, 0)
  if (bytes < LONG_LOG_BYTES) return null
  const state = Y.encodeStateAsUpdate(doc)
  return state.length * 2 < bytes ? state : null
}
