import type { Clock, Millis } from "@ligature/protocol"
import type { AppendedUpdate, DocumentStore } from "@ligature/store"
import type { AppendTurns } from "./append-turns.ts"
import { joinCommits } from "./join-commits.ts"

/** An accepted update on its way to the disk. */
export interface Commit<W> {
  readonly update: Uint8Array
  /** Who sent it. */
  readonly writer: W
  readonly author: string | null
  /** Rows that belong to it. */
  readonly rows: readonly { readonly name: string; readonly value: Uint8Array }[]
}

type QueuedCommit<W> = Commit<W> & { readonly time: Millis }

/**
 * The heart of a room: what was accepted is appended, one batch in flight; what queues meanwhile is the next batch. Nobody hears of
 * an update before its batch has landed on disk.
 */
export class CommitLoop<W> {
  /** The ticket of the last update accepted; they count from 1. */
  submitted = 0
  /** The ticket of the last update on disk. */
  landed = 0
  /** Bytes accepted and not on disk. */
  unstoredBytes = 0
  #queue: QueuedCommit<W>[] = []
  #isRunning = false
  #hasFailed = false
  #waiting: { readonly ticket: number; readonly resolve: () => void }[] = []
  readonly #o: {
    readonly document: string
    readonly store: DocumentStore
    readonly clock: Clock
    readonly turns: AppendTurns
    readonly appendBytes: number
    readonly recordBytes: number
    readonly landed: (batch: readonly Commit<W>[], stored: readonly AppendedUpdate[], took: Millis) => void
    readonly failed: (error: unknown) => void
  }

  constructor(o: {
    readonly document: string
    readonly store: DocumentStore
    readonly clock: Clock
    readonly turns: AppendTurns
    readonly appendBytes: number
    readonly recordBytes: number
    /** The batch is on disk, as `stored`; `landed` says so already. What it throws is a fault of ours, which ends the loop like a store that fails. */
    readonly landed: (batch: readonly Commit<W>[], stored: readonly AppendedUpdate[], took: Millis) => void
    /** The store will never take it. The loop has stopped; what it holds is lost to the disk. Must not throw. */
    readonly failed: (error: unknown) => void
  }) {
    this.#o = o
  }

  /** Queues updates, in order. Returns the ticket that the last of them is on disk with. */
  submit(commits: readonly Commit<W>[]): number {
    const time = this.#o.clock.now()
    const queued = commits.map(({ update, writer, author, rows }) => ({ update, writer, author, rows, time }))
    for (const { update } of queued) this.unstoredBytes += update.length
    if (this.#queue.length === 0) this.#queue = queued
    else this.#queue.push(...queued)
    this.submitted += commits.length
    if (!this.#isRunning && !this.#hasFailed) void this.#run()
    return this.submitted
  }

  /** Resolves when the loop has landed as far as the ticket, or never will. */
  async reaches(ticket: number): Promise<void> {
    if (this.landed >= ticket || this.#hasFailed) return
    await new Promise<void>((resolve) => void this.#waiting.push({ ticket, resolve }))
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    while (this.#queue.length > 0) {
      const turn = this.#o.turns.next()
      if (turn !== null) await turn
      const batch = this.#nextBatch()
      const rows = rowsOf(batch)
      const start = this.#o.clock.now()
      try {
        const updates = joinCommits(batch, this.#o.recordBytes)
        await this.#o.store.append({
          document: this.#o.document,
          updates,
          ...(rows === null ? NO_ROWS : { rows }),
        })
        for (const commit of batch) this.unstoredBytes -= commit.update.length
        this.landed += batch.length
        this.#o.landed(batch, updates, this.#o.clock.now() - start)
      } catch (error) {
        this.#hasFailed = true
        this.#wake()
        this.#o.failed(error)
        return
      }
      this.#wake()
    }
    this.#isRunning = false
  }

  #nextBatch(): QueuedCommit<W>[] {
    if (this.unstoredBytes <= this.#o.appendBytes) {
      const batch = this.#queue
      this.#queue = []
      return batch
    }
    let bytes = 0
    const end = this.#queue.findIndex((commit) => (bytes += commit.update.length) > this.#o.appendBytes)
    return this.#queue.splice(0, end === -1 ? this.#queue.length : Math.max(1, end))
  }

  #wake(): void {
    if (this.#waiting.length === 0) return
    const awake = this.#waiting.filter(({ ticket }) => this.#hasFailed || ticket <= this.landed)
    this.#waiting = this.#waiting.filter(({ ticket }) => !this.#hasFailed && ticket > this.landed)
    for (const { resolve } of awake) resolve()
  }
}

/** The last value of each name; null if there are none, as with nearly every batch. */
function rowsOf(batch: readonly Commit<unknown>[]): Map<string, Uint8Array> | null {
  let rows: Map<string, Uint8Array> | null = null
  for (const commit of batch) {
    for (const { name, value } of commit.rows) {
      rows ??= new Map()
      rows.set(name, value)
    }
  }
  return rows
}

const NO_ROWS = {}
