/** Somebody who may have begun a message and not ended it. */
export interface HalfSender {
  /** Bytes of it that are here; kept by `HalfSentBytes`. */
  halfSent: number
  /** It holds most when all of them together hold too much; it must be read no further. */
  giveUp(): void
}

/**
 * Counts what messages that have begun and not ended hold of the server's memory. Over the cap the connection that holds
 * most is given up: thousand connections with 15 MB each would otherwise be allowed, and a small writer must not pay for it.
 */
export class HalfSentBytes {
  readonly #cap: number
  readonly #senders = new Set<HalfSender>()
  #total = 0

  /** @param cap bytes, over all connections */
  constructor(cap: number) {
    this.#cap = cap
  }

  get total(): number {
    return this.#total
  }

  /** Counts this one from now on, until `release`. */
  hold(sender: HalfSender): void {
    this.#senders.add(sender)
  }

  /** Its message has ended, or was given up. What was held already is counted no more; nor is what comes yet. */
  release(sender: HalfSender): void {
    if (this.#senders.delete(sender)) this.#total -= sender.halfSent
  }

  /** It holds so many bytes now. */
  set(sender: HalfSender, bytes: number): void {
    if (!this.#senders.has(sender)) return
    this.#total += bytes - sender.halfSent
    sender.halfSent = bytes
    if (this.#total > this.#cap) this.#giveUpHeaviest(sender)
  }

  /** What it holds is counted no longer, so that one is given up and not everybody after it. */
  #giveUpHeaviest(last: HalfSender): void {
    let heaviest = last
    for (const sender of this.#senders) if (sender.halfSent > heaviest.halfSent) heaviest = sender
    this.release(heaviest)
    heaviest.giveUp()
  }
}
