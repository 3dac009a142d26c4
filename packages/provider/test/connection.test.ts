import { EventEmitter, once } from "node:events"
import { fakeClock, type FakeClock } from "@ligature/testing"
import { afterEach, expect, test, vi } from "vitest"
import type { OpenDocument } from "@ligature/provider"
import type { FakeServer } from "./fake-server.ts"
import { freshBrowser, NOWHERE, openTab, reaches, startServer, textOf, until, write } from "./harness.ts"

afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

/** A tab whose time stands still, connected. Its network is real. */
async function connectedTab(server: FakeServer): Promise<{ tab: OpenDocument; clock: FakeClock }> {
  const clock = fakeClock()
  const tab = openTab(server, freshBrowser(), { clock, random: () => 1 })
  await server.until(() => server.sessions.at(-1)?.taken === 1)
  return { tab, clock }
}

test("y-websocket's first messages are as it makes them", async () => {
  const server = await startServer()
  const tab = openTab(server, freshBrowser())
  await tab.whenLoaded
  await server.until(() => server.last.messages.length >= 3)
  const [step1, presence] = server.last.frames
  // Sync step 1 of an empty document, then the presence of one.
  expect([...(step1 ?? [])]).toEqual([0, 0, 1, 0])
  expect(presence?.[0]).toBe(1)
})

test("private messages of the server do not reach y-websocket", async () => {
  const errors = vi.spyOn(console, "error")
  const server = await startServer()
  const tab = openTab(server, freshBrowser())
  await reaches(tab, "saved")
  server.last.send({ type: "receipt", count: 1 })
  server.last.send({ type: "access", access: "write", reason: "granted" })
  server.last.sendRaw(Uint8Array.of(99, 1, 2, 3))
  server.doc().getText("flow").insert(0, "still here")
  await until(tab, () => textOf(tab) === "still here")
  expect(errors).not.toHaveBeenCalled()
  expect(server.sessions.length).toBe(1)
})

test("bytes that are no message end the connection, not the document", async () => {
  const server = await startServer()
  const tab = openTab(server, freshBrowser())
  await reaches(tab, "saved")
  server.last.sendRaw(Uint8Array.of(64))
  await server.until(() => server.sessions.length === 2 && server.last.taken === 1)
  await reaches(tab, "saved")
  expect(server.sessions.length).toBe(2)
})

test("a connection that has gone silent is given up", async () => {
  const server = await startServer()
  const { tab, clock } = await connectedTab(server)
  server.last.deaf = true
  clock.advance(30_000)
  expect(tab.status.state).not.toBe("offline")
  clock.advance(5_000)
  expect(tab.status.state).toBe("offline")
})

test("a receipt that does not come gives reason to ask who is there", async () => {
  const server = await startServer()
  server.receipts = "held"
  const { tab, clock } = await connectedTab(server)
  write(tab, "hello")
  await server.until(() => server.last.taken === 2)
  clock.advance(7_500)
  await server.until(() => server.last.messages.at(-1)?.type === "query-awareness")
  expect(tab.status.state).toBe("saving")
})

test("nobody answers: the connection is given up, and what waited goes with the next", async () => {
  const server = await startServer()
  server.receipts = "held"
  const { tab, clock } = await connectedTab(server)
  server.last.deaf = true
  write(tab, "hello")
  await tab.flush()
  clock.advance(20_000)
  expect(tab.status).toMatchObject({ state: "offline", changes: 1 })
  server.receipts = "at once"
  clock.advance(500)
  await server.until(() => textOf({ doc: server.doc() }) === "hello")
  await reaches(tab, "saved")
})

test("a first attempt that hangs counts as offline after three seconds", async () => {
  const server = await startServer()
  const clock = fakeClock()
  const application = new EventEmitter()
  const token = (): Promise<string> => {
    application.emit("asked")
    return new Promise(() => undefined)
  }
  const tab = openTab(server, false, { clock, token })
  await once(application, "asked")
  expect(tab.status).toEqual({ state: "loading" })
  clock.advance(3_000)
  expect(tab.status).toEqual({ state: "offline", changes: 0, since: clock.now(), next: null })
})

