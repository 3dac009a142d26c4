import { Socket } from "node:net"
import type { Duplex } from "node:stream"
import { TLSSocket } from "node:tls"
import { CLOSE, closeRule } from "@ligature/protocol"
import type { WebSocket } from "ws"
import type { HalfSender, HalfSentBytes } from "./half-sent-bytes.ts"
import type { Beating, Heartbeat } from "./heartbeat.ts"
import { Peer } from "./peer.ts"
import type { ServerLog } from "./server-log.ts"
import { sendShared } from "./shared-frames.ts"
import type { SocketOwner, SyncSocket } from "./sync-socket.ts"

/** A close frame holds 125 bytes, two of them the code (RFC 6455, 5.5). */
const REASON_BYTES = 123

/** Header of a frame from a client at most: 2 bytes, 8 of length, 4 of mask. */
const HEADER_BYTES = 14

/** What may wait for a peer before its pings are answered no longer one by one. */
const PONGS_BYTES = 64 * 1024

/** What all WebSockets of a server share. */
export interface SharedByPeers {
  readonly heartbeat: Heartbeat
  readonly halfSent: HalfSentBytes
  /** Those that are open; each takes itself off. */
  readonly open: Set<WebSocket>
  readonly log: ServerLog
}

/** An accepted WebSocket as a peer. It lives as long as the connection, ten thousand times: it has no closure but one, and no list of its own. */
export class WebSocketPeer extends Peer implements SocketOwner, Beating, HalfSender {
  isAlive = true
  halfSent = 0
  #lastChunk = 0
  readonly #websocket: SyncSocket
  readonly #socket: Duplex
  readonly #shared: SharedByPeers
  /** The operating system did not take at once what was sent last. */
  #isBehind = false
  #owedPong: Buffer | null = null

  /** @param socket the one that the handshake came on */
  constructor(websocket: SyncSocket, socket: Duplex, shared: SharedByPeers) {
    super()
    this.#websocket = websocket
    this.#socket = socket
    this.#shared = shared
    websocket.pause()
    websocket.owner = this
    shared.heartbeat.watch(this)
    if (socket instanceof Socket) {
      const carrying: CarryingSocket = socket
      carrying[PEER] = this
      shared.halfSent.hold(this)
      // Ahead of the WebSocket library's own listener: the messages of a chunk end after the chunk was counted.
      socket.prependListener("data", chunkCame)
    }
  }

  get isOpen(): boolean {
    return this.#websocket.readyState === this.#websocket.OPEN
  }

  get isPaused(): boolean {
    return this.#websocket.isPaused
  }

  get bufferedBytes(): number {
    return this.#socket.writableLength
  }

  send(frame: Uint8Array): void {
    if (!this.isOpen) return
    sendShared(this.#websocket, this.#socket, frame, this.#sent)
    if (this.#socket.writableLength > 0) this.#isBehind = true
  }

  ping(): void {
    this.#websocket.ping()
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

  /** Says why and reads no more of what the other side has under way; the closing handshake's deadline cuts it. */
  giveUp(): void {
    closeWith(this.#websocket, CLOSE.later)
    this.#websocket.pause()
  }

  messageCame(data: unknown, isBinary: boolean): void {
    this.isAlive = true
    this.#ended(Buffer.isBuffer(data) ? data.length : 0)
    if (!this.isOpen) return
    if (!isBinary || !Buffer.isBuffer(data)) return closeWith(this.#websocket, CLOSE.unsupportedData)
    // A plain view: Buffer's own `slice` shares memory where that of an array copies.
    this.received(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  }

  /** The newest ping alone is answered when the peer reads slower than it asks (RFC 6455, 5.5.3). */
  pingCame(data: Buffer): void {
    this.#ended(data.length + HEADER_BYTES)
    if (this.#socket.writableLength < PONGS_BYTES) {
      this.#websocket.pong(data)
    } else {
      if (this.#owedPong === null) this.#socket.once("drain", () => this.#payPong())
      this.#owedPong = data
    }
    this.controlled()
  }

  pongCame(data: Buffer): void {
    this.isAlive = true
    this.#ended(data.length + HEADER_BYTES)
    this.controlled()
  }

  failed(error: Error): void {
    this.#shared.log.debug({ err: error }, "a connection failed")
  }

  closed(): void {
    this.#shared.heartbeat.forget(this)
    this.#shared.halfSent.release(this)
    this.#shared.open.delete(this.#websocket)
    this.leave()
  }

  /** Bytes came over the socket. */
  count(bytes: number): void {
    this.#lastChunk = bytes
    this.#shared.halfSent.set(this, this.halfSent + bytes)
  }

  protected stopReading(): void {
    this.#websocket.pause()
  }

  protected startReading(): void {
    this.#websocket.resume()
  }

  /** What is left after a whole message came with the last chunk; so the count cannot drift over fragments' headers. */
  #ended(length: number): void {
    this.#shared.halfSent.set(this, Math.max(0, Math.min(this.halfSent - length, this.#lastChunk)))
  }

  #payPong(): void {
    if (this.#owedPong !== null && this.isOpen) this.#websocket.pong(this.#owedPong)
    this.#owedPong = null
  }

  /** One function for all sends; it runs when a frame has left the process. */
  readonly #sent = (): void => {
    if (!this.#isBehind || this.#socket.writableLength > 0) return
    this.#isBehind = false
    this.drained()
  }
}

const PEER = Symbol("peer")

/** A socket that knows whose frames it carries, so that all of them share a listener. */
type CarryingSocket = Socket & { [PEER]?: WebSocketPeer }

function chunkCame(this: CarryingSocket, chunk: Buffer): void {
  this[PEER]?.count(chunk.length)
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
