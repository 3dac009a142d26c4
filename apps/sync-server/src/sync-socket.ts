import { CLOSE } from "@ligature/protocol"
import { type RawData, WebSocket } from "ws"

/** 1009 of RFC 6455: the WebSocket library's own answer to a message over `maxPayload`. */
const MESSAGE_TOO_BIG = 1009

/** What a WebSocket tells whoever it belongs to. */
export interface SocketOwner {
  messageCame(data: RawData, isBinary: boolean): void
  pingCame(data: Buffer): void
  pongCame(data: Buffer): void
  /** The library closes the connection itself; what is left to do is to note it. */
  failed(error: Error): void
  closed(): void
}

/**
 * A WebSocket whose "message too big" says 4413. Clients take 1009 for a passing trouble and send the same message for
 * ever; 4413 makes them stop and offer a copy. All of them share their listeners, which ask each for its owner: five closures for each
 * of ten thousand connections are megabytes, and what the collector walks through again and again.
 */
export class SyncSocket extends WebSocket {
  owner: SocketOwner | null = null

  /** Tells this one what comes from now on. */
  belongTo(owner: SocketOwner): void {
    this.owner = owner
    this.on("message", tellMessage)
    this.on("ping", tellPing)
    this.on("pong", tellPong)
    this.on("error", tellFailure)
    this.on("close", tellClosed)
  }

  override close(code?: number, reason?: string | Buffer): void {
    // With a reason it is the answer to a goodbye of the other side, which says the same.
    super.close(code === MESSAGE_TOO_BIG && reason === undefined ? CLOSE.tooLarge : code, reason)
  }
}

function tellMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
  ownerOf(this)?.messageCame(data, isBinary)
}

function tellPing(this: WebSocket, data: Buffer): void {
  ownerOf(this)?.pingCame(data)
}

function tellPong(this: WebSocket, data: Buffer): void {
  ownerOf(this)?.pongCame(data)
}

function tellFailure(this: WebSocket, error: Error): void {
  ownerOf(this)?.failed(error)
}

function tellClosed(this: WebSocket): void {
  ownerOf(this)?.closed()
}

function ownerOf(websocket: WebSocket): SocketOwner | null {
  return websocket instanceof SyncSocket ? websocket.owner : null
}
