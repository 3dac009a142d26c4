import { openDocument, type OpenDocument, type OpenDocumentOptions } from "@ligature/provider"
import { BrokenProxy, fakeClock, type FakeClock, ForgetfulRelay, type NetworkFault } from "@ligature/testing"
import { describe, expect, onTestFinished, test } from "vitest"
import { WebSocket } from "ws"
import { testServer } from "./test-server.ts"

/** For the server to stop: a peer behind a broken network never says goodbye. */
const limits = { closeTimeoutMs: 200 }

/** Somebody whose time stands still while the network is real: what they wait for is said in `advance`. */
class Writer {
  readonly document: OpenDocument
  readonly clock: FakeClock
  /** Every state the status went through. */
  readonly states: string[] = []

  constructor(origin: string, options: Partial<OpenDocumentOptions> = {}, clock: FakeClock = fakeClock()) {
    this.clock = clock
    this.document = openDocument({
      url: origin,
      document: "minutes",
      WebSocket,
      localStore: false,
      random: () => 0,
      clock: handsOn(this.clock),
      ...options,
    })
    this.document.onStatus(({ state }) => this.states.push(state))
    onTestFinished(() => this.document.destroy())
  }

  get text(): string {
    return this.document.doc.getText("flow").toJSON()
  }

  get way(): "polling" | "websocket" {
    const { status } = this.document
    return ("way" in status ? status.way : undefined) ?? "websocket"
  }

  write(text: string): void {
    this.document.doc.getText("flow").insert(this.text.length, text)
  }

  /** Lets time pass with a word now and then, as people do: a connection on which nothing moves is given up. */
  async spend(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 5_000) {
      this.clock.advance(Math.min(left, 5_000))
      this.write(".")
      await this.until(() => this.document.status.state === "saved")
    }
  }

  async sees(text: string): Promise<void> {
    await this.until(() => this.text.includes(text))
  }

  async saved(): Promise<void> {
    await this.until(() => this.document.status.state === "saved")
  }

  /** Resolves as soon as the condition holds; it is looked at after every change of status or document. */
  async until(condition: () => boolean): Promise<void> {
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (!condition()) return
        stop()
        this.document.doc.off("afterTransaction", look)
        resolve()
      }
      const stop = this.document.onStatus(look)
      this.document.doc.on("afterTransaction", look)
      look()
    })
  }
}

/** What is due at once needs no hand to move the clock. */
function handsOn(clock: FakeClock): NonNullable<OpenDocumentOptions["clock"]> {
  return {
    now: () => clock.now(),
    after(ms, f) {
      if (ms > 0) return clock.after(ms, f)
      const turn = setImmediate(f)
      return () => clearImmediate(turn)
    },
  }
}

/** Editing works within 8 s; those that let the handshake pass take 5 of them, for who would hear a slow server. */
const FAULTS: readonly [NetworkFault, waitMs: number][] = [
  ["strips-upgrade", 0],
  ["swallows", 5_000],
  ["buffers-responses", 5_000],
]

describe.each(FAULTS)("through a proxy that %s", (fault, waitMs) => {
  test("people write together, and each word arrives once", async () => {
    await using server = await testServer({ limits })
    await using proxy = await BrokenProxy.to(() => server.port, fault)
    const ann = new Writer(proxy.origin)
    const ben = new Writer(server.address)
    await proxy.until(() => proxy.seen.includes("websocket"))
    ann.clock.advance(waitMs)
    await ann.document.whenLoaded
    ann.write("from behind the proxy. ")
    await ben.sees("from behind the proxy. ")
    ben.write("from the free side. ")
    await ann.sees("from the free side. ")
    await ann.saved()
    expect(ann.way).toBe("polling")
    expect(ben.way).toBe("websocket")
    expect(ann.text).toBe("from behind the proxy. from the free side. ")
    expect(ben.text).toBe(ann.text)
  })

  test("the WebSocket is taken up again once it passes, and nobody notices", async () => {
    await using server = await testServer({ limits })
    await using proxy = await BrokenProxy.to(() => server.port, fault)
    const ann = new Writer(proxy.origin)
    const ben = new Writer(server.address)
    await proxy.until(() => proxy.seen.includes("websocket"))
    ann.clock.advance(waitMs)
    await ann.document.whenLoaded
    ann.write("slow, ")
    await ann.saved()
    expect(ann.way).toBe("polling")

    const before = proxy.seen.filter((what) => what === "websocket").length
    await ann.spend(15_000)
    await proxy.until(() => proxy.seen.filter((what) => what === "websocket").length > before)
    await ann.spend(5_000)
    expect(ann.way).toBe("polling")

    proxy.mend()
    ann.states.length = 0
    await ann.spend(30_000)
    ann.write("on the way, ")
    await ann.until(() => ann.document.status.state === "saved" && ann.way === "websocket")
    ann.write("fast.")
    await ben.sees("fast.")
    expect(ann.states).not.toContain("offline")
    expect(ben.text).toMatch(/^slow, [.]*on the way, fast[.]$/)
    expect(ann.text).toBe(ben.text)
  })
})

test("a network that forgets idle connections without a word: what is written next arrives within 6 s", async () => {
  await using server = await testServer({ limits })
  await using relay = await ForgetfulRelay.to(() => server.port)
  const ann = new Writer(relay.origin)
  const ben = new Writer(server.address)
  await ann.document.whenLoaded
  ann.write("before. ")
  await ben.sees("before. ")
  await ann.saved()
  ann.clock.advance(5_000)
  relay.forget()
  ann.write("after. ")
  ann.clock.advance(6_000)
  await ben.sees("after. ")
  await ann.saved()
  expect(ben.text).toBe("before. after. ")
  expect(ann.way).toBe("websocket")
})

test("what was found out is remembered, and the next visit loses no time", async () => {
  await using server = await testServer({ limits })
  await using proxy = await BrokenProxy.to(() => server.port, "swallows")
  const kept = new Map<string, number>()
  const wayMemory: NonNullable<OpenDocumentOptions["wayMemory"]> = {
    read: (origin) => kept.get(origin) ?? null,
    write: (origin, when) => void kept.set(origin, when),
    forget: (origin) => void kept.delete(origin),
  }
  const first = new Writer(proxy.origin, { wayMemory })
  await proxy.until(() => proxy.seen.includes("websocket"))
  first.clock.advance(5_000)
  await first.document.whenLoaded
  expect([...kept.keys()]).toEqual([proxy.origin])
  proxy.seen.length = 0
  const second = new Writer(proxy.origin, { wayMemory }, first.clock)
  await second.document.whenLoaded
  expect(proxy.seen).not.toContain("websocket")
})
