import type { Socket } from "node:net"
import type { WebSocket } from "ws"

/** Header of a frame from a client at most: 2 bytes, 8 of length, 4 of mask. */
const HEADER_BYTES = 14

/**
 * Counts what messages that have begun and not ended hold of the server's memory. Over the cap the connection that holds
 * most is given up: thousand connections with 15 MB each would otherwise be allowed, and a small writer must not pay for it.
 */
export class HalfSentBytes {
  readonly #cap: number
  readonly #held = new Map<WebSocket, { bytes: number; lastChunk: number }>()
  #total = 0

  /** @param cap bytes, over all connections */
  constructor(cap: number) {
    this.#cap = cap
  }

  get total(): number {
    return this.#total
  }

  /** @param giveUp called for the connection that holds most, when all of them together hold too much; it must be read no further */
  watch(websocket: WebSocket, socket: Socket, giveUp: (heaviest: WebSocket) => void): void {
    const entry = { bytes: 0, lastChunk: 0 }
    this.#held.set(websocket, entry)
    const set = (bytes: number): void => {
      if (!this.#held.has(websocket)) return
      this.#total += bytes - entry.bytes
      entry.bytes = bytes
    }
    // Ahead of the WebSocket library's own listener: the messages of a chunk end after the chunk was counted.
    socket.prependListener("data", (chunk: Buffer) => {
      if (!this.#held.has(websocket)) return
      entry.lastChunk = chunk.length
      set(entry.bytes + chunk.length)
      if (this.#total > this.#cap) this.#drop(this.#heaviest() ?? websocket, giveUp)
    })
    const ended = (length: number): void => {
      // What is left after a whole message came with the last chunk; so the count cannot drift over fragments' headers.
      set(Math.max(0, Math.min(entry.bytes - length, entry.lastChunk)))
    }
    websocket.on("message", (data) => ended(Buffer.isBuffer(data) ? data.length : 0))
    for (const event of ["ping", "pong"] as const) websocket.on(event, (data) => ended(data.length + HEADER_BYTES))
    websocket.on("close", () => {
      set(0)
      this.#held.delete(websocket)
    })
  }

  /** What it holds is counted no longer, so that one is given up and not everybody after it. */
  #drop(websocket: WebSocket, giveUp: (heaviest: WebSocket) => void): void {
    this.#total -= this.#held.get(websocket)?.bytes ?? 0
    this.#held.delete(websocket)
    giveUp(websocket)
  }

  #heaviest(): WebSocket | undefined {
    let heaviest: WebSocket | undefined
    let most = 0
    for (const [websocket, { bytes }] of this.#held) {
      if (bytes <= most) continue
      heaviest = websocket
      most = bytes
    }
    return heaviest
  }
}
