import type { Clock, Millis } from "@ligature/protocol"
import type { HistoryEntry, StoredHistory } from "./document-history.ts"
import type { HistoryJob } from "./history-jobs.ts"
import type { LetGoJob } from "./let-go.ts"
import { MAX_CHUNK_BYTES } from "./compactor.ts"
import { runInWorker } from "./run-in-worker.ts"

/** A worker that needs more than this for one document is ended. */
const MAX_HISTORY_MS: Millis = 60_000
const MAX_HISTORY_HEAP_MB = 1024

/** Rebuilds whole documents, one at a time, off the main thread. */
export class Historian {
  readonly #clock: Clock
  readonly #closing = new AbortController()
  #turn: Promise<unknown> = Promise.resolve()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** See `DocumentStore.salvage`. */
  salvage(updates: readonly Uint8Array[], archive: readonly Uint8Array[]): Promise<readonly Uint8Array[]> {
    return this.#run({ kind: "salvage", updates, archive, maxChunkBytes: MAX_CHUNK_BYTES })
  }

  /** See `LevelStore.history`. */
  entries(history: StoredHistory): Promise<readonly HistoryEntry[]> {
    return this.#run({ kind: "entries", ...history })
  }

  /** See `LevelStore.stateAt`. */
  stateAt(history: StoredHistory, time: Millis): Promise<Uint8Array> {
    return this.#run({ kind: "state-at", ...history, time })
  }

  /** One archive segment in place of several old ones. */
  letGo(job: Omit<LetGoJob, "kind">): Promise<Uint8Array> {
    return this.#run({ kind: "let-go", ...job })
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    this.#closing.abort()
    await this.#turn
  }

  #run<T>(job: HistoryJob): Promise<T> {
    const result = this.#turn.then(() =>
      runInWorker<T>("history-worker", job, {
        maxMs: MAX_HISTORY_MS,
        maxHeapMb: MAX_HISTORY_HEAP_MB,
        clock: this.#clock,
        signal: this.#closing.signal,
      }),
    )
    this.#turn = Promise.allSettled([result])
    return result
  }
}
