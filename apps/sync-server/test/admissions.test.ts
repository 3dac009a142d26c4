import { once } from "node:events"
import { connect } from "node:net"
import { CLOSE } from "@ligature/protocol"
import { expect, test } from "vitest"
import type { ServerLimits } from "../src/index.ts"
import { RawClient } from "./raw-client.ts"
import { frame, OPCODE, RawSocket } from "./raw-frames.ts"
import { testServer } from "./test-server.ts"

test.each<[string, Partial<ServerLimits>, second: string, code: number]>([
  ["of one address", { connectionsPerAddress: 1 }, "another", CLOSE.slowDown],
  ["in one document", { connectionsPerDocument: 1 }, "minutes", CLOSE.slowDown],
  ["in all", { connections: 1 }, "another", CLOSE.later],
])(
  "a connection too many %s is sent away with a reason; when another leaves, there is room again",
  async (_story, limits, document, code) => {
    await using server = await testServer({ limits })
    using first = await new RawClient(`${server.sync}/minutes`).loaded()
    using second = new RawClient(`${server.sync}/${document}`)
    expect((await second.closed).code).toBe(code)
    first.websocket.close()
    await first.closed
    // The server may hear of it a moment later.
    for (;;) {
      using third = new RawClient(`${server.sync}/${document}`)
      const end = await Promise.race([third.closed, third.loaded()])
      if (end instanceof RawClient) break
      expect(end.code).toBe(code)
    }
  },
)

test("who has reached their number of new documents goes on in those there are, and may look at others", async () => {
  await using server = await testServer({ limits: { newDocumentBurst: 1, newDocumentsPerHour: 0.001 } })
  using first = await new RawClient(`${server.sync}/first`).loaded()
  first.doc.getText("text").insert(0, "one")
  await first.saved()
  using again = await new RawClient(`${server.sync}/first`).loaded()
  again.doc.getText("text").insert(0, "more ")
  await again.saved()
  using second = await new RawClient(`${server.sync}/second`).loaded()
  second.doc.getText("text").insert(0, "too many")
  expect((await second.closed).code).toBe(CLOSE.slowDown)
  using reader = await new RawClient(`${server.sync}/second`).loaded()
  expect(reader.doc.getText("text").length).toBe(0)
})

test("handshakes beyond the rate are answered with 429, before any work", async () => {
  await using server = await testServer({ limits: { handshakeBurst: 2, handshakesPerSecond: 0.001 } })
  using _first = await RawSocket.open(server.port, "/sync/minutes")
  using _second = await RawSocket.open(server.port, "/sync/minutes")
  await expect(RawSocket.open(server.port, "/sync/minutes")).rejects.toThrow("429 Too Many Requests")
})

test("other requests beyond the rate are answered with 429; open documents go on", async () => {
  await using server = await testServer({ limits: { requestBurst: 2, requestsPerSecond: 0.001 } })
  using writer = await new RawClient(`${server.sync}/minutes`).loaded()
  const answers = []
  for (let asked = 0; asked < 3; asked++) answers.push((await fetch(`${server.address}/health`)).status)
  expect(answers).toEqual([200, 200, 429])
  writer.doc.getText("text").insert(0, "unmoved")
  await writer.saved()
})

test("sockets of one address beyond their number are dropped as they come", async () => {
  await using server = await testServer({ limits: { socketsPerAddress: 2 } })
  using writer = await new RawClient(`${server.sync}/minutes`).loaded()
  const second = connect(server.port, "127.0.0.1")
  await once(second, "connect")
  const third = connect(server.port, "127.0.0.1")
  third.on("error", () => {})
  await once(third, "close")
  expect(second.destroyed).toBe(false)
  writer.doc.getText("text").insert(0, "unmoved")
  await writer.saved()
  second.destroy()
})

test("who sends more messages than their share is read more slowly, and not closed", async () => {
  await using server = await testServer({ limits: { messageBurst: 10, messagesPerSecond: 100 } })
  using fast = await RawSocket.open(server.port, "/sync/minutes")
  const begun = performance.now()
  // In pieces: what is in one piece is read in one go.
  await fast.sendInPieces(
    Array.from({ length: 60 }, (_, index) => frame({ opcode: OPCODE.ping, payload: String(index) })),
  )
  await fast.next(({ payload }) => payload.toString() === "59")
  // Fifty beyond the burst at a hundred a second; a machine that is busy only takes longer.
  expect(performance.now() - begun).toBeGreaterThan(300)
})
