import type { Clock, Millis } from "@ligature/protocol"
import { StoreError, type StoreHealth } from "@ligature/store"
import { Batch } from "./batch.ts"
import type { Change, Database, DatabaseFolder } from "./database.ts"
import { MARKER_KEY, TOTALS_KEY } from "./keys.ts"
import { type Marker, type Summary, type Totals, unsealMarker, unsealTotals } from "./payloads.ts"
import { Damage } from "./sealed-value.ts"

// Group commit. Operations queue up; what has queued becomes one batch, written with fsync; while it is in flight the
// next ones queue. One batch in flight beats many, and under load batches grow by themselves.
//
// After one write error the handle is never written to again: after a full disk LevelDB acknowledges writes that are
// gone at the next opening. Until the folder can be written the old handle still serves reads; then it is closed, the
// database opened again, the last acknowledged commit looked for, the same batch written once more (the same keys and
// values, so nothing doubles, whether or not it had landed), and only then the next one is made.

/** A wish to change something, decided when its batch is put together. */
export interface Operation {
  readonly document: string
  /** About what it writes, to bound a batch. */
  readonly bytes: number
  /** Needs a batch of its own, since it deletes what others in a batch may add. */
  readonly alone: boolean
  /** Nobody's change is lost when a closing store gives this up. */
  readonly onlyTidies: boolean
  /** Throws before its first change to the batch, or not at all. A promise if it had to read something. */
  apply(batch: Batch): Promise<void> | void
}

/** One batch of the database, written with fsync: what all documents had waiting when it began. */
export interface StoreCommit {
  /** Appends and other changes in it. */
  readonly writes: number
  /** From the start of the write until it was durable. */
  readonly ms: Millis
}

export interface CommitLoopOptions {
  readonly folder: DatabaseFolder
  /** Open, and from now on owned by the loop. */
  readonly database: Database
  readonly marker: Marker
  readonly totals: Totals
  readonly clock: Clock
  /** A document was found damaged while an operation was applied; returns what that operation rejects with. */
  readonly onDamage: (document: string, damage: Damage) => StoreError
  /** What the documents of a durable batch are now, and what the batch was. */
  readonly onCommit: (summaries: ReadonlyMap<string, Summary>, commit: StoreCommit) => void
}

/** More than a full batch of the largest ordinary updates stalls everybody behind it. */
export const MAX_BATCH_BYTES: number = 4 * 1024 * 1024
/** Waits between attempts to reopen; the first attempt comes at once. Writing goes on within seconds of the disk's coming back. */
export const FIRST_RETRY_MS: Millis = 250
export const LAST_RETRY_MS: Millis = 4_000
/** Summaries kept in memory, about 300 bytes each. */
const KNOWN_SUMMARIES = 10_000
/** Attempts that `close` makes for what is pending. */
const CLOSING_ATTEMPTS = 2

interface Queued {
  readonly operation: Operation
  readonly resolve: () => void
  readonly reject: (reason: unknown) => void
}

interface Prepared {
  readonly batch: Batch
  readonly changes: readonly Change[]
  readonly accepted: readonly Queued[]
}

export class CommitLoop {
  readonly #options: CommitLoopOptions
  readonly #listeners = new Set<(health: StoreHealth) => void>()
  #health: StoreHealth = { state: "ok" }
  /** For reading; null while reopening and when that failed. */
  #database: Database | null
  /** To be closed before the next opening. */
  #distrusted: Database | null = null
  #reopening: Promise<void> | null = null
  /** As of the last durable commit. */
  #totals: Totals
  /** Durable summaries, least recently committed first. */
  readonly #known = new Map<string, Summary>()
  #queue: Queued[] = []
  /** Taken from the queue for the next batch. */
  #taken: readonly Queued[] = []
  /** The batch in flight; kept as it is until it is durable. */
  #prepared: Prepared | null = null
  #running: Promise<void> | null = null
  #closing: Promise<void> | null = null
  #closingAttempts = 0
  #wake: () => void = () => {}

