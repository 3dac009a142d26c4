import type { Millis } from "@ligature/protocol"

/** A leaky bucket that may run into debt: what has arrived is taken, and the answer says how long to stop reading. */
export class ByteBucket {
  readonly #capacity: number
  readonly #perSecond: number
  #left: number
  #at: Millis

  /** @param capacity bytes; @param perSecond bytes that flow back */
  constructor(capacity: number, perSecond: number, now: Millis) {
    this.#capacity = capacity
    this.#perSecond = perSecond
    this.#left = capacity
    this.#at = now
  }

  /** @returns how long to read nothing more; 0 when there is room */
  take(bytes: number, now: Millis): Millis {
    this.#left = Math.min(this.#capacity, this.#left + ((now - this.#at) * this.#perSecond) / 1000) - bytes
    this.#at = now
    return this.#left >= 0 ? 0 : Math.ceil((-this.#left * 1000) / this.#perSecond)
  }
}
