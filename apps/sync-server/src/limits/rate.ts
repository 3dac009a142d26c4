import type { Clock, Millis } from "@ligature/protocol"

/** Senders remembered at the same time. Past it the one not heard of for longest is forgotten. */
const MOST_SENDERS = 100_000

/** A token bucket for each sender: so many at once, then so many a second. */
export class Rate {
  readonly #clock: Clock
  readonly #burst: number
  readonly #perSecond: number
  /** In the order they were last heard of; who has a full bucket again need not be here. */
  readonly #senders = new Map<string, { left: number; at: Millis }>()

  constructor(clock: Clock, o: { readonly burst: number; readonly perSecond: number }) {
    this.#clock = clock
    this.#burst = o.burst
    this.#perSecond = o.perSecond
  }

  /** Takes one from the sender's bucket. False if it is empty; nothing is taken then. */
  allows(sender: string): boolean {
    const now = this.#clock.now()
    const bucket = this.#senders.get(sender)
    const left = bucket === undefined ? this.#burst : this.#refilled(bucket, now)
    this.#senders.delete(sender)
    this.#senders.set(sender, { left: left < 1 ? left : left - 1, at: now })
    this.#forgetOldest(now)
    return left >= 1
  }

  /** How many senders are remembered. */
  get size(): number {
    return this.#senders.size
  }

  #refilled({ left, at }: { left: number; at: Millis }, now: Millis): number {
    return Math.min(this.#burst, left + (Math.max(0, now - at) * this.#perSecond) / 1000)
  }

  /** Two at a time: those who are through with it leave faster than new ones come. */
  #forgetOldest(now: Millis): void {
    let looked = 0
    for (const [sender, bucket] of this.#senders) {
      if (looked++ === 2) return
      if (this.#senders.size <= MOST_SENDERS && this.#refilled(bucket, now) < this.#burst) return
      this.#senders.delete(sender)
    }
  }
}
