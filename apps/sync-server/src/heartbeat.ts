import type { Cancel, Clock, Millis } from "@ligature/protocol"

/** A connection as its heartbeat sees it. */
export interface Beating {
  /** It gave a sign of life since somebody set this to false. */
  isAlive: boolean
  /** Nothing is read from it, so its silence proves nothing. */
  readonly isPaused: boolean
  readonly isOpen: boolean
  ping(): void
  terminate(): void
}

/**
 * Finds peers that are gone without a word (a closed lid, a lost network): one timer for all pings every connection and
 * cuts those that gave no sign of life since the last round.
 */
export class Heartbeat {
  readonly #clock: Clock
  readonly #interval: Millis
  readonly #peers = new Set<Beating>()
  #stop: Cancel

  constructor(clock: Clock, interval: Millis) {
    this.#clock = clock
    this.#interval = interval
    this.#stop = clock.after(interval, () => this.#round())
  }

  watch(peer: Beating): void {
    this.#peers.add(peer)
  }

  /** The connection is gone. */
  forget(peer: Beating): void {
    this.#peers.delete(peer)
  }

  stop(): void {
    this.#stop()
  }

  #round(): void {
    for (const peer of this.#peers) {
      if (!peer.isAlive && !peer.isPaused) {
        peer.terminate()
      } else if (peer.isOpen) {
        peer.isAlive = false
        peer.ping()
      }
    }
    this.#stop = this.#clock.after(this.#interval, () => this.#round())
  }
}
