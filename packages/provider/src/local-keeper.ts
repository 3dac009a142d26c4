import type { Cancel, Clock } from "@ligature/protocol"
import { type LocalCopy, type LocalFacts, type LocalKey, type LocalStore, LocalStoreError } from "./local-store.ts"
import type { LocalKeeping } from "./status.ts"
import {
  localStoreOffSentence,
  newerVersionSentence,
  noDatabaseSentence,
  storageFailedSentence,
  storageFullSentence,
  storageSlowSentence,
} from "./strings.ts"

const FIRST_RETRY_MS = 1_000
const LONGEST_RETRY_MS = 30_000
/** A store that has not answered for so long is treated as failing until it does. */
const PATIENCE_MS = 5_000
/** Records are merged after so many writes. */
const WRITES_BEFORE_COMPACTION = 64

export interface KeeperEvents {
  /** What this device had, once it could be read. */
  loaded(copy: LocalCopy): void
  /** The changes with these ids are committed here. */
  kept(ids: readonly string[]): void
  keeping(state: LocalKeeping): void
}

interface Waiting {
  updates: Uint8Array[]
  made: string[]
  saved: string[]
  facts: LocalFacts
}

/**
 * Keeps one document in the local store: reads it, then writes what comes, in order, one transaction in flight. What fails stays
 * in memory and is written later. Never throws: it is called from listeners of the document.
 */
export class LocalKeeper {
  readonly #store: LocalStore | null
  readonly #key: LocalKey
  readonly #clock: Clock
  readonly #on: KeeperEvents
  #keeping: LocalKeeping = { state: "opening" }
  #waiting: Waiting = nothing()
  #isLoaded = false
  #work: Promise<void> | null = null
  #retryDelay = FIRST_RETRY_MS
  #cancelRetry: Cancel | null = null
  #writes = 0
  #closed = false

  constructor(store: LocalStore | null, key: LocalKey, clock: Clock, on: KeeperEvents) {
    this.#store = store
    this.#key = key
    this.#clock = clock
    this.#on = on
    if (store === null) this.#setKeeping({ state: "absent", reason: localStoreOffSentence })
  }

  get keeping(): LocalKeeping {
    return this.#keeping
  }

  /** Reads what is kept. Resolves after the first attempt, whatever came of it, or when patience ends. */
  async open(): Promise<void> {
    if (this.#store === null) return
    this.#start()
    let cancel: Cancel | null = null
    await Promise.race([
      this.#work,
      new Promise<void>((resolve) => {
        cancel = this.#clock.after(PATIENCE_MS, resolve)
      }),
    ])
    ;(cancel as Cancel | null)?.()
  }

  /** Keeps an update; `made` names the change it is, if a receipt is awaited for it. */
  keep(update: Uint8Array, made?: string): void {
    if (this.#gaveUp) return
    this.#waiting.updates.push(update)
    if (made !== undefined) this.#waiting.made.push(made)
    this.#start()
  }

  saved(ids: readonly string[]): void {
    if (this.#gaveUp || ids.length === 0) return
    this.#waiting.saved.push(...ids)
    this.#start()
  }

  /** Keeps small facts; they are committed after every update that was given before. */
  keepFacts(facts: LocalFacts): void {
    if (this.#gaveUp) return
    this.#waiting.facts = { ...this.#waiting.facts, ...facts }
    this.#start()
  }

  /** Resolves when everything given so far is committed, or the store has failed to. */
  async flush(): Promise<void> {
    this.#start()
    await this.#work
  }

  /** Writes what waits, then stops. */
  async close(): Promise<void> {
    await this.flush()
    this.#closed = true
    this.#cancelRetry?.()
  }

  get #gaveUp(): boolean {
    return this.#store === null || this.#closed
  }

  #start(): void {
    if (this.#work !== null || this.#gaveUp) return
    this.#cancelRetry?.()
    this.#cancelRetry = null
    const cancelImpatience = this.#clock.after(PATIENCE_MS, () => {
      this.#setKeeping({ state: "failing", reason: storageSlowSentence })
    })
    this.#work = this.#run().then((retry) => {
      cancelImpatience()
      this.#work = null
      if (retry) this.#retryLater()
    })
  }

  /** Resolves to true when something is left to try again. */
  async #run(): Promise<boolean> {
    const store = this.#store
    if (store === null) return false
    // Everything that this turn of the event loop brings goes into one transaction.
    await Promise.resolve()
    let batch: Waiting | null = null
    try {
      if (!this.#isLoaded) {
        const copy = await store.read(this.#key)
        this.#isLoaded = true
        this.#on.loaded(copy)
        this.#works()
      }
      while (!isEmpty(this.#waiting)) {
        batch = this.#waiting
        this.#waiting = nothing()
        await store.write(this.#key, batch)
        this.#works()
        this.#on.kept(batch.made)
        batch = null
        if (++this.#writes % WRITES_BEFORE_COMPACTION === 0) await store.compact(this.#key)
      }
      return false
    } catch (error) {
      if (batch !== null) this.#waiting = together(batch, this.#waiting)
      return this.#failed(error)
    }
  }

  #works(): void {
    this.#retryDelay = FIRST_RETRY_MS
    this.#setKeeping({ state: "kept" })
  }

  #failed(error: unknown): boolean {
    const code = error instanceof LocalStoreError ? error.code : "LOCAL_STORE_FAILED"
    switch (code) {
      case "LOCAL_STORE_ABSENT":
        this.#setKeeping({ state: "absent", reason: noDatabaseSentence })
        this.#waiting = nothing()
        this.#closed = true
        return false
      case "LOCAL_STORE_FULL":
        this.#setKeeping({ state: "failing", reason: storageFullSentence })
        return true
      case "LOCAL_STORE_NEWER":
        this.#setKeeping({ state: "failing", reason: newerVersionSentence })
        return true
      case "LOCAL_STORE_FAILED":
        this.#setKeeping({ state: "failing", reason: storageFailedSentence })
        return true
    }
  }

  #retryLater(): void {
    if (this.#closed) return
    this.#cancelRetry = this.#clock.after(this.#retryDelay, () => this.#start())
    this.#retryDelay = Math.min(LONGEST_RETRY_MS, this.#retryDelay * 2)
  }

  #setKeeping(keeping: LocalKeeping): void {
    this.#keeping = keeping
    this.#on.keeping(keeping)
  }
}

function nothing(): Waiting {
  return { updates: [], made: [], saved: [], facts: {} }
}

function isEmpty(waiting: Waiting): boolean {
  return (
    waiting.updates.length === 0 &&
    waiting.made.length === 0 &&
    waiting.saved.length === 0 &&
    Object.keys(waiting.facts).length === 0
  )
}

function together(first: Waiting, then: Waiting): Waiting {
  return {
    updates: [...first.updates, ...then.updates],
    made: [...first.made, ...then.made],
    saved: [...first.saved, ...then.saved],
    facts: { ...first.facts, ...then.facts },
  }
}
