import { CLOSE } from "@ligature/protocol"
import { WebSocket } from "ws"

/** 1009 of RFC 6455: the WebSocket library's own answer to a message over `maxPayload`. */
const MESSAGE_TOO_BIG = 1009

/**
 * A WebSocket whose "message too big" says 4413. Clients take 1009 for a passing trouble and send the same message for
 * ever; 4413 makes them stop and offer a copy.
 */
export class SyncSocket extends WebSocket {
  override close(code?: number, reason?: string | Buffer): void {
    // With a reason it is the answer to a goodbye of the other side, which says the same.
    super.close(code === MESSAGE_TOO_BIG && reason === undefined ? CLOSE.tooLarge : code, reason)
  }
}
