import type { Millis } from "@ligature/protocol"

interface Change {
  readonly made: Millis
  /** Committed on this device. */
  kept: boolean
  /** The message of the present connection that carries it: the receipt that reaches this count covers it. */
  message: number | null
}

/**
 * Which changes of this browser are not on the server yet.
 *
 * Counted by message, never by state vector: a delete moves none. On each connection the first step2 carries all that the server
 * lacks, so it covers every change in the document at that moment; from then on every update leaves as its own message at once.
 * Before that step2 an update may travel ahead of what it stands on, so it covers nothing by itself.
 */
export class ChangeLedger {
  /** In the order they were made or heard of, and therefore of their messages. */
  readonly #changes = new Map<string, Change>()
  /** Those that the next message carries. */
  readonly #uncovered = new Map<string, Change>()
  /** Those that wait for something the document lacks. */
  readonly #unsettled = new Set<string>()
  #unkept = 0
  /** Step2 and update messages sent on this connection. */
  #sent = 0
  /** The answer to the server's step1 has left on this connection. */
  #caughtUp = false

  get changes(): number {
    return this.#changes.size
  }

  /** Those of the changes that are not committed on this device either. */
  get unkept(): number {
    return this.#unkept
  }

  get ids(): string[] {
    return [...this.#changes.keys()]
  }

  /** When the oldest of the changes was made; null when nothing waits for a receipt. */
  get oldest(): Millis | null {
    const first = this.#changes.values().next()
    return first.done === true ? null : first.value.made
  }

  /** A change of this tab, before its message is sent. */
  made(id: string, at: Millis): void {
    this.#add(id, { made: at, kept: false, message: null })
  }

  /**
   * A change of another tab, or of a page that is gone. If it is `settled` it is in the document, and its message, if there was one, has
   * left; else it still waits for something the document lacks, and no message can carry it.
   */
  adopted(id: string, at: Millis, settled: boolean): void {
    if (this.#changes.has(id)) return
    if (!settled) this.#unsettled.add(id)
    this.#add(id, { made: at, kept: true, message: settled && this.#caughtUp ? this.#sent : null })
  }

  get hasUnsettled(): boolean {
    return this.#unsettled.size > 0
  }

  /** What waited has found its place in the document: the next step2 carries it. */
  settle(): void {
    const ids = [...this.#unsettled]
    this.#unsettled.clear()
    for (const id of ids) {
      const change = this.#changes.get(id)
      if (change !== undefined) this.#uncovered.set(id, change)
    }
  }

  kept(ids: Iterable<string>): void {
    for (const id of ids) {
      const change = this.#changes.get(id)
      if (change === undefined || change.kept) continue
      change.kept = true
      this.#unkept--
    }
  }

  /** The `count`-th message of this connection has left. */
  sent(message: "update" | "step2", count: number): void {
    this.#sent = count
    if (message === "step2") this.#caughtUp = true
    if (!this.#caughtUp) return
    for (const change of this.#uncovered.values()) change.message = count
    this.#uncovered.clear()
  }

  /** The server has the first `count` messages of this connection on disk. Returns the changes that are saved thereby. */
  received(count: number): string[] {
    const saved: string[] = []
    for (const [id, change] of this.#changes) {
      if (change.message !== null && change.message <= count) saved.push(id)
    }
    this.drop(saved)
    return saved
  }

  /** Forgets changes that are on the server. */
  drop(ids: Iterable<string>): void {
    for (const id of ids) {
      const change = this.#changes.get(id)
      if (change === undefined) continue
      this.#changes.delete(id)
      this.#uncovered.delete(id)
      this.#unsettled.delete(id)
      if (!change.kept) this.#unkept--
    }
  }

  /** Receipts that have not come will not come: the next connection counts anew. */
  disconnected(): void {
    this.#caughtUp = false
    this.#sent = 0
    for (const [id, change] of this.#changes) {
      change.message = null
      if (!this.#unsettled.has(id)) this.#uncovered.set(id, change)
    }
  }

  #add(id: string, change: Change): void {
    this.#changes.set(id, change)
    if (!change.kept) this.#unkept++
    if (change.message === null && !this.#unsettled.has(id)) this.#uncovered.set(id, change)
  }
}
