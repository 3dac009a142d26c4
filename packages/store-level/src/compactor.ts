import { Worker } from "node:worker_threads"
import { type Cancel, CHECKPOINT_ROW, type Clock, type Millis } from "@ligature/protocol"
import { type PrefixReplacement, StoreError, type StoredRecord } from "@ligature/store"
import { QuietDocuments } from "./quiet-documents.ts"
import type { MergeJob, MergeResult } from "./merge-prefix.ts"
import { type PrefixFacts, RECORD_OVERHEAD_BYTES } from "./operations.ts"
import type { RecordPayload, Summary } from "./payloads.ts"

export interface CompactionOptions {
  /** A log smaller than this (bytes, with 64 for each record) is left alone. */
  readonly minLogBytes?: number
  /** The same for a document that nobody has touched for a while: it is made ready for whoever opens it next. */
  readonly minQuietLogBytes?: number
  /** A checkpoint is cut into chunks of at most this many bytes. */
  readonly maxChunkBytes?: number
  /** A worker that takes longer is ended. */
  readonly maxMs?: Millis
  /** Heap of the worker in MiB; one that needs more is ended. */
  readonly maxHeapMb?: number
  /** A document with more bytes than this is not compacted: its bytes are outside the heap that `maxHeapMb` bounds. */
  readonly maxBytes?: number
}

/** A log of 512 KB loads in some ten milliseconds; smaller would rewrite young documents again and again. */
export const MIN_LOG_BYTES: number = 512 * 1024
/** A log of 64 KB takes some milliseconds to read, and far less than the first connection of a day costs anyway. */
const MIN_QUIET_LOG_BYTES: number = 64 * 1024
/** Longer than people pause between two sentences. */
export const QUIET_MS: Millis = 5_000
/** First sync sends chunks as they are, and no frame may hold up a connection. */
export const MAX_CHUNK_BYTES: number = 128 * 1024
export const MAX_COMPACTION_MS: Millis = 60_000
export const MAX_COMPACTION_HEAP_MB = 1024
export const MAX_COMPACTION_BYTES: number = 256 * 1024 * 1024
/** A document whose compaction failed is left alone for this long, then for twice as long, … */
export const FIRST_COMPACTION_RETRY_MS: Millis = 60_000
export const LAST_COMPACTION_RETRY_MS: Millis = 3_600_000
/** How long a document is left alone after a compaction: so many times what that took, and at most so long. */
export const RESTS_PER_COMPACTION = 10
export const LONGEST_REST_MS: Millis = 60_000

interface CompactorOptions extends CompactionOptions {
  /** Compact by itself when a log has grown as long as its checkpoint. */
  readonly automatic: boolean
  readonly archive: boolean
  readonly clock: Clock
  readonly read: (document: string) => AsyncIterable<StoredRecord>
  readonly replace: (document: string, replacement: PrefixReplacement, facts: PrefixFacts) => Promise<void>
  readonly onFailure: (document: string, cause: Error, next: Millis) => void
}

/** What tells whether a log is worth compacting. */
export type LogSize = Pick<Summary, "state" | "last" | "through" | "logBytes" | "checkpointBytes">

/** Bytes of the log, with what each record costs beside its own. */
function weightOf({ last, through, logBytes }: LogSize): number {
  return logBytes + (last - through) * RECORD_OVERHEAD_BYTES
}

/** Compacts one document at a time, in a worker. Until the swap, which is one batch, nothing of the document changes. */
export class Compactor {
  readonly #options: CompactorOptions
  /** Documents whose logs are long enough, in the order in which they became so. */
  readonly #due = new Set<string>()
  readonly #failed = new Map<string, { readonly times: number; readonly next: Millis }>()
  /** Documents that were compacted not long ago; `long` once their logs are long enough again. */
  readonly #resting = new Map<string, { long: boolean; cancel: Cancel }>()
  /** Documents with a log that is worth the work once nobody writes for a while. */
  readonly #quiet: QuietDocuments
  #turn: Promise<void> = Promise.resolve()
  #isRunning = false
  #isClosed = false
  #worker: Worker | null = null

