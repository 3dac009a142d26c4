import { LeaveWarning } from "./leave-warning.ts"
import { notify } from "./notify.ts"
import type { Status, StoragePersistence } from "./status.ts"
import { sameStatus, type StatusFacts, statusOf } from "./status-of.ts"

/** Shows the status to whoever listens, and warns before the page is left while changes are nowhere. */
export class StatusBoard {
  #status: Status = { state: "loading" }
  #persistence: StoragePersistence = "unasked"
  readonly #listeners = new Set<(status: Status) => void>()
  readonly #leaveWarning = new LeaveWarning()
  #isTelling = false
  #isClosed = false

  get status(): Status {
    return this.#status
  }

  get persistence(): StoragePersistence {
    return this.#persistence
  }

  onStatus(listener: (status: Status) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  show(facts: StatusFacts): void {
    if (this.#isClosed) return
    // A write that the store has been given is as good as done; only a store that does not work leaves changes nowhere.
    this.#leaveWarning.set(facts.unkept > 0 && facts.local.state !== "kept")
    const status = statusOf(facts)
    if (sameStatus(status, this.#status)) return
    this.#status = status
    this.tell()
  }

  /** Calls the listeners, once per turn of the event loop and never from within a listener of the document. */
  tell(): void {
    if (this.#isTelling) return
    this.#isTelling = true
    queueMicrotask(() => {
      this.#isTelling = false
      notify(this.#listeners, this.#status)
    })
  }

  /** Asks the browser, once, not to evict what is kept here. */
  async askForPersistence(): Promise<void> {
    if (this.#persistence !== "unasked") return
    this.#persistence = "unavailable"
    try {
      const granted = await globalThis.navigator?.storage?.persist?.()
      if (granted !== undefined) this.#persistence = granted ? "granted" : "refused"
    } catch {
      // Not to be had here: nothing was promised.
    }
    this.tell()
  }

  /** Nobody listens any more. The warning stays until `close`. */
  silence(): void {
    this.#listeners.clear()
  }

  close(): void {
    this.#isClosed = true
    this.#leaveWarning.set(false)
  }
}
