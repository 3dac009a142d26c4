import type { Cancel, Clock, Millis } from "@ligature/protocol"
import type { WebSocket } from "ws"

/**
 * Finds peers that are gone without a word (a closed lid, a lost network): one timer for all pings every connection and
 * cuts those that gave no sign of life since the last round.
 */
export class Heartbeat {
  readonly #clock: Clock
  readonly #interval: Millis
  readonly #peers = new Map<WebSocket, { alive: boolean }>()
  #stop: Cancel

  constructor(clock: Clock, interval: Millis) {
    this.#clock = clock
    this.#interval = interval
    this.#stop = clock.after(interval, () => this.#round())
  }

  watch(websocket: WebSocket): void {
    const peer = { alive: true }
    this.#peers.set(websocket, peer)
    const seen = (): void => {
      peer.alive = true
    }
    websocket.on("pong", seen)
    websocket.on("message", seen)
    websocket.on("close", () => this.#peers.delete(websocket))
  }

  stop(): void {
    this.#stop()
  }

  #round(): void {
    for (const [websocket, peer] of this.#peers) {
      // Nothing is read from a paused connection, so its silence proves nothing.
      if (websocket.isPaused) peer.alive = true
      if (!peer.alive) {
        websocket.terminate()
      } else if (websocket.readyState === websocket.OPEN) {
        peer.alive = false
        websocket.ping()
      }
    }
    this.#stop = this.#clock.after(this.#interval, () => this.#round())
  }
}
