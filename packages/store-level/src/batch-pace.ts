import type { Millis } from "@ligature/protocol"

/** A batch costs some 150 µs of processor time whatever is in it (fsync, two threads, a dozen promises): this often is a tenth of a core. */
const EVERY_MS: Millis = 2.5
/** So many may begin one after the other before they are held to that. */
const BURST = 16

/**
 * How soon the next batch may begin. Whoever writes now and then waits for nothing but the disk. Where thousands of updates come in a
 * second, each alone in its batch, a batch waits a little and takes along what comes meanwhile. On a disk whose syncs take longer than
 * that, nobody ever waits.
 */
export class BatchPace {
  /** When the next batch would begin if all of them had kept their distance. */
  #due: Millis = 0

  /** A batch is about to begin. Returns how long it should wait. `now`: of a clock that never jumps. */
  next(now: Millis): Millis {
    this.#due = Math.max(this.#due, now) + EVERY_MS
    return Math.max(0, this.#due - now - BURST * EVERY_MS)
  }
}
