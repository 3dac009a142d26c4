import type { Clock, Millis } from "@ligature/protocol"

/** Senders remembered in a generation: past it the one before is forgotten. */
const MOST_SENDERS = 50_000

interface Bucket {
  left: number
  at: Millis
}

/** A token bucket for each sender: so many at once, then so many a second. */
export class Rate {
  readonly #clock: Clock
  readonly #burst: number
  readonly #perSecond: number
  /** Those heard of lately, and those of the generation before. Who is in neither has a full bucket, or is one of too many. */
  #young = new Map<string, Bucket>()
  #old = new Map<string, Bucket>()
  #turnedAt: Millis

  constructor(clock: Clock, o: { readonly burst: number; readonly perSecond: number }) {
    this.#clock = clock
    this.#burst = o.burst
    this.#perSecond = o.perSecond
    this.#turnedAt = clock.now()
  }

  /** Takes one from the sender's bucket. False if it is empty; nothing is taken then. */
  allows(sender: string): boolean {
    const now = this.#clock.now()
    this.#turn(now)
    const bucket = this.#young.get(sender) ?? this.#old.get(sender) ?? { left: this.#burst, at: now }
    this.#young.set(sender, bucket)
    bucket.left = Math.min(this.#burst, bucket.left + (Math.max(0, now - bucket.at) * this.#perSecond) / 1000)
    bucket.at = now
    if (bucket.left < 1) return false
    bucket.left--
    return true
  }

  /** How many senders are remembered. */
  get size(): number {
    return this.#young.size + this.#old.size
  }

  /** Whoever was not heard of for a whole generation has a full bucket again, unless there were too many. */
  #turn(now: Millis): void {
    const refillMs = (this.#burst * 1000) / this.#perSecond
    if (this.#young.size < MOST_SENDERS && now - this.#turnedAt < refillMs) return
    this.#old = this.#young
    this.#young = new Map()
    this.#turnedAt = now
  }
}
