import { CLOSE } from "@ligature/protocol"
import { WebSocket } from "ws"

/** 1009 of RFC 6455: the WebSocket library's own answer to a message over `maxPayload`. */
const MESSAGE_TOO_BIG = 1009

/** What a WebSocket tells whoever it belongs to. */
export interface SocketOwner {
  messageCame(data: unknown, isBinary: boolean): void
  pingCame(data: Buffer): void
  pongCame(data: Buffer): void
  /** The library closes the connection itself; what is left to do is to note it. */
  failed(error: Error): void
  closed(): void
}

/**
 * A WebSocket whose "message too big" says 4413. Clients take 1009 for a passing trouble and send the same message for
 * ever; 4413 makes them stop and offer a copy. What comes it tells its owner by itself: a table of five listeners for each of ten thousand connections
 * would be megabytes, and what the collector walks through again and again.
 */
export class SyncSocket extends WebSocket {
  owner: SocketOwner | null = null

  override close(code?: number, reason?: string | Buffer): void {
    // With a reason it is the answer to a goodbye of the other side, which says the same.
    super.close(code === MESSAGE_TOO_BIG && reason === undefined ? CLOSE.tooLarge : code, reason)
  }

  override emit(event: string | symbol, ...values: readonly unknown[]): boolean {
    if (this.owner === null) return super.emit(event, ...values)
    const [value, isBinary] = values
    if (event === "message") this.owner.messageCame(value, isBinary === true)
    else if (event === "ping" && Buffer.isBuffer(value)) this.owner.pingCame(value)
    else if (event === "pong" && Buffer.isBuffer(value)) this.owner.pongCame(value)
    else if (event === "error" && value instanceof Error) this.owner.failed(value)
    else {
      if (event === "close") this.owner.closed()
      return super.emit(event, ...values)
    }
    return true
  }
}
