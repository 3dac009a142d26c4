import { once } from "node:events"
import { createServer } from "node:http"
import {
  CLOSE,
  decodeDownstream,
  type Downstream,
  encodeUpstream,
  OFFER_HEADER,
  offerSubprotocols,
} from "@ligature/protocol"
import { openMemoryStore } from "@ligature/store"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import * as Y from "yjs"
import { attach } from "../src/index.ts"
import { listenAnywhere } from "./free-port.ts"
import { RawClient } from "./raw-client.ts"
import { testServer, type TestServer } from "./test-server.ts"

let server: TestServer
beforeAll(async () => {
  server = await testServer({ allowedOrigins: ["https://friend.example"], limits: { closeTimeoutMs: 200 } })
})
afterAll(() => server[Symbol.asyncDispose]())

/** Long-polling by hand: each request is made when a test says so. */
class Poller {
  readonly #address: string
  #sid: string | null = null
  polls = 0
  writes = 0
  readonly heard: Downstream[] = []

  private constructor(address: string, document: string) {
    this.#address = `${address}/sync/${document}`
  }

  static async begun(document: string, address: string = server.address): Promise<Poller> {
    const poller = new Poller(address, document)
    const answer = await poller.poll({ [OFFER_HEADER]: offerSubprotocols().join(", ") })
    if (answer.status !== 200) throw new Error(`the first poll was answered with ${answer.status}`)
    return poller
  }

  async poll(
    headers: Record<string, string> = {},
    n: number = ++this.polls,
  ): Promise<{ status: number; headers: Headers }> {
    const answer = await fetch(this.#url(n), { headers })
    const text = await answer.text()
    if (answer.ok) for (const packet of text.split("\x1e")) this.#take(packet)
    return { status: answer.status, headers: answer.headers }
  }

  async write(messages: readonly Uint8Array[], n: number = ++this.writes): Promise<number> {
    return this.writeBody(messages.map((message) => `b${Buffer.from(message).toString("base64")}`).join("\x1e"), n)
  }

  async writeBody(body: string, n: number = ++this.writes): Promise<number> {
    const answer = await fetch(this.#url(n), {
      method: "POST",
      body,
      headers: { "content-type": "text/plain;charset=UTF-8" },
    })
    await answer.arrayBuffer()
    return answer.status
  }

  /** Polls until the server has said something of this kind. */
  async hears(is: (message: Downstream) => boolean): Promise<Downstream> {
    for (;;) {
      const found = this.heard.find(is)
      if (found !== undefined) return found
      const { status } = await this.poll()
      if (status !== 200) throw new Error(`a poll was answered with ${status}`)
    }
  }

  async closeCode(): Promise<number> {
    const close = await this.hears(({ type }) => type === "close")
    return close.type === "close" ? close.code : 0
  }

  #url(n: number): string {
    const session = this.#sid === null ? "" : `&sid=${encodeURIComponent(this.#sid)}`
    return `${this.#address}?EIO=4&transport=polling&n=${n}${session}`
  }

  #take(packet: string): void {
    if (packet.startsWith("0")) {
      const opened: unknown = JSON.parse(packet.slice(1))
      if (typeof opened === "object" && opened !== null && "sid" in opened) this.#sid = String(opened.sid)
    }
    if (packet.startsWith("b"))
      this.heard.push(decodeDownstream(new Uint8Array(Buffer.from(packet.slice(1), "base64"))))
  }
}

const QUESTION = encodeUpstream({ type: "sync-step-1", stateVector: Uint8Array.of(0) })

function letter(text: string): Uint8Array {
  const doc = new Y.Doc()
  doc.getText("text").insert(0, text)
  return encodeUpstream({ type: "update", update: Y.encodeStateAsUpdate(doc) })
}

test("what is written is receipted, stored and relayed as over a WebSocket", async () => {
  using reader = await new RawClient(`${server.sync}/told`).loaded()
  const poller = await Poller.begun("told")
  expect(await poller.write([QUESTION, letter("hello")])).toBe(200)
  await poller.hears((message) => message.type === "receipt" && message.count === 1)
  await reader.until(() => reader.doc.getText("text").toJSON() === "hello")
  reader.doc.getText("text").insert(5, " to you")
  await poller.hears(({ type }) => type === "update")
})

describe("a request that comes again", () => {
  test("with messages: they do not count twice, and the session ends", async () => {
    using witness = await new RawClient(`${server.sync}/twice`).loaded()
    const poller = await Poller.begun("twice")
    expect(await poller.write([QUESTION, letter("once")])).toBe(200)
    await poller.hears((message) => message.type === "receipt" && message.count === 1)
    expect(await poller.write([letter("again")], 1)).toBe(400)
    expect((await poller.poll()).status).toBe(400)
    witness.doc.getMap("after").set("it", true)
    await witness.saved()
    expect(witness.doc.getText("text").toJSON()).toBe("once")
    expect(poller.heard.filter((message) => message.type === "receipt" && message.count > 1)).toEqual([])
  })

  test.each([
    ["a poll: what its answer brought is lost, and the session ends", 1],
    ["a poll that is ahead", 7],
    ["a poll without a number", NaN],
  ])("%s", async (_story, n) => {
    const poller = await Poller.begun("polled-again")
    expect((await poller.poll({}, n)).status).toBe(400)
    expect((await poller.poll()).status).toBe(400)
  })
})

