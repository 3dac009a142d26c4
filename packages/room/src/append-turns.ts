import { setImmediate as endOfTurn, setTimeout as wait } from "node:timers/promises"
import type { Millis } from "@ligature/protocol"

/** A batch costs some 200 µs of processor time whatever is in it (fsync, two threads, a dozen promises): this often is a fortieth of a core. */
const EVERY_MS: Millis = 8
/** So many turns may follow each other before they are held to that. */
const BURST = 16

/** When rooms may append. */
export interface AppendTurns {
  /** Resolves when the next turn begins, for everybody who has asked by then; null if that is now. */
  next(): Promise<void> | null
}

/**
 * All rooms that have something append at the same moment, so that the store makes one batch of it. Whoever writes now and then
 * waits only until what has come over other sockets is read as well. Where thousands of updates come in a second, each would be alone in
 * its batch: then a turn waits a little, and takes along what comes meanwhile. On a disk whose syncs take longer than that, nobody ever waits.
 */
export class PacedTurns implements AppendTurns {
  #next: Promise<void> | null = null
  /** When the next turn would begin if all of them had kept their distance. Of the machine's own time: it is about load, not about when something happens. */
  #due: Millis = 0

  next(): Promise<void> {
    this.#next ??= this.#begin()
    return this.#next
  }

  async #begin(): Promise<void> {
    const now = performance.now()
    this.#due = Math.max(this.#due, now) + EVERY_MS
    const ms = this.#due - now - BURST * EVERY_MS
    await (ms > 0 ? wait(ms) : endOfTurn())
    this.#next = null
  }
}
