import type { Cancel, Clock } from "@ligature/protocol"
import { addSaved, emptyBatch, isEmpty, type LocalBatch, together } from "./local-batch.ts"
import {
  type LocalCopy,
  type LocalFacts,
  type LocalKey,
  type LocalStore,
  LocalStoreError,
  type LocalStoreErrorCode,
} from "./local-store.ts"
import type { LocalKeeping } from "./status.ts"
import { DEVICE } from "./strings.ts"

const FIRST_RETRY_MS = 1_000
const LONGEST_RETRY_MS = 30_000
/** A store that has not answered for so long is treated as failing until it does. */
const PATIENCE_MS = 5_000
/** Tidying up reads the whole document: not while it is being opened, and not before the first words. */
const TIDY_MS = 5_000
/** Small records are merged when there are so many. */
const RECORDS_BEFORE_COMPACTION = 64
/** What the server is being told at this moment may wait here for so long, for more to be written with it and for the receipt. */
const GATHERING_MS = 200

export interface KeeperEvents {
  /** What this device had, once it could be read. */
  loaded(copy: LocalCopy): void
  /** Some time after: the same content in fewer bytes, if it is worth keeping that instead. */
  tidied(copy: LocalCopy): Uint8Array | null
  /** The changes with these ids are committed here. */
  kept(ids: readonly string[]): void
  keeping(state: LocalKeeping): void
  /** Nobody else has what is given now: it is to be written at once. */
  isAlone(): boolean
}

/**
 * Keeps one document in the local store: reads it, then writes what comes, in order, one transaction in flight. What fails stays
 * in memory and is written later. Never throws: it is called from listeners of the document.
 *
 * A transaction costs a page about half a millisecond, and with a key and its receipt there would be two for each key. While the
 * server hears of everything at once, what comes within 200 ms is written together.
 */
export class LocalKeeper {
  readonly #store: LocalStore | null
  readonly #key: LocalKey
  readonly #clock: Clock
  readonly #on: KeeperEvents
  #keeping: LocalKeeping = { state: "opening" }
  #waiting: LocalBatch = emptyBatch()
  #isLoaded = false
  #work: Promise<void> | null = null
  #retryDelay = FIRST_RETRY_MS
  #cancelRetry: Cancel | null = null
  #cancelGathering: Cancel | null = null
  #cancelTidying: Cancel | null = null
  /** Records written, or found, since small ones were last merged. */
  #small = 0
  #closed = false

  /** Without a store, the sentence that says why. */
  constructor(store: LocalStore | string, key: LocalKey, clock: Clock, on: KeeperEvents) {
    this.#store = typeof store === "string" ? null : store
    this.#key = key
    this.#clock = clock
    this.#on = on
    if (typeof store === "string") this.#keeping = { state: "absent", reason: store }
  }

  get keeping(): LocalKeeping {
    return this.#keeping
  }

  /** Reads what is kept. Resolves after the first attempt, whatever came of it, or when patience ends. */
  async open(): Promise<void> {
    this.#start()
    await this.#patiently(this.#work)
  }

