import { Worker } from "node:worker_threads"
import type { Millis } from "@ligature/protocol"
import { Problem } from "../api/problem.ts"
import type { DocumentJob, WrittenDocument } from "./document-job.ts"

export interface DocumentWorkLimits {
  /** Jobs that run at once: each is a thread with a document in it. */
  readonly workers: number
  /** Jobs that wait; one more is refused. */
  readonly waiting: number
  /** A job that takes longer is ended. */
  readonly maxMs: Millis
  /** Heap of one worker in MiB; a job that needs more is ended. */
  readonly maxHeapMb: number
}

const DEFAULT_DOCUMENT_WORK_LIMITS: DocumentWorkLimits = {
  workers: 2,
  waiting: 32,
  maxMs: 60_000,
  maxHeapMb: 1024,
}

/** Does what needs a whole document in memory, each job in a thread that ends with it: nothing of it stays, and a fault in it is its own. */
export class DocumentWork {
  readonly #limits: DocumentWorkLimits
  readonly #queue: (() => void)[] = []
  readonly #workers = new Set<Worker>()
  #running = 0
  #isClosed = false

  constructor(limits: Partial<DocumentWorkLimits> = {}) {
    this.#limits = { ...DEFAULT_DOCUMENT_WORK_LIMITS, ...limits }
  }

  /**
   * @param job its updates are copied, so they stay the caller's
   * @throws {Problem} 503 when too many wait, 422 when the document could not be read or needs more than the limits give
   */
  async run(job: DocumentJob): Promise<WrittenDocument> {
    await this.#enter()
    try {
      return await this.#inWorker(job)
    } finally {
      this.#running -= 1
      this.#queue.shift()?.()
    }
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    this.#isClosed = true
    for (const next of this.#queue.splice(0)) next()
    await Promise.all([...this.#workers].map((worker) => worker.terminate()))
  }

  async #enter(): Promise<void> {
    if (this.#running >= this.#limits.workers) {
      if (this.#queue.length >= this.#limits.waiting) {
        throw new Problem(503, "busy", "Too many documents are being converted at the moment; try again in a minute.", {
          headers: { "retry-after": "60" },
        })
      }
      await new Promise<void>((resolve) => this.#queue.push(resolve))
    }
    if (this.#isClosed) throw new Problem(503, "closing", "The server is closing; try again in a minute.")
    this.#running += 1
  }

  async #inWorker(job: DocumentJob): Promise<WrittenDocument> {
    const { maxMs, maxHeapMb } = this.#limits
    const worker = new Worker(WORKER_URL, {
      workerData: job,
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
      ...WORKER_FLAGS,
    })
    this.#workers.add(worker)
    let ended = `it needs more than ${maxHeapMb} MB of memory`
    const timer = setTimeout(() => {
      ended = `it takes more than ${Math.round(maxMs / 1000)} seconds`
      void worker.terminate()
    }, maxMs)
    try {
      return await new Promise<WrittenDocument>((resolve, reject) => {
        worker.once("message", resolve)
        worker.once("error", reject)
        worker.once("exit", () => reject(new Error(ended)))
      })
    } catch (cause) {
      if (this.#isClosed) throw new Problem(503, "closing", "The server is closing; try again in a minute.", { cause })
      const why = cause instanceof Error ? cause.message : String(cause)
      throw new Problem(422, "not-convertible", `The document could not be converted: ${why}.`, { cause })
    } finally {
      clearTimeout(timer)
      this.#workers.delete(worker)
      await worker.terminate()
    }
  }
}

// Built, the worker is JavaScript beside this file. Run from sources (tests), it is TypeScript and needs a loader.
const RUNS_FROM_SOURCE: boolean = import.meta.url.endsWith(".ts")
const WORKER_URL: URL = new URL(RUNS_FROM_SOURCE ? "./document-worker.ts" : "./document-worker.js", import.meta.url)
const WORKER_FLAGS: { execArgv?: string[] } = RUNS_FROM_SOURCE
  ? {
      execArgv: [`--import=${new URL("./run-from-source.mjs", import.meta.url).href}`, "--conditions=@ligature/source"],
    }
  : {}