describe("the session is closed with its code, in a message", () => {
  test.each<[string, (poller: Poller) => Promise<unknown>, number]>([
    ["bytes that are no message", (poller) => poller.write([Uint8Array.of(0)]), CLOSE.malformed],
    ["a text", (poller) => poller.writeBody("4hello"), CLOSE.unsupportedData],
    [
      "a hostile update",
      (poller) => poller.write([QUESTION, encodeUpstream({ type: "update", update: Uint8Array.of(9, 9, 9) })]),
      CLOSE.malformed,
    ],
    [
      "ten thousand messages in one request",
      (poller) => poller.writeBody(Array.from({ length: 10_001 }, () => "6").join("\x1e")),
      CLOSE.slowDown,
    ],
    ["a message over the limit", (poller) => poller.writeBody(`b${"A".repeat(23 * 1024 * 1024)}`), CLOSE.tooLarge],
  ])("after %s", async (_story, offend, code) => {
    const poller = await Poller.begun(`offended-${code}`)
    await offend(poller)
    expect(await poller.closeCode()).toBe(code)
  })

  test("for a document name that is none", async () => {
    const poller = await Poller.begun("%00")
    expect(await poller.closeCode()).toBe(CLOSE.malformed)
  })
})

describe("a first request is refused", () => {
  const offer = { [OFFER_HEADER]: "ligature.v1" }
  test.each<[string, string, RequestInit, number]>([
    ["without an offer", "EIO=4&transport=polling&n=1", {}, 400],
    [
      "of a client that does not speak ligature.v1",
      "EIO=4&transport=polling&n=1",
      { headers: { [OFFER_HEADER]: "other" } },
      400,
    ],
    ["of an old protocol", "EIO=3&transport=polling&n=1", { headers: offer }, 400],
    ["for another transport", "EIO=4&transport=websocket&n=1", { headers: offer }, 400],
    ["for JSONP", "EIO=4&transport=polling&n=1&j=0", { headers: offer }, 400],
    ["that posts", "EIO=4&transport=polling&n=1", { method: "POST", body: "x", headers: offer }, 400],
    ["for a session that is not", "EIO=4&transport=polling&n=1&sid=nobody", {}, 400],
    ["for a session named like a member of every object", "EIO=4&transport=polling&n=1&sid=__proto__", {}, 400],
    [
      "of a page of another site",
      "EIO=4&transport=polling&n=1",
      { headers: { ...offer, origin: "https://stranger.example" } },
      403,
    ],
    ["without any query", "", { headers: offer }, 400],
  ])("%s", async (_story, query, init, status) => {
    const answer = await fetch(`${server.address}/sync/refused?${query}`, init)
    expect(answer.status).toBe(status)
    expect(answer.headers.get("access-control-allow-origin")).toBe(null)
    expect(await answer.text()).toBe("")
  })

  test("before that, a browser asks for pages of other sites, and only allowed ones are answered", async () => {
    const friend = await ask("https://friend.example")
    expect(friend.headers.get("access-control-allow-origin")).toBe("https://friend.example")
    expect(friend.headers.get("access-control-allow-headers")).toContain(OFFER_HEADER)
    expect(friend.headers.get("access-control-allow-credentials")).toBe(null)
    const stranger = await ask("https://stranger.example")
    expect(stranger.status).toBe(403)
    expect(stranger.headers.get("access-control-allow-origin")).toBe(null)
  })
})

test("limits count both ways together, and a refusal says so", async () => {
  await using small = await testServer({
    limits: { connectionsPerAddress: 1, handshakeBurst: 3, handshakesPerSecond: 0.001, closeTimeoutMs: 200 },
  })
  using first = await new RawClient(`${small.sync}/minutes`).loaded()
  const begin = () =>
    fetch(`${small.address}/sync/minutes?EIO=4&transport=polling&n=1`, { headers: { [OFFER_HEADER]: "ligature.v1" } })
  expect((await begin()).status).toBe(200)
  expect((await begin()).status).toBe(200)
  expect((await begin()).status).toBe(429)
  expect(first.websocket.readyState).toBe(first.websocket.OPEN)
})

test("a poll that waits is answered when the server stops", async () => {
  const http = createServer()
  const port = await listenAnywhere(http)
  const ligature = attach({ server: http, store: openMemoryStore() })
  const poller = await Poller.begun("stopping", `http://127.0.0.1:${port}`)
  await poller.write([QUESTION])
  await poller.hears(({ type }) => type === "sync-step-2")
  const waits = once(http, "request")
  const code = poller.closeCode()
  await waits
  await ligature.close()
  expect(await code).toBe(CLOSE.restart)
  http.close()
  http.closeAllConnections()
})

/** What a browser sends for a page of this origin before a request with our header. */
async function ask(origin: string): Promise<Response> {
  const headers = { origin, "access-control-request-headers": OFFER_HEADER }
  return fetch(`${server.address}/sync/asked`, { method: "OPTIONS", headers })
}