  /** Keeps an update; `made` names the change it is, if a receipt is awaited for it. */
  keep(update: Uint8Array, made?: string): void {
    if (this.#gaveUp) return
    this.#waiting.updates.push(update)
    if (made !== undefined) this.#waiting.made.push(made)
    this.#startSoon()
  }

  saved(ids: readonly string[]): void {
    if (this.#gaveUp || ids.length === 0) return
    addSaved(this.#waiting, ids)
    this.#startSoon()
  }

  /** Keeps small facts; they are committed after every update that was given before. */
  keepFacts(facts: LocalFacts): void {
    if (this.#gaveUp) return
    this.#waiting.facts = { ...this.#waiting.facts, ...facts }
    this.#startSoon()
  }

  /** Begins to write what waits: there is nobody left who has it. */
  alone(): void {
    if (this.#cancelGathering !== null) this.#start()
  }

  /** Resolves when everything given so far is committed, or the store has failed to, or patience ends. Never rejects. */
  async flush(): Promise<void> {
    this.#start()
    await this.#patiently(this.#work)
  }

  /** Hands what waits to the store at once, beside a write that is under way: the page may be gone before that has ended. */
  hurry(): void {
    if (this.#store === null || !this.#isLoaded || isEmpty(this.#waiting)) return
    void this.#writeWaiting(this.#store)
  }

  /** Writes what waits, then stops. */
  async close(): Promise<void> {
    await this.flush()
    this.#closed = true
    this.#cancelRetry?.()
    this.#stopGathering()
    this.#cancelTidying?.()
  }

  get #gaveUp(): boolean {
    return this.#store === null || this.#closed
  }

  #startSoon(): void {
    // What failed has its own time: trying it all again with every key would help nobody.
    if (this.#cancelRetry !== null) return
    if (this.#on.isAlone()) this.#start()
    else this.#gather()
  }

  #gather(): void {
    // A write that is under way looks for more when it ends.
    if (this.#work === null) this.#cancelGathering ??= this.#clock.after(GATHERING_MS, () => this.#start())
  }

  #stopGathering(): void {
    this.#cancelGathering?.()
    this.#cancelGathering = null
  }

  #start(): void {
    this.#stopGathering()
    if (this.#work !== null || this.#gaveUp) return
    this.#cancelRetry?.()
    this.#cancelRetry = null
    this.#work = this.#run()
  }

  async #run(): Promise<void> {
    // Everything that this turn of the event loop brings goes into one transaction.
    await Promise.resolve()
    const works = await this.#readAndWrite()
    this.#work = null
    if (this.#closed) return
    if (!works) this.#retryLater()
    else if (!isEmpty(this.#waiting)) this.#start()
  }

  async #patiently(work: Promise<void> | null): Promise<void> {
    if (work === null) return
    let cancel = NO_TIMER
    const patience = new Promise<void>((resolve) => {
      cancel = this.#clock.after(PATIENCE_MS, resolve)
    })
    await Promise.race([work, patience])
    cancel()
  }

  /** What the store does for us; if it does not answer in time, that is told, and it may still answer. */
  async #timed<T>(work: Promise<T>): Promise<T> {
    const cancel = this.#clock.after(PATIENCE_MS, () => {
      this.#setKeeping({ state: "failing", reason: DEVICE.slow })
    })
    try {
      return await work
    } finally {
      cancel()
    }
  }

  /** Resolves to false when it failed and should be tried again. */
  async #readAndWrite(): Promise<boolean> {
    const store = this.#store
    if (store === null) return true
    if (!this.#isLoaded) {
      try {
        const copy = await this.#timed(store.read(this.#key))
        this.#isLoaded = true
        this.#small = copy.updates.length
        this.#on.loaded(copy)
        this.#works()
        this.#cancelTidying = this.#clock.after(TIDY_MS, () => void this.#tidy(store, copy))
      } catch (error) {
        return this.#failed(error)
      }
    }
    while (!isEmpty(this.#waiting)) {
      if (!(await this.#writeWaiting(store))) return this.#closed
      await this.#compactNowAndThen(store)
    }
    return true
  }

  async #writeWaiting(store: LocalStore): Promise<boolean> {
    const batch = this.#waiting
    this.#waiting = emptyBatch()
    try {
      await this.#timed(store.write(this.#key, batch))
      this.#small += batch.updates.length
      this.#on.kept(batch.made)
      this.#works()
      return true
    } catch (error) {
      this.#waiting = together(batch, this.#waiting)
      return this.#failed(error)
    }
  }

  async #compactNowAndThen(store: LocalStore): Promise<void> {
    if (this.#small < RECORDS_BEFORE_COMPACTION) return
    this.#small = 0
    try {
      await store.compact(this.#key)
    } catch {
      // Nothing is lost by it, and if the store has failed the next write says so.
    }
  }

  async #tidy(store: LocalStore, copy: LocalCopy): Promise<void> {
    const state = this.#on.tidied(copy)
    if (state === null) return
    try {
      if (await store.rewrite(this.#key, copy.records, state)) this.#small = 0
    } catch {
      // As with merging: what is there stays there.
    }
  }

  #works(): void {
    this.#retryDelay = FIRST_RETRY_MS
    // Told once, not with each key that was written.
    if (this.#keeping.state !== "kept") this.#setKeeping({ state: "kept" })
  }

  #failed(error: unknown): boolean {
    const code = error instanceof LocalStoreError ? error.code : "LOCAL_STORE_FAILED"
    if (code === "LOCAL_STORE_ABSENT") {
      // It will not come back while this page lives, and what waits for it would only grow.
      this.#closed = true
      this.#waiting = emptyBatch()
      this.#setKeeping({ state: "absent", reason: REASONS[code] })
    } else {
      this.#setKeeping({ state: "failing", reason: REASONS[code] })
    }
    return false
  }

  #retryLater(): void {
    this.#cancelRetry = this.#clock.after(this.#retryDelay, () => this.#start())
    this.#retryDelay = Math.min(LONGEST_RETRY_MS, this.#retryDelay * 2)
  }

  #setKeeping(keeping: LocalKeeping): void {
    this.#keeping = keeping
    this.#on.keeping(keeping)
  }
}

const NO_TIMER: Cancel = () => undefined

const REASONS: Readonly<Record<LocalStoreErrorCode, string>> = {
  LOCAL_STORE_ABSENT: DEVICE.none,
  LOCAL_STORE_FULL: DEVICE.full,
  LOCAL_STORE_NEWER: DEVICE.newer,
  LOCAL_STORE_FAILED: DEVICE.failed,
}
