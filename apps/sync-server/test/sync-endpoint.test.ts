import { once } from "node:events"
import { createServer } from "node:http"
import { connect, type Socket } from "node:net"
import { CLOSE, decodeDownstream, encodeUpstream, offerSubprotocols, systemClock } from "@ligature/protocol"
import { openMemoryStore } from "@ligature/store"
import { fakeClock } from "@ligature/testing"
import { describe, expect, test } from "vitest"
import { WebSocket, type ClientOptions } from "ws"
import { openAuthority } from "../src/auth/authority.ts"
import { SessionGuards } from "../src/auth/session-guards.ts"
import { openEntrance } from "../src/entrance.ts"
import { HalfSentBytes } from "../src/half-sent-bytes.ts"
import { hostNames } from "../src/host-names.ts"
import { attach, DEFAULT_SERVER_LIMITS } from "../src/index.ts"
import { Admissions } from "../src/limits/admissions.ts"
import { SendBuffers } from "../src/limits/send-buffers.ts"
import { silentLog } from "../src/server-log.ts"
import { openSyncEndpoint } from "../src/sync-endpoint.ts"
import { listenAnywhere } from "./free-port.ts"
import { RawClient } from "./raw-client.ts"
import { closeCodeOn, openByHand } from "./socket-by-hand.ts"
import { testServer } from "./test-server.ts"

describe("a handshake", () => {
  test.each<[what: string, path: string, options: ClientOptions, code: number]>([
    ["with a page of another site", "/sync/minutes", { origin: "https://evil.example" }, CLOSE.notAllowed],
    ["with a page without an origin", "/sync/minutes", { origin: "null" }, CLOSE.notAllowed],
    ["for no document", "/sync/", {}, CLOSE.noSuchDocument],
    ["for no document and no slash", "/sync", {}, CLOSE.noSuchDocument],
    ["for a name that does not decode", "/sync/%zz", {}, CLOSE.malformed],
    ["for a name that is no UTF-8", "/sync/%ff", {}, CLOSE.malformed],
    ["for a name with a control character", "/sync/a%00b", {}, CLOSE.malformed],
    ["for a name of 201 bytes", `/sync/${"n".repeat(201)}`, {}, CLOSE.malformed],
  ])("%s is accepted and closed with a code that ends the retries", async (_what, path, options, code) => {
    await using server = await testServer()
    const socket = new WebSocket(server.sync.replace("/sync", path), options)
    const opened = once(socket, "open")
    const [got] = await once(socket, "close")
    await opened
    expect(got).toBe(code)
  })

  test.each(["/sync/minutes?token=secret", "/sync/a%2Fb", "/sync/a/b", "/sync/%E2%9C%8D", `/sync/${"n".repeat(200)}`])(
    "for %s is welcome",
    async (path) => {
      await using server = await testServer()
      using client = await new RawClient(server.sync.replace("/sync", path)).loaded()
      expect(client.isLoaded).toBe(true)
    },
  )

  test("a name is decoded once: a%2Fb and a/b are one document, a%252Fb is another", async () => {
    await using server = await testServer()
    using ann = await new RawClient(`${server.sync}/a%2Fb`).loaded()
    ann.doc.getText("text").insert(0, "here")
    await ann.saved()
    using ben = await new RawClient(`${server.sync}/a/b`).loaded()
    expect(ben.doc.getText("text").toJSON()).toBe("here")
    using cy = await new RawClient(`${server.sync}/a%252Fb`).loaded()
    expect(cy.doc.getText("text").toJSON()).toBe("")
  })

  test("selects our subprotocol and never a credential", async () => {
    await using server = await testServer()
    const offers = [
      [offerSubprotocols({ token: "secret", browserSecret: "also secret" }), "ligature.v1"],
      [[], ""],
      [["chat"], "chat"],
    ] as const
    for (const [offer, selected] of offers) {
      const socket = new WebSocket(`${server.sync}/minutes`, [...offer])
      await once(socket, "open")
      expect(socket.protocol).toBe(selected)
      socket.terminate()
    }
  })

  test("allows the origins it was told", async () => {
    await using server = await testServer({
      publicUrl: "https://docs.example.org",
      allowedOrigins: ["https://blog.example.org"],
    })
    const own = server.address
    for (const origin of [own, "https://docs.example.org", "https://blog.example.org"]) {
      const socket = new WebSocket(`${server.sync}/minutes`, { origin })
      const [frame] = await once(socket, "message")
      expect(Buffer.isBuffer(frame)).toBe(true)
      socket.terminate()
    }
  })

  test("by a name that is not ours gets 421, to another path 404", async () => {
    await using server = await testServer()
    const refusals = [
      [`${server.sync}/minutes`, { headers: { host: "evil.example" } }, 421],
      [server.sync.replace("/sync", "/elsewhere"), {}, 404],
    ] as const
    for (const [url, options, status] of refusals) {
      const socket = new WebSocket(url, options)
      socket.on("error", () => {})
      const [, response] = await once(socket, "unexpected-response")
      expect(response.statusCode).toBe(status)
      socket.terminate()
    }
  })
})

