import type { Socket } from "node:net"
import type { WebSocket } from "ws"

/** What one sender has begun and not ended. */
export interface HalfSent {
  add(bytes: number): void
  /** It has ended, or was given up. */
  release(): void
}

interface Entry {
  bytes: number
  readonly giveUp: () => void
}

/** Header of a frame from a client at most: 2 bytes, 8 of length, 4 of mask. */
const HEADER_BYTES = 14

/**
 * Counts what messages that have begun and not ended hold of the server's memory. Over the cap the connection that holds
 * most is given up: thousand connections with 15 MB each would otherwise be allowed, and a small writer must not pay for it.
 */
export class HalfSentBytes {
  readonly #cap: number
  readonly #held = new Set<Entry>()
  #total = 0

  /** @param cap bytes, over all connections */
  constructor(cap: number) {
    this.#cap = cap
  }

  get total(): number {
    return this.#total
  }

  /** @param giveUp called if it holds most, when all of them together hold too much; it must be read no further */
  hold(giveUp: () => void): HalfSent {
    const entry = { bytes: 0, giveUp }
    this.#held.add(entry)
    return { add: (bytes) => this.#set(entry, entry.bytes + bytes), release: () => this.#release(entry) }
  }

  /** Holds what comes over a WebSocket, for as long as it is open. */
  watch(websocket: WebSocket, socket: Socket, giveUp: () => void): void {
    const entry = { bytes: 0, giveUp }
    let lastChunk = 0
    this.#held.add(entry)
    // Ahead of the WebSocket library's own listener: the messages of a chunk end after the chunk was counted.
    socket.prependListener("data", (chunk: Buffer) => {
      lastChunk = chunk.length
      this.#set(entry, entry.bytes + chunk.length)
    })
    const ended = (length: number): void => {
      // What is left after a whole message came with the last chunk; so the count cannot drift over fragments' headers.
      this.#set(entry, Math.max(0, Math.min(entry.bytes - length, lastChunk)))
    }
    websocket.on("message", (data) => ended(Buffer.isBuffer(data) ? data.length : 0))
    for (const event of ["ping", "pong"] as const) websocket.on(event, (data) => ended(data.length + HEADER_BYTES))
    websocket.on("close", () => this.#release(entry))
  }

  #set(entry: Entry, bytes: number): void {
    if (!this.#held.has(entry)) return
    this.#total += bytes - entry.bytes
    entry.bytes = bytes
    if (this.#total > this.#cap) this.#giveUpHeaviest(entry)
  }

  #release(entry: Entry): void {
    if (this.#held.delete(entry)) this.#total -= entry.bytes
  }

  /** What it holds is counted no longer, so that one is given up and not everybody after it. */
  #giveUpHeaviest(last: Entry): void {
    let heaviest = last
    for (const entry of this.#held) if (entry.bytes > heaviest.bytes) heaviest = entry
    this.#release(heaviest)
    heaviest.giveUp()
  }
}
