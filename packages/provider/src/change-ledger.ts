import type { Millis } from "@ligature/protocol"

interface Change {
  /** Committed on this device. */
  kept: boolean
  /** The message of the present connection that carries it: the receipt that reaches this count covers it. */
  message: number | null
  readonly made: Millis
}

/**
 * Which changes of this browser are not on the server yet.
 *
 * Counted by message, never by state vector: a delete moves none. On each connection the first step2 carries all that the server
 * lacks, so it covers every change in the document at that moment; from then on every update leaves as its own message at once.
 * Before that step2 an update may travel ahead of what it stands on, so it covers nothing by itself.
 */
export class ChangeLedger {
  readonly #changes = new Map<string, Change>()
  /** The answer to the server's step1 has left on this connection. */
  #caughtUp = false
  /** Step2 and update messages sent on this connection. */
  #sent = 0

  get changes(): number {
    return this.#changes.size
  }

  get unkept(): number {
    let count = 0
    for (const change of this.#changes.values()) if (!change.kept) count++
    return count
  }

  /** When the oldest change that waits for a receipt was made; null when nothing waits. */
  get oldest(): Millis | null {
    const first = this.#changes.values().next()
    return first.done === true ? null : first.value.made
  }

  get uncovered(): boolean {
    return this.#caughtUp && [...this.#changes.values()].some((change) => change.message === null)
  }

  has(id: string): boolean {
    return this.#changes.has(id)
  }

  /** A change of this tab, before its message is sent. */
  made(id: string, at: Millis): void {
    this.#changes.set(id, { kept: false, message: null, made: at })
  }

  /** A change of another tab, or of a page that is gone; it is in the document already, and its message, if there was one, is sent. */
  adopted(id: string, at: Millis): void {
    if (this.#changes.has(id)) return
    this.#changes.set(id, { kept: true, message: this.#caughtUp ? this.#sent : null, made: at })
  }

  kept(ids: Iterable<string>): void {
    for (const id of ids) {
      const change = this.#changes.get(id)
      if (change !== undefined) change.kept = true
    }
  }

  sent(message: "update" | "step2", count: number): void {
    this.#sent = count
    if (message === "step2") this.#caughtUp = true
    if (!this.#caughtUp) return
    for (const change of this.#changes.values()) change.message ??= count
  }

  /** The server has `count` messages of this connection on disk. Returns the changes that are saved thereby. */
  received(count: number): string[] {
    const saved: string[] = []
    for (const [id, change] of this.#changes) if (change.message !== null && change.message <= count) saved.push(id)
    this.drop(saved)
    return saved
  }

  /** Another tab had a receipt for them. */
  drop(ids: Iterable<string>): void {
    for (const id of ids) this.#changes.delete(id)
  }

  disconnected(): void {
    this.#caughtUp = false
    this.#sent = 0
    for (const change of this.#changes.values()) change.message = null
  }
}
