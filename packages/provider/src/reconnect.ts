import type { Cancel, Clock, Millis } from "@ligature/protocol"

/** The most a client waits between two attempts. */
const LONGEST_DELAY_MS = 30_000
/** The first delay is drawn from 0 to this; each further failure doubles it. */
const FIRST_DELAY_MS = 500
/** A server that said "later" is left alone for at least this long. */
const LATER_MS = 30_000

/** When to try again: full jitter, so that the clients of a server that restarts do not come back in step. */
export class ReconnectTurn {
  readonly #clock: Clock
  readonly #random: () => number
  #failures = 0
  #notBefore: Millis = 0
  #hurry: (() => void) | null = null

  constructor(clock: Clock, random: () => number) {
    this.#clock = clock
    this.#random = random
  }

  /** A connection did useful work: the next loss is a first one. */
  succeeded(): void {
    this.#failures = 0
  }

  failed(retry: "backoff" | "later"): void {
    const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** this.#failures)
    this.#failures++
    const delay = Math.round(this.#random() * ceiling) + (retry === "later" ? LATER_MS : 0)
    this.#notBefore = this.#clock.now() + delay
  }

  /** When the next attempt starts. */
  get next(): Millis {
    return this.#notBefore
  }

  /** Resolves when it is time, or somebody hurries, or the attempt is abandoned. */
  async wait(abandoned: AbortSignal): Promise<void> {
    const delay = this.#notBefore - this.#clock.now()
    if (delay <= 0 || abandoned.aborted) return
    await new Promise<void>((resolve) => {
      const done = (): void => {
        cancel()
        abandoned.removeEventListener("abort", done)
        this.#hurry = null
        resolve()
      }
      const cancel: Cancel = this.#clock.after(delay, done)
      abandoned.addEventListener("abort", done)
      this.#hurry = done
    })
  }

  /**
   * Now, because the network is back or a person looks. An attempt that is under way may have begun before that, and fails yet: the next
   * one then waits no longer than after a first failure, however many there were.
   */
  hurry(): void {
    this.#failures = 0
    this.#notBefore = 0
    this.#hurry?.()
  }
}
