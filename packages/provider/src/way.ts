import type { Clock, Millis } from "@ligature/protocol"
import type { WayMemory } from "./way-memory.ts"

/** How messages travel: as they should, or by long-polling through a network that lets no WebSocket pass. */
export type Way = "websocket" | "polling"

/** Attempts by WebSocket in a row that end without a word before long-polling is tried. */
const TRIES = 2

/** Decides for each attempt which way it takes, from how the ones before it went. */
export class WayFinder {
  readonly #memory: WayMemory
  readonly #server: string
  readonly #clock: Clock
  #mute = 0
  #next: Way

  /** @param server origin of the server: what was learned of the way to it is kept for a day */
  constructor(memory: WayMemory, server: string, clock: Clock) {
    this.#memory = memory
    this.#server = server
    this.#clock = clock
    this.#next = this.#remembers() ? "polling" : "websocket"
  }

  get next(): Way {
    return this.#next
  }

  /** The server said something on this way: it is good. */
  heard(way: Way): void {
    this.#next = way
    this.#mute = 0
    if (way === "polling") this.#memory.write(this.#server, this.#clock.now())
    else this.#memory.forget(this.#server)
  }

  /** An attempt ended before the server said anything. */
  mute(way: Way, how: "refused" | "silent"): void {
    if (way === "polling") {
      // The server may be down: then neither is to blame.
      this.#next = "websocket"
      this.#mute = 0
      return
    }
    this.#mute = how === "silent" ? TRIES : this.#mute + 1
    if (this.#mute >= TRIES) this.#next = "polling"
  }

  /** A probe has shown that WebSockets pass. */
  websocketsPass(): void {
    this.#next = "websocket"
    this.#mute = 0
  }

  #remembers(): boolean {
    const since = this.#memory.read(this.#server)
    const age = since === null ? Infinity : this.#clock.now() - since
    return age >= 0 && age < REMEMBERED_MS
  }
}

/** Networks change: people carry their computers about. */
const REMEMBERED_MS: Millis = 24 * 60 * 60 * 1000
