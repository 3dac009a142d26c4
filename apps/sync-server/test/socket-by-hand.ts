import { once } from "node:events"
import { connect, type Socket } from "node:net"

/** A WebSocket without a library: it sends what it is told to and answers nothing, not even a goodbye. */
export async function openByHand(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1")
  await once(socket, "connect")
  const key = Buffer.alloc(16).toString("base64")
  socket.write(
    `GET /sync/minutes HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
  )
  await once(socket, "data")
  return socket
}

/** The code in the first close frame that arrives; other frames of the server are passed over. */
export async function closeCodeOn(socket: Socket): Promise<number> {
  let received = Buffer.alloc(0)
  return new Promise((resolve, reject) => {
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk])
      for (let at = 0; at + 4 <= received.length;) {
        if (received[at] === 0x88) return resolve(received.readUInt16BE(at + 2))
        at += 2 + ((received[at + 1] ?? 0) & 127)
      }
      return undefined
    })
    socket.on("close", () => reject(new Error("the connection ended without a close frame")))
  })
}
