import { Worker } from "node:worker_threads"
import type { Clock, Millis } from "@ligature/protocol"

/** What a job may cost before it is ended as a whole. */
export interface JobBudget {
  readonly maxMs: Millis
  /** Heap in MiB. */
  readonly maxHeapMb: number
  readonly clock: Clock
  /** Ends the job, too. */
  readonly signal?: AbortSignal
}

/**
 * Runs one job in a worker thread of its own: `module` is a file beside this one, without ending, that posts one message of what it was given
 * as `workerData`. Rejects with what the worker threw, and with an Error whose message is a part of a sentence when it was ended.
 */
export async function runInWorker<T>(module: string, job: unknown, budget: JobBudget): Promise<T> {
  const { clock, maxMs, maxHeapMb, signal } = budget
  const worker = new Worker(new URL(`./${module}.${RUNS_FROM_SOURCE ? "ts" : "js"}`, import.meta.url), {
    workerData: job,
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
    ...(RUNS_FROM_SOURCE ? FROM_SOURCE : {}),
  })
  let ended = `it used more than ${maxHeapMb} MB or was ended`
  const cancel = clock.after(maxMs, () => {
    ended = `it took more than ${maxMs} ms`
    void worker.terminate()
  })
  const abort = (): void => void worker.terminate()
  signal?.addEventListener("abort", abort)
  if (signal?.aborted === true) abort()
  try {
    return await new Promise<T>((resolve, reject) => {
      worker.once("message", resolve)
      worker.once("error", reject)
      worker.once("exit", () => reject(new Error(ended)))
    })
  } finally {
    cancel()
    signal?.removeEventListener("abort", abort)
    await worker.terminate()
  }
}

// Built, a worker is JavaScript beside this file. Run from sources (tests), it is TypeScript and needs a loader.
const RUNS_FROM_SOURCE: boolean = import.meta.url.endsWith(".ts")
const FROM_SOURCE: { execArgv: string[] } = {
  execArgv: [`--import=${new URL("./run-from-source.mjs", import.meta.url).href}`, "--conditions=@ligature/source"],
}