describe("a connection", () => {
  test("that says nothing at all is closed; one that said something may be silent", async () => {
    const clock = fakeClock()
    const server = createServer()
    const attached = attach({ server, store: openMemoryStore(), clock })
    const url = `ws://127.0.0.1:${await listenAnywhere(server)}/sync/minutes`
    const reader = new WebSocket(url)
    await once(reader, "open")
    reader.send(encodeUpstream({ type: "sync-step-1", stateVector: Uint8Array.of(0) }))
    // The room's own step1 comes of itself, the answer only once the server has read the question.
    for (let answer = ""; answer !== "sync-step-2";) {
      const [data]: Buffer[] = await once(reader, "message")
      answer = data === undefined ? "" : decodeDownstream(data).type
    }
    const mute = new WebSocket(url)
    await once(mute, "open")
    const closed = once(mute, "close")
    clock.advance(DEFAULT_SERVER_LIMITS.firstMessageMs)
    expect(await closed).toMatchObject([CLOSE.slowDown, expect.anything()])
    expect(reader.readyState).toBe(reader.OPEN)
    reader.terminate()
    await attached.close()
    server.close()
    await once(server, "close")
  })

  test("whose peer answers no ping is cut, and its presence goes", async () => {
    await using server = await testServer({ limits: { pingIntervalMs: 100, closeTimeoutMs: 100 } })
    const gone = new WebSocket(`${server.sync}/minutes`, { autoPong: false })
    const here = new WebSocket(`${server.sync}/minutes`)
    for (const socket of [gone, here]) {
      await once(socket, "open")
      socket.send(encodeUpstream({ type: "sync-step-1", stateVector: Uint8Array.of(0) }))
    }
    const [code] = await once(gone, "close")
    expect(code).toBe(1006)
    expect(here.readyState).toBe(here.OPEN)
    here.terminate()
  })

  test("that sends more than its share is read slower and loses nothing", async () => {
    await using server = await testServer({ limits: { burstBytes: 2_000, bytesPerSecond: 50_000 } })
    using ann = await new RawClient(`${server.sync}/minutes`).loaded()
    using ben = await new RawClient(`${server.sync}/minutes`).loaded()
    for (let word = 0; word < 100; word += 1) ann.doc.getText("text").insert(0, `${word} `.padEnd(100, "."))
    await ann.saved()
    await ben.until(() => ben.doc.getText("text").length === 10_000)
    expect(ben.doc.getText("text").toJSON()).toBe(ann.doc.getText("text").toJSON())
  })

  test("that does not read for a while gets everything afterwards, in order", async () => {
    await using server = await testServer()
    using ann = await new RawClient(`${server.sync}/minutes`).loaded()
    using ben = await new RawClient(`${server.sync}/minutes`).loaded()
    ben.websocket.pause()
    // More than the system's buffers between the two take, so that it waits in the server.
    for (let part = 0; part < 40; part += 1) ann.doc.getArray<string>("parts").push([`${part} `.padEnd(100_000, ".")])
    await ann.saved()
    expect(ben.doc.getArray("parts").length).toBe(0)
    ben.websocket.resume()
    await ben.until(() => ben.doc.getArray("parts").length === 40)
    expect(ben.doc.getArray("parts").toArray()).toEqual(ann.doc.getArray("parts").toArray())
    using cy = await new RawClient(`${server.sync}/minutes`).loaded()
    expect(cy.doc.getArray("parts").toArray()).toEqual(ann.doc.getArray("parts").toArray())
  })

  test("with half a message is given up when all halves together are too much, and small writers go on", async () => {
    await using server = await testServer({ limits: { halfSentBytes: 1_000_000 } })
    using ann = await new RawClient(`${server.sync}/minutes`).loaded()
    const small = await halfMessage(server.port, 300_000)
    const large = await halfMessage(server.port, 800_000)
    expect(await closeCodeOn(large)).toBe(CLOSE.later)
    ann.doc.getText("text").insert(0, "a small writer")
    await ann.saved()
    expect(small.destroyed).toBe(false)
    small.destroy()
    large.destroy()
  })
})

