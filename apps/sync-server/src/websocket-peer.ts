import { Socket } from "node:net"
import type { Duplex } from "node:stream"
import { TLSSocket } from "node:tls"
import { CLOSE, closeRule } from "@ligature/protocol"
import type { WebSocket } from "ws"
import { Peer } from "./peer.ts"
import { sendShared } from "./shared-frames.ts"

/** A close frame holds 125 bytes, two of them the code (RFC 6455, 5.5). */
const REASON_BYTES = 123

/** What may wait for a peer before its pings are answered no longer one by one. */
const PONGS_BYTES = 64 * 1024

/** An accepted WebSocket as a peer. */
export class WebSocketPeer extends Peer {
  readonly #websocket: WebSocket
  readonly #socket: Duplex
  /** The operating system did not take at once what was sent last. */
  #isBehind = false
  #owedPong: Buffer | null = null

  /** @param socket the one that the handshake came on */
  constructor(websocket: WebSocket, socket: Duplex) {
    super()
    this.#websocket = websocket
    this.#socket = socket
    websocket.pause()
    websocket.on("message", (data, isBinary) => {
      if (!this.isOpen) return
      if (!isBinary || !Buffer.isBuffer(data)) return closeWith(websocket, CLOSE.unsupportedData)
      // A plain view: Buffer's own `slice` shares memory where that of an array copies.
      this.onFrame(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    })
    websocket.on("ping", (data: Buffer) => this.#pinged(data))
    websocket.on("pong", () => this.onControl())
    websocket.on("close", () => this.gone())
  }

  get isOpen(): boolean {
    return this.#websocket.readyState === this.#websocket.OPEN
  }

  get bufferedBytes(): number {
    return this.#socket.writableLength
  }

  send(frame: Uint8Array): void {
    if (!this.isOpen) return
    sendShared(this.#websocket, this.#socket, frame, this.#sent)
    if (this.#socket.writableLength > 0) this.#isBehind = true
  }

  close(code: number, reason: string): void {
    // Nothing is read from a paused socket, the other side's goodbye neither.
    this.#websocket.resume()
    this.#websocket.close(code, shortened(reason))
  }

  terminate(): void {
    // Otherwise the operating system would keep what it holds for a peer that reads nothing, in case it does one day.
    if (this.#socket instanceof Socket && !(this.#socket instanceof TLSSocket)) this.#socket.resetAndDestroy()
    this.#websocket.terminate()
  }

  protected stopReading(): void {
    this.#websocket.pause()
  }

  protected startReading(): void {
    this.#websocket.resume()
  }

  /** The newest ping alone is answered when the peer reads slower than it asks (RFC 6455, 5.5.3). */
  #pinged(data: Buffer): void {
    if (this.#socket.writableLength < PONGS_BYTES) {
      this.#websocket.pong(data)
    } else {
      if (this.#owedPong === null) this.#socket.once("drain", () => this.#payPong())
      this.#owedPong = data
    }
    this.onControl()
  }

  #payPong(): void {
    if (this.#owedPong !== null && this.isOpen) this.#websocket.pong(this.#owedPong)
    this.#owedPong = null
  }

  /** One function for all sends; it runs when a frame has left the process. */
  readonly #sent = (): void => {
    if (!this.#isBehind || this.#socket.writableLength > 0) return
    this.#isBehind = false
    this.onDrained()
  }
}

/** Closes with one of our codes and the sentence that goes with it. */
export function closeWith(websocket: WebSocket, code: number): void {
  websocket.resume()
  websocket.close(code, shortened(closeRule(code).sentence))
}

/** Cut at a character, to what a close frame holds. */
function shortened(reason: string): string {
  if (Buffer.byteLength(reason) <= REASON_BYTES) return reason
  let end = REASON_BYTES - 3
  while (Buffer.byteLength(reason.slice(0, end)) > REASON_BYTES - 3) end -= 1
  return `${reason.slice(0, end)}…`
}