test("attempts back off with full jitter up to 30 s, and the status says when the next one is", async () => {
  const server = await startServer()
  const { tab, clock } = await connectedTab(server)
  server.refuse = 4503
  server.last.cut()
  const delays: number[] = []
  for (let attempt = 2; attempt <= 9; attempt++) {
    await until(tab, () => tab.status.state === "offline" && (tab.status.next ?? 0) > clock.now())
    if (tab.status.state !== "offline") throw new Error("it was offline a moment ago")
    delays.push((tab.status.next ?? 0) - clock.now())
    // y-websocket asks for the next connection in a later turn.
    while (server.sessions.length < attempt) {
      clock.advance(tab.status.state === "offline" && tab.status.next !== null ? tab.status.next - clock.now() : 0)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  expect(delays).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
})

test("a server that says later is left alone for half a minute", async () => {
  const server = await startServer()
  const { tab, clock } = await connectedTab(server)
  server.last.close(1013)
  await reaches(tab, "offline")
  expect(tab.status).toMatchObject({ next: clock.now() + 30_500 })
})

test("when the browser is online again the next attempt starts at once", async () => {
  const page = new EventTarget()
  vi.stubGlobal("window", page)
  vi.stubGlobal("document", Object.assign(new EventTarget(), { visibilityState: "visible" }))
  const server = await startServer()
  const { tab } = await connectedTab(server)
  server.last.cut()
  await until(tab, () => tab.status.state === "offline" && tab.status.next !== null)
  // Its clock does not move: only the event can bring it back.
  await new Promise((resolve) => setImmediate(resolve))
  const { sessions } = server
  expect(sessions.length).toBe(1)
  page.dispatchEvent(new Event("online"))
  await server.until(() => sessions.length === 2)
})

test("an attempt that began without a network and fails when it is back keeps nobody waiting", async () => {
  const page = new EventTarget()
  vi.stubGlobal("window", page)
  vi.stubGlobal("document", Object.assign(new EventTarget(), { visibilityState: "visible" }))
  const attempts: EventTarget[] = []
  /** Comes to nothing when it is told to. */
  class HangingSocket extends EventTarget {
    binaryType = ""
    readonly protocol = ""
    constructor() {
      super()
      attempts.push(this)
    }
    send(): void {}
    close(): void {}
  }
  const clock = fakeClock()
  const tab = openTab(NOWHERE, false, { clock, random: () => 1, WebSocket: HangingSocket })
  const begun = async (count: number): Promise<void> => {
    while (attempts.length < count) {
      if (tab.status.state === "offline" && tab.status.next !== null) clock.advance(tab.status.next - clock.now())
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  // Half an hour on a train: by now half a minute lies between attempts.
  for (let attempt = 1; attempt <= 8; attempt++) {
    await begun(attempt)
    attempts.at(-1)?.dispatchEvent(new Event("close"))
  }
  await begun(9)
  page.dispatchEvent(new Event("online"))
  attempts.at(-1)?.dispatchEvent(new Event("close"))
  expect(tab.status).toMatchObject({ state: "offline", next: clock.now() + 500 })
})

test("presence of the others appears, and goes with the connection", async () => {
  const server = await startServer()
  const tab = openTab(server, freshBrowser())
  await reaches(tab, "saved")
  const others = (): number[] => [...tab.awareness.getStates().keys()].filter((client) => client !== tab.doc.clientID)
  const there = new Promise((resolve) => tab.awareness.once("change", resolve))
  server.last.send({ type: "awareness", update: Uint8Array.of(1, 7, 1, 2, 0x7b, 0x7d) })
  await there
  expect(others()).toEqual([7])
  server.refuse = 4503
  server.last.cut()
  await reaches(tab, "offline")
  expect(others()).toEqual([])
})
