import type { RecordPayload } from "./payloads.ts"

/** A stretch of writing by one author, of ten seconds at most; a deletion of much at once stands alone. */
export interface HistoryEntry {
  /**
   * When its first change reached the server, in ms since 1970. Never before that of the entry before it: where the server's clock was set back, what came
   * then has the time that had been reached. So whatever has a time up to some moment is an unbroken beginning of the document.
   */
  readonly time: number
  /** When its last change did, at most ten seconds later. */
  readonly until: number
  /** As the caller of `append` wrote it; null for nobody known. */
  readonly author: string | null
  /** Clocks that were added: characters, for text. */
  readonly inserted: number
  /** Clocks that were deleted. */
  readonly deleted: number
}

/** Everything that a document's history is rebuilt from, as it is stored. */
export interface StoredHistory {
  /** Archive segments, oldest first. */
  readonly archive: readonly Uint8Array[]
  /** Chunks of the checkpoint: all that is left of what no segment holds. */
  readonly checkpoint: readonly Uint8Array[]
  readonly log: readonly RecordPayload[]
}
