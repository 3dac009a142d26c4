import { createServer } from "node:http"
import { once } from "node:events"
import { expect, test } from "vitest"
import { WebSocket, WebSocketServer } from "ws"
import { sendShared } from "../src/shared-frames.ts"
import { listenAnywhere } from "./free-port.ts"

test("messages of every length arrive whole and in order, between the library's own frames", async () => {
  await using pair = await socketPair()
  const { sender, receiver, received, send } = pair
  const lengths = [0, 1, 125, 126, 127, 508, 509, 65_535, 16_384, 16_385, 65_536, 300_000, 2]
  const pings: string[] = []
  receiver.on("ping", (data) => void pings.push(data.toString()))
  const left = lengths.map(async (length) => {
    const message = bytes(length)
    sender.ping(String(length))
    await new Promise<void>((resolve) => send(message, resolve))
  })
  const closed = once(receiver, "close")
  sender.close(1000)
  await Promise.all([closed, ...left])
  expect(received.map((data) => data.length)).toEqual(lengths)
  expect(received.filter((data, n) => data.compare(bytes(lengths[n] ?? 0)) !== 0)).toEqual([])
  expect(pings).toEqual(lengths.map(String))
})

test("one message sent to many, and another one after it, are not mixed up", async () => {
  await using one = await socketPair()
  await using two = await socketPair()
  const [first, second] = [bytes(10), bytes(20)]
  for (const message of [first, second, first]) for (const { send } of [one, two]) send(message, () => {})
  for (const { sender, receiver, received } of [one, two]) {
    const closed = once(receiver, "close")
    sender.close(1000)
    await closed
    expect(received.map((data) => data.length)).toEqual([10, 20, 10])
  }
})

function bytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, n) => (n * 31 + length) & 255)
}

async function socketPair() {
  const server = createServer()
  const sockets = new WebSocketServer({ noServer: true })
  const connected = new Promise<{ sender: WebSocket; send: (message: Uint8Array, sent: () => void) => void }>(
    (resolve) =>
      server.on("upgrade", (request, socket, head) =>
        sockets.handleUpgrade(request, socket, head, (sender) =>
          resolve({ sender, send: (message, sent) => sendShared(sender, socket, message, sent) }),
        ),
      ),
  )
  const receiver = new WebSocket(`ws://127.0.0.1:${await listenAnywhere(server)}`)
  const received: Buffer[] = []
  receiver.on("message", (data: Buffer, isBinary) => void received.push(isBinary ? data : Buffer.alloc(0)))
  await once(receiver, "open")
  return {
    received,
    ...(await connected),
    receiver,
    async [Symbol.asyncDispose]() {
      receiver.terminate()
      server.close()
      await once(server, "close")
    },
  }
}
