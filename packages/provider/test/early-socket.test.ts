import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { WebSocket } from "ws"
import { askEarly, connectEarly } from "../src/early-socket.ts"
import { openLocalStore } from "../src/indexed-db-store.ts"
import { freshBrowser, openTab, reaches, startServer, textOf, write } from "./harness.ts"

// A socket that was begun early is for those who take the platform's.
beforeEach(() => vi.stubGlobal("WebSocket", WebSocket))
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test("a document is opened over the connection that was begun before, and hears what came over it meanwhile", async () => {
  const server = await startServer()
  server.access = { access: "read", reason: "granted" }
  server.doc().getText("flow").insert(0, "all of it")
  connectEarly({ url: server.url, document: "plan", schema: 3 })
  await server.until(() => server.sessions.length === 1)
  // Said before anybody listens.
  server.doc().getText("flow").insert(9, " and more")
  const tab = openTab(server, freshBrowser(), { schema: 3 })
  await tab.whenLoaded
  expect(textOf(tab)).toBe("all of it and more")
  expect(tab.readOnly.reason).toBe("access")
  expect(server.sessions.map(({ path }) => path)).toEqual(["/sync/plan?schema=3"])
})

test("what this device keeps nothing of is asked for before anybody opens it, and only once", async () => {
  const server = await startServer()
  server.doc().getText("flow").insert(0, "all of it")
  connectEarly({ url: server.url, document: "plan" })
  await askEarly({ url: server.url, document: "plan" })
  await server.until(() => server.sessions.length === 1 && server.last.messages.length === 1)
  const tab = openTab(server, openLocalStore())
  await tab.whenLoaded
  expect(textOf(tab)).toBe("all of it")
  write(tab, " and mine")
  await server.until(() => server.doc().getText("flow").toJSON() === "all of it and mine")
  await reaches(tab, "saved")
  expect(server.sessions).toHaveLength(1)
  expect(server.last.messages.filter(({ type }) => type === "sync-step-1")).toHaveLength(1)
})

test("of what this device keeps only the rest is asked for", async () => {
  const server = await startServer()
  const first = openTab(server, openLocalStore(), { document: "diary" })
  await first.whenLoaded
  write(first, "kept")
  await reaches(first, "saved")
  await first.destroy()
  connectEarly({ url: server.url, document: "diary" })
  await askEarly({ url: server.url, document: "diary" })
  const tab = openTab(server, openLocalStore(), { document: "diary" })
  await reaches(tab, "saved")
  await server.until(() => server.last.messages.length > 0)
  const asked = server.last.messages.flatMap((message) =>
    message.type === "sync-step-1" ? [message.stateVector.length] : [],
  )
  expect(asked).toEqual([expect.toSatisfy((length: number) => length > 1)])
  expect(server.sessions).toHaveLength(2)
})

test("what is written over a connection that was begun early is saved", async () => {
  const server = await startServer()
  connectEarly({ url: server.url, document: "plan" })
  const tab = openTab(server, freshBrowser())
  await reaches(tab, "saved")
  write(tab, "mine")
  await server.until(() => server.doc().getText("flow").toJSON() === "mine")
  await reaches(tab, "saved")
  expect(server.sessions).toHaveLength(1)
})

test("the server is asked only for what the local copy lacks", async () => {
  const server = await startServer()
  const browser = freshBrowser()
  const first = openTab(server, browser)
  await first.whenLoaded
  write(first, "kept")
  await reaches(first, "saved")
  await first.destroy()
  openTab(server, browser)
  await server.until(() => server.sessions.length === 2 && server.last.messages.length > 0)
  const [step1] = server.last.messages
  expect(step1?.type === "sync-step-1" && step1.stateVector.length).toBeGreaterThan(1)
})

test("a copy that was written under another secret is sent under that one", async () => {
  const server = await startServer()
  const browser = freshBrowser()
  const key = { server: `http${server.url.slice(2)}/sync`, subject: "", document: "plan" }
  const secret = "0123456789abcdef0123456789abcdef"
  await browser.write(key, { updates: [], made: [], saved: [], facts: { secret } })
  openTab(server, browser)
  await server.until(() => server.sessions.some(({ messages }) => messages.length > 0))
  const spoken = server.sessions.filter(({ messages }) => messages.length > 0)
  expect(spoken.map(({ browserSecret }) => browserSecret)).toEqual([secret])
})

test("a connection that ended before anybody came is no failure: the document makes its own", async () => {
  const server = await startServer()
  server.refuse = 4403
  connectEarly({ url: server.url, document: "plan" })
  await server.until(() => server.sessions.length === 1 && !server.last.isOpen)
  server.refuse = null
  const tab = openTab(server, freshBrowser())
  await tab.whenLoaded
  expect(server.sessions).toHaveLength(2)
})

test("nobody who signs in with a token gets one", async () => {
  const server = await startServer()
  connectEarly({ url: server.url, document: "plan" })
  const tab = openTab(server, freshBrowser(), { token: () => "me", subject: "me" })
  await reaches(tab, "saved")
  expect(server.sessions.filter(({ messages }) => messages.length > 0).map(({ token }) => token)).toEqual(["me"])
})

test("a connection that nobody takes is closed", async () => {
  const server = await startServer()
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
  connectEarly({ url: server.url, document: "plan" })
  await server.until(() => server.sessions.length === 1)
  expect(server.last.isOpen).toBe(true)
  vi.advanceTimersByTime(10_000)
  await server.until(() => !server.last.isOpen)
})
