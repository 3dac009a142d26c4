import type { Duplex } from "node:stream"
import type { WebSocket } from "ws"

/** FIN and the opcode of a binary message (RFC 6455, 5.2); what a server sends is not masked. */
const WHOLE_BINARY = 0x82

/** Up to here a copy behind its header costs less than handing two buffers to the operating system; above, the library sends. */
const COPIED_BYTES = 16 * 1024

/**
 * Sends a message on a WebSocket. A room sends one array to all its readers: it is put behind its header once, and each reader costs one
 * plain write of that buffer. The library writes whole frames at once to the socket that the handshake came on, so ours go between them; with
 * an extension that would change them, it sends all.
 *
 * @param socket the one that the handshake came on
 * @param sent called when it has left the process, or never will
 */
export function sendShared(websocket: WebSocket, socket: Duplex, message: Uint8Array, sent: () => void): void {
  if (message.length > COPIED_BYTES || websocket.extensions !== "") websocket.send(message, sent)
  else socket.write(framed(message), sent)
}

let lastMessage: Uint8Array | null = null
let lastFrame: Buffer = Buffer.alloc(0)

/** The whole frame. That of the last message is kept: all readers of a room come one after the other. */
function framed(message: Uint8Array): Buffer {
  if (message === lastMessage) return lastFrame
  const { length } = message
  const header = length < 126 ? 2 : 4
  // Not from the pool: a reader that lags would keep a whole slab of others' bytes.
  const frame = header + length > 512 ? Buffer.allocUnsafeSlow(header + length) : Buffer.allocUnsafe(header + length)
  frame[0] = WHOLE_BINARY
  if (length < 126) {
    frame[1] = length
  } else {
    frame[1] = 126
    frame.writeUInt16BE(length, 2)
  }
  frame.set(message, header)
  lastMessage = message
  lastFrame = frame
  return frame
}