  constructor(options: CompactorOptions) {
    this.#options = options
    this.#quiet = new QuietDocuments({
      clock: options.clock,
      quietMs: QUIET_MS,
      onQuiet: (document) => {
        this.#due.add(document)
        if (!this.#isRunning) void this.#runDue()
      },
    })
  }

  /** Called with the documents of every commit. */
  consider(summaries: ReadonlyMap<string, Summary>): void {
    if (!this.#options.automatic || this.#isClosed) return
    for (const [document, summary] of summaries) {
      if (this.#isWorthIt(document, summary)) this.#quiet.touch(document)
      else this.#quiet.forget(document)
      if (!this.#isDue(document, summary)) continue
      const rest = this.#resting.get(document)
      if (rest === undefined) this.#due.add(document)
      else rest.long = true
    }
    if (this.#due.size > 0 && !this.#isRunning) void this.#runDue()
  }

  /** Somebody has read it: the next one is to have it cheaper. */
  wasRead(document: string, summary: LogSize): void {
    const isWatched = this.#options.automatic && !this.#isClosed
    if (isWatched && this.#isWorthIt(document, summary)) this.#quiet.await(document)
  }

  /** Waits for its turn; see LevelStore.compact. */
  compact(document: string): Promise<boolean> {
    const result = this.#turn.then(() => this.#compact(document))
    this.#turn = settled(result)
    return result
  }

  /** Ends the work in progress; the documents stay as they are. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#due.clear()
    this.#quiet.stop()
    for (const { cancel } of this.#resting.values()) cancel()
    this.#resting.clear()
    await this.#worker?.terminate()
    await this.#turn
  }

  #isDue(document: string, summary: Summary): boolean {
    const { minLogBytes = MIN_LOG_BYTES } = this.#options
    return weightOf(summary) >= Math.max(minLogBytes, summary.checkpointBytes) && this.#mayTry(document, summary)
  }

  /** Half of the checkpoint: what is written for those who read stays in proportion to what people write. */
  #isWorthIt(document: string, summary: LogSize): boolean {
    const { minQuietLogBytes = MIN_QUIET_LOG_BYTES } = this.#options
    const isLong = weightOf(summary) >= Math.max(minQuietLogBytes, summary.checkpointBytes / 2)
    return isLong && this.#mayTry(document, summary)
  }

  #mayTry(document: string, { state }: Pick<Summary, "state">): boolean {
    if (state !== "live") return false
    const failed = this.#failed.get(document)
    return failed === undefined || failed.next <= this.#options.clock.now()
  }

  async #runDue(): Promise<void> {
    this.#isRunning = true
    for (const document of this.#due) {
      this.#due.delete(document)
      const start = this.#options.clock.now()
      try {
        await this.compact(document)
        this.#failed.delete(document)
        this.#rest(document, this.#options.clock.now() - start)
      } catch (error) {
        this.#postpone(document, error)
      }
    }
    this.#isRunning = false
  }

  /** Whoever writes fast must not have the same text merged over and over: it may take a tenth of the time at most. */
  #rest(document: string, took: Millis): void {
    const wait = Math.min(took * RESTS_PER_COMPACTION, LONGEST_REST_MS)
    if (wait <= 0 || this.#isClosed) return
    const rest: { long: boolean; cancel: Cancel } = { long: false, cancel: NOTHING }
    this.#resting.set(document, rest)
    rest.cancel = this.#options.clock.after(wait, () => {
      this.#resting.delete(document)
      if (!rest.long) return
      this.#due.add(document)
      if (!this.#isRunning) void this.#runDue()
    })
  }

  #postpone(document: string, error: unknown): void {
    // Removed, quarantined or closed meanwhile: nothing is left to do, and whoever did it knows.
    if (this.#isClosed || (error instanceof StoreError && error.code !== "COMPACTION_FAILED")) return
    const times = (this.#failed.get(document)?.times ?? 0) + 1
    const wait = Math.min(FIRST_COMPACTION_RETRY_MS * 2 ** (times - 1), LAST_COMPACTION_RETRY_MS)
    const next = this.#options.clock.now() + wait
    this.#failed.set(document, { times, next })
    this.#options.onFailure(document, error instanceof Error ? error : new Error(String(error)), next)
  }

  async #compact(document: string): Promise<boolean> {
    if (this.#isClosed)
      throw new StoreError("STORE_CLOSED", `Cannot compact ${JSON.stringify(document)}: the store is closed.`)
    const { read, replace, maxChunkBytes = MAX_CHUNK_BYTES, maxBytes = MAX_COMPACTION_BYTES, archive } = this.#options
    const checkpoint: Uint8Array[] = []
    const log: RecordPayload[] = []
    const facts = { checkpointThrough: 0, last: 0, logBytes: 0, time: 0 }
    let bytes = 0
    for await (const { kind, sequence, update, time, author } of read(document)) {
      facts.last = sequence
      facts.time = time
      bytes += update.length
      if (bytes > maxBytes) throw failed(document, new RangeError(`it has more than ${maxBytes} bytes`))
      // A view would take the whole buffer it lies in along to the worker.
      if (kind === "checkpoint") {
        checkpoint.push(update.slice())
        facts.checkpointThrough = sequence
      } else {
        log.push({ time, author, update: update.slice() })
        facts.logBytes += update.length
      }
    }
    if (log.length === 0) return false
    const job = { checkpoint, log, through: facts.last, maxChunkBytes, archive }
    const { chunks, archive: segment, checkpointRow } = await this.#merge(document, job)
    const rows = new Map([[CHECKPOINT_ROW, checkpointRow]])
    await replace(document, { through: facts.last, chunks, archive: segment, rows }, facts)
    return true
  }

  async #merge(document: string, job: MergeJob): Promise<MergeResult> {
    const { clock, maxMs = MAX_COMPACTION_MS, maxHeapMb = MAX_COMPACTION_HEAP_MB } = this.#options
    const transferList = [...job.checkpoint, ...job.log.map((record) => record.update)].map((update) => update.buffer)
    const worker = new Worker(WORKER_URL, {
      workerData: job,
      transferList: transferList.filter((buffer) => buffer instanceof ArrayBuffer),
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
      ...WORKER_FLAGS,
    })
    this.#worker = worker
    let ended = `it used more than ${maxHeapMb} MB or was ended`
    const cancel = clock.after(maxMs, () => {
      ended = `it took more than ${maxMs} ms`
      void worker.terminate()
    })
    try {
      return await new Promise<MergeResult>((resolve, reject) => {
        worker.once("message", resolve)
        worker.once("error", reject)
        worker.once("exit", () => reject(new Error(ended)))
      })
    } catch (cause) {
      throw failed(document, cause)
    } finally {
      cancel()
      this.#worker = null
      await worker.terminate()
    }
  }
}

// Built, the worker is JavaScript beside this file. Run from sources (tests), it is TypeScript and needs a loader.
const RUNS_FROM_SOURCE: boolean = import.meta.url.endsWith(".ts")
const WORKER_URL: URL = RUNS_FROM_SOURCE
  ? new URL("./compaction-worker.ts", import.meta.url)
  : new URL("./compaction-worker.js", import.meta.url)
const WORKER_FLAGS: { execArgv?: string[] } = RUNS_FROM_SOURCE
  ? {
      execArgv: [`--import=${new URL("./run-from-source.mjs", import.meta.url).href}`, "--conditions=@ligature/source"],
    }
  : {}

const NOTHING: Cancel = () => {}

async function settled(promise: Promise<unknown>): Promise<void> {
  await Promise.allSettled([promise])
}

function failed(document: string, cause: unknown): StoreError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  const message = `Document ${JSON.stringify(document)} could not be compacted (${reason}); it stays as it is.`
  return new StoreError("COMPACTION_FAILED", message, { cause, documents: [document] })
}