test("a fault of ours that a message finds costs its sender the connection, and nobody else", async () => {
  const faults: unknown[] = []
  const http = createServer()
  const port = await listenAnywhere(http)
  const authority = openAuthority()
  const hosts = hostNames({})
  const log = { ...silentLog, error: (fault: unknown) => faults.push(fault) }
  const limits = DEFAULT_SERVER_LIMITS
  const clock = fakeClock()
  const admissions = new Admissions({ limits, trustedProxies: 0, clock })
  const entrance = openEntrance({
    admissions,
    sendBuffers: new SendBuffers(limits.sendBytes, clock),
    rooms: {
      join: () => ({
        id: "one",
        receive: () => {
          throw new Error("a fault")
        },
        drained() {},
        closed() {},
        setAccess() {},
      }),
    },
    hosts,
    authority,
    guards: new SessionGuards(authority, systemClock),
    limits,
    clock: systemClock,
    log,
  })
  const halfSent = new HalfSentBytes(limits.halfSentBytes)
  const endpoint = openSyncEndpoint({
    entrance,
    admissions,
    hosts,
    limits,
    halfSent,
    frameBytes: 1024,
    clock: systemClock,
    log,
  })
  http.on("upgrade", (request, socket, head) => endpoint.accept(request, socket, head))
  const socket = new WebSocket(`ws://127.0.0.1:${port}/sync/minutes`)
  await once(socket, "open")
  socket.send(Uint8Array.of(0))
  const [code] = await once(socket, "close")
  expect(code).toBe(CLOSE.serverError)
  expect(faults).toHaveLength(1)
  await endpoint.close()
  http.close()
})

test("a request that never ends its headers is cut", async () => {
  await using server = await testServer({ limits: { headersTimeoutMs: 200 } })
  const socket = connect(server.port, "127.0.0.1")
  socket.write("GET /sync/minutes HTTP/1.1\r\nHost: 127.0.0.1\r\n")
  socket.resume()
  await once(socket, "close")
  expect(socket.destroyed).toBe(true)
})

test("sits on somebody else's HTTP server and leaves the rest of it alone", async () => {
  const http = createServer((_request, response) => response.end("my own page"))
  http.on("upgrade", (request, socket) => {
    if (request.url === "/mine") socket.end("HTTP/1.1 418 Mine\r\n\r\n")
  })
  const port = await listenAnywhere(http)
  await using store = openMemoryStore()
  const ligature = attach({ server: http, store })

  expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe("my own page")
  using ann = await new RawClient(`ws://127.0.0.1:${port}/sync/minutes`).loaded()
  ann.doc.getText("text").insert(0, "embedded")
  await ann.saved()
  const mine = new WebSocket(`ws://127.0.0.1:${port}/mine`)
  mine.on("error", () => {})
  const [, response] = await once(mine, "unexpected-response")
  expect(response.statusCode).toBe(418)
  mine.terminate()

  expect(await ligature.close()).toEqual({ unstored: [] })
  expect((await ann.closed).code).toBe(CLOSE.restart)
  expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe("my own page")
  http.closeAllConnections()
  http.close()
})

/** Begins a message of 2 MB and sends this much of it. */
async function halfMessage(port: number, bytes: number): Promise<Socket> {
  const socket = await openByHand(port)
  const header = Buffer.alloc(14)
  header[0] = 0x82
  header[1] = 0x80 | 127
  header.writeBigUInt64BE(2_000_000n, 2)
  socket.write(header)
  socket.write(Buffer.alloc(bytes))
  return socket
}