  constructor(options: CommitLoopOptions) {
    this.#options = options
    this.#database = options.database
    this.#totals = options.totals
  }

  get health(): StoreHealth {
    return this.#health
  }

  get totals(): Totals {
    return this.#totals
  }

  onHealth(listener: (health: StoreHealth) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** A durable summary, if it is at hand. */
  knownSummary(document: string): Summary | undefined {
    return this.#known.get(document)
  }

  /** The handle to read from; waits while it is being reopened. */
  async reading(): Promise<Database> {
    await this.#reopening
    if (this.#database !== null) return this.#database
    if (this.#closing !== null) throw this.#closed()
    const cause = this.#health.state === "failing" ? this.#health.cause : undefined
    const message = `The data folder ${this.#options.folder.path} cannot be read at the moment; the store keeps trying to open it again.`
    throw new StoreError("STORE_UNAVAILABLE", message, { cause })
  }

  /** Resolves when the operation is durable; rejects with what `apply` threw, or STORE_CLOSED. */
  enqueue(operation: Operation): Promise<void> {
    if (this.#closing !== null) return Promise.reject(this.#closed())
    return new Promise((resolve, reject) => {
      this.#queue.push({ operation, resolve, reject })
      // The microtask lets everything that is called now join the first batch.
      this.#running ??= Promise.resolve().then(() => this.#run())
    })
  }

  /** Writes what is pending, tries a second time after an error, and closes. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#wake()
    await this.#running
    const unstored = this.#giveUp()
    const database = this.#database ?? this.#distrusted
    this.#database = null
    await database?.close()
    const cause = this.#health.state === "failing" ? this.#health.cause : undefined
    this.#setHealth({ state: "closed" })
    if (unstored.length === 0) return
    const names = unstored.map((document) => JSON.stringify(document)).join(", ")
    const message = `The data folder ${this.#options.folder.path} was closed without the last changes of ${names}.`
    throw new StoreError("STORE_UNSTORED", message, { cause, documents: unstored })
  }

  #giveUp(): string[] {
    const left = [...this.#taken, ...this.#queue]
    this.#taken = []
    this.#queue = []
    this.#prepared = null
    for (const { operation, reject } of left) {
      const documents = [operation.document]
      reject(new StoreError("STORE_CLOSED", `The store closed before it could store ${documents[0]}.`, { documents }))
    }
    const lost = left.filter(({ operation }) => !operation.onlyTidies)
    return [...new Set(lost.map(({ operation }) => operation.document))]
  }

  async #run(): Promise<void> {
    let failures = 0
    while (this.#take()) {
      try {
        if (this.#health.state === "failing") await this.#reopen()
        await this.#commit()
        failures = 0
        this.#setHealth({ state: "ok" })
      } catch (cause) {
        this.#fail(cause)
        if (this.#closing !== null && ++this.#closingAttempts >= CLOSING_ATTEMPTS) break
        if (failures > 0) await this.#pause(Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), LAST_RETRY_MS))
        failures += 1
      }
    }
    this.#running = null
  }

  /** Moves the next batch's operations out of the queue, unless a batch is still to be finished. */
  #take(): boolean {
    if (this.#taken.length > 0) return true
    let bytes = 0
    let count = 0
    for (const { operation } of this.#queue) {
      bytes += operation.bytes
      if (count > 0 && (operation.alone || bytes > MAX_BATCH_BYTES)) break
      count += 1
      if (operation.alone) break
    }
    this.#taken = this.#queue.splice(0, count)
    return count > 0
  }

  async #commit(): Promise<void> {
    const database = await this.reading()
    this.#prepared ??= await this.#prepare(database)
    const { batch, changes, accepted } = this.#prepared
    let ms = 0
    if (changes.length > 0) {
      const start = performance.now()
      await database.write(changes)
      ms = performance.now() - start
      this.#totals = batch.totals
      for (const [document, summary] of batch.summaries) this.#remember(document, summary)
    }
    this.#prepared = null
    this.#taken = []
    for (const { resolve } of accepted) resolve()
    this.#options.onCommit(batch.summaries, { writes: accepted.length, ms })
  }

  async #prepare(database: Database): Promise<Prepared> {
    const batch = new Batch(database, this.#totals, this.#known)
    const accepted: Queued[] = []
    const refused: { queued: Queued; reason: unknown }[] = []
    for (const queued of this.#taken) {
      try {
        const applied = queued.operation.apply(batch)
        if (applied !== undefined) await applied
        accepted.push(queued)
      } catch (error) {
        const { document } = queued.operation
        const reason = error instanceof Damage ? this.#options.onDamage(document, error) : error
        // Anything else comes from the database below: the whole batch is put together again after reopening.
        if (!(reason instanceof StoreError || reason instanceof RangeError)) throw error
        refused.push({ queued, reason })
      }
    }
    for (const { queued, reason } of refused) queued.reject(reason)
    this.#taken = accepted
    return { batch, changes: batch.isEmpty ? [] : batch.changes(), accepted }
  }

  #remember(document: string, summary: Summary): void {
    this.#known.delete(document)
    this.#known.set(document, summary)
    if (this.#known.size <= KNOWN_SUMMARIES) return
    for (const oldest of this.#known.keys()) {
      this.#known.delete(oldest)
      break
    }
  }

  async #reopen(): Promise<void> {
    await this.#options.folder.probe()
    const attempt = this.#replaceDatabase()
    // Whoever wants to read waits for the attempt; how it ended shows in #database.
    this.#reopening = attempt.catch(() => {})
    try {
      await attempt
    } finally {
      this.#reopening = null
    }
  }

  async #replaceDatabase(): Promise<void> {
    this.#distrusted ??= this.#database
    this.#database = null
    await this.#distrusted?.close()
    this.#distrusted = await this.#options.folder.open({ create: false })
    await this.#verify(this.#distrusted)
    this.#database = this.#distrusted
    this.#distrusted = null
  }

  /** Everything that was acknowledged must be there; the batch in flight may be. */
  async #verify(database: Database): Promise<void> {
    const { marker, folder } = this.#options
    const [markerValue, totalsValue] = await database.getMany([MARKER_KEY, TOTALS_KEY])
    const found = markerValue === undefined ? undefined : unsealMarker(MARKER_KEY, markerValue)
    const { commit } = this.#totals
    const there = totalsValue === undefined ? undefined : unsealTotals(TOTALS_KEY, totalsValue).commit
    const mayBeThere = this.#prepared === null ? commit : commit + 1
    if (found?.id === marker.id && there !== undefined && there >= commit && there <= mayBeThere) return
    const message = `The data folder ${folder.path} no longer holds what was written to it (commit ${there ?? "none"} instead of ${commit}); stop the server and run "ligature check" on it.`
    throw new StoreError("STORE_DAMAGED", message)
  }

  #fail(cause: unknown): void {
    if (this.#health.state === "failing") return
    const error = cause instanceof Error ? cause : new Error(String(cause))
    this.#setHealth({ state: "failing", since: this.#options.clock.now(), cause: error })
  }

  #setHealth(health: StoreHealth): void {
    if (this.#health.state === health.state) return
    this.#health = health
    for (const listener of this.#listeners) listener(health)
  }

  async #pause(ms: Millis): Promise<void> {
    if (this.#closing !== null) return
    await new Promise<void>((resolve) => {
      const cancel = this.#options.clock.after(ms, resolve)
      this.#wake = () => {
        cancel()
        resolve()
      }
    })
    this.#wake = () => {}
  }

  #closed(): StoreError {
    return new StoreError("STORE_CLOSED", `The store in ${this.#options.folder.path} is closed.`)
  }
}
