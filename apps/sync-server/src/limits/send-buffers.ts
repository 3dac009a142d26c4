import type { Cancel, Clock, Millis } from "@ligature/protocol"
import type { Peer } from "../peer.ts"

/** How often they are added up: a reader that is slow takes seconds to be behind by megabytes. */
const LOOK_MS: Millis = 1_000

/**
 * Watches over what waits for readers, all of them together. Each may be behind by megabytes and is given its time; thousands at once
 * may not. Over the cap the one that is furthest behind is cut off: it comes back and gets what it lacks.
 */
export class SendBuffers {
  readonly #cap: number
  readonly #clock: Clock
  readonly #peers = new Set<Peer>()
  #cancel: Cancel

  /** @param cap bytes */
  constructor(cap: number, clock: Clock) {
    this.#cap = cap
    this.#clock = clock
    this.#cancel = clock.after(LOOK_MS, () => this.#look())
  }

  /** Until it is gone, which is seen at the next look. */
  watch(peer: Peer): void {
    this.#peers.add(peer)
  }

  stop(): void {
    this.#cancel()
  }

  #look(): void {
    this.#cancel = this.#clock.after(LOOK_MS, () => this.#look())
    let total = 0
    for (const peer of this.#peers) {
      if (peer.isGone) this.#peers.delete(peer)
      else total += peer.bufferedBytes
    }
    if (total <= this.#cap) return
    const heaviest = [...this.#peers].sort((a, b) => b.bufferedBytes - a.bufferedBytes)
    for (const peer of heaviest) {
      if (total <= this.#cap) return
      total -= peer.bufferedBytes
      peer.terminate()
    }
  }
}
