import type { Append, DocumentStore, StoreHealth } from "./document-store.ts"
import { StoreError } from "./store-error.ts"

/** A store whose disk can be taken away and given back. */
export interface FaultyStore extends DocumentStore {
  /** From the `n`-th append on (1: the next one), appends stay pending and health is failing, as a store does that keeps reopening. */
  failAppends(n: number, cause?: Error): void
  /** Stores what is pending, in order, and goes on. */
  heal(): Promise<void>
  /** Reads and row reads fail with this until it is null again. */
  failReads(error: StoreError | null): void
}

/** Wraps a store, to see how a room behaves when the one under it fails. Closing it while it fails leaves the pending appends unstored. */
export function openFaultyStore(inner: DocumentStore): FaultyStore {
  const listeners = new Set<(health: StoreHealth) => void>()
  let health: StoreHealth = inner.health
  let appendsLeft = Number.POSITIVE_INFINITY
  let appendFault = new Error("the disk is full")
  let readFault: StoreError | null = null
  let pending: { append: Append; resolve: () => void; reject: (reason: unknown) => void }[] = []

  function setHealth(next: StoreHealth): void {
    if (next.state === health.state) return
    health = next
    for (const listener of listeners) listener(health)
  }

  return {
    async *read(document) {
      if (readFault !== null) throw readFault
      yield* inner.read(document)
    },
    async readRows(document) {
      if (readFault !== null) throw readFault
      return inner.readRows(document)
    },
    async *salvage(document) {
      if (readFault !== null) throw readFault
      yield* inner.salvage(document)
    },
    append(append) {
      if (health.state === "closed") return inner.append(append)
      appendsLeft -= 1
      if (appendsLeft > 0 && health.state === "ok") return inner.append(append)
      setHealth({ state: "failing", since: Date.now(), cause: appendFault })
      return new Promise((resolve, reject) => pending.push({ append, resolve, reject }))
    },
    replacePrefix: (document, replacement) => inner.replacePrefix(document, replacement),
    state: (document) => inner.state(document),
    bytes: (document) => inner.bytes(document),
    list: (options) => inner.list(options),
    remove: (document, at) => inner.remove(document, at),
    statistics: () => inner.statistics(),
    get health() {
      return health
    },
    onHealth(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async close() {
      const unstored = [...new Set(pending.map(({ append }) => append.document))]
      for (const { reject } of pending)
        reject(new StoreError("STORE_CLOSED", "The store closed before it could store this."))
      pending = []
      await inner.close()
      setHealth({ state: "closed" })
      if (unstored.length === 0) return
      throw new StoreError("STORE_UNSTORED", `Not stored: ${unstored.join(", ")}.`, { documents: unstored })
    },
    [Symbol.asyncDispose]() {
      return this.close()
    },
    failAppends(n, cause = new Error("the disk is full")) {
      appendsLeft = n
      appendFault = cause
    },
    async heal() {
      appendsLeft = Number.POSITIVE_INFINITY
      const stored = pending
      pending = []
      const results = stored.map(({ append, resolve, reject }) => inner.append(append).then(resolve, reject))
      setHealth({ state: "ok" })
      await Promise.all(results)
    },
    failReads(error) {
      readFault = error
    },
  }
}
