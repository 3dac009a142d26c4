import { expect, test } from "vitest"
import { WebSocketServer } from "ws"
import { freshBrowser, hasLoaded, openTab, reaches, startServer, textOf, until, write } from "./harness.ts"

test.each([4403, 4404, 4409, 4413, 4422])("a close with %i is final", async (code) => {
  const server = await startServer()
  const tab = openTab(server, freshBrowser())
  await tab.whenLoaded
  server.receipts = "held"
  write(tab, "unsaved")
  server.last.close(code)
  await reaches(tab, "closed")
  await tab.flush()
  await until(tab, () => tab.status.state === "closed" && tab.status.kept)
  expect(tab.status).toMatchObject({ code, changes: 1, kept: true, sentence: expect.stringMatching(/\.$/) })
  expect(tab.readOnly).toMatchObject({ current: true, reason: "closed" })
  expect(server.sessions.length).toBe(1)
})

test.each([1001, 1006, 1011, 1012, 4503])("after a close with %i the tab comes back by itself", async (code) => {
  const server = await startServer()
  const tab = openTab(server, freshBrowser())
  await reaches(tab, "saved")
  if (code === 1006) server.last.cut()
  else server.last.close(code)
  await server.until(() => server.sessions.length === 2 && server.last.taken === 1)
  await reaches(tab, "saved")
  expect(server.sessions.length).toBe(2)
})

test("a close that travels as a message counts like a close code", async () => {
  const server = await startServer()
  const tab = openTab(server, freshBrowser())
  await tab.whenLoaded
  server.last.send({ type: "close", code: 4404 })
  await reaches(tab, "closed")
  expect(tab.status).toMatchObject({ code: 4404 })
})

test("every attempt asks for a fresh token", async () => {
  const server = await startServer()
  let asked = 0
  const tab = openTab(server, freshBrowser(), { token: async () => `token ${++asked} ✓` })
  await reaches(tab, "saved")
  server.last.cut()
  await server.until(() => server.sessions.length === 2)
  expect(server.sessions.map((session) => session.token)).toEqual(["token 1 ✓", "token 2 ✓"])
})

test("a browser keeps one secret for a server", async () => {
  const server = await startServer()
  openTab(server, freshBrowser())
  openTab(server, freshBrowser(), { document: "other" })
  await server.until(() => server.sessions.length === 2)
  const [one, two] = server.sessions
  expect(one?.browserSecret).toMatch(/^[0-9a-f]{32}$/)
  expect(two?.browserSecret).toBe(one?.browserSecret)
})

test("4401 is met with a fresh token once, then it is final", async () => {
  const server = await startServer()
  server.refuse = 4401
  let asked = 0
  const tab = openTab(server, freshBrowser(), { token: () => `token ${++asked}` })
  await reaches(tab, "closed")
  expect(tab.status).toMatchObject({ code: 4401 })
  expect(server.sessions.map((session) => session.token)).toEqual(["token 1", "token 2"])
  expect(await hasLoaded(tab)).toBe(false)
})

test("4401 without a way to get a token is final at once, and signing in revives the document", async () => {
  const server = await startServer()
  server.refuse = 4401
  const tab = openTab(server, freshBrowser())
  await reaches(tab, "closed")
  expect(server.sessions.length).toBe(1)
  server.refuse = null
  tab.retry()
  await reaches(tab, "saved")
  expect(tab.readOnly.current).toBe(false)
})

test("a token that cannot be had is an attempt that failed", async () => {
  const server = await startServer()
  let asked = 0
  const token = (): string => {
    if (++asked < 3) throw new Error("the application does not answer")
    return "at last"
  }
  const tab = openTab(server, freshBrowser(), { token })
  await reaches(tab, "saved")
  expect(server.sessions.map((session) => session.token)).toEqual(["at last"])
})

test("an expired token is renewed over the open connection", async () => {
  const server = await startServer()
  let asked = 0
  const tab = openTab(server, freshBrowser(), { token: () => `token ${++asked}` })
  await reaches(tab, "saved")
  server.last.send({ type: "access", access: "none", reason: "token-expired" })
  await server.until(() => server.last.messages.some((message) => message.type === "token"))
  expect(server.last.messages.at(-1)).toEqual({ type: "token", token: "token 2" })
  expect(tab.readOnly.reason).toBe("access")
  server.last.send({ type: "access", access: "write", reason: "granted" })
  await new Promise<void>((resolve) => {
    if (!tab.readOnly.current) resolve()
    tab.readOnly.onChange(resolve)
  })
  expect(server.sessions.length).toBe(1)
})

test("read access locks the document, and what was written meanwhile is kept and said", async () => {
  const server = await startServer()
  const browser = freshBrowser()
  const tab = openTab(server, browser)
  await reaches(tab, "saved")
  server.receipts = "held"
  write(tab, "too late")
  server.last.send({ type: "access", access: "read", reason: "rights-changed" })
  await until(tab, () => tab.status.state === "closed" && tab.status.kept)
  expect([tab.readOnly.current, tab.readOnly.reason]).toEqual([true, "rights-changed"])
  expect(tab.status).toMatchObject({ code: 4403, changes: 1 })

  // With the right to write comes the question for what was refused.
  server.receipts = "at once"
  server.last.send({ type: "access", access: "write", reason: "rights-changed" })
  server.last.send({ type: "sync-step-1", stateVector: Uint8Array.of(0) })
  await reaches(tab, "saved")
  expect(tab.readOnly.current).toBe(false)
})

test("a server that cannot store at the moment locks nothing, and nothing is called saved", async () => {
  const server = await startServer()
  const tab = openTab(server, false)
  await reaches(tab, "saved")
  server.receipts = "held"
  server.last.send({ type: "access", access: "read", reason: "store-unavailable" })
  write(tab, "kept in memory")
  await reaches(tab, "not-kept")
  expect(tab.readOnly.current).toBe(false)
  server.last.send({ type: "access", access: "write", reason: "granted" })
  await reaches(tab, "saving")
  await server.until(() => server.last.taken === 2)
  server.sendReceipts()
  await reaches(tab, "saved")
})

test("a reader stays a reader offline, and after the reload", async () => {
  const server = await startServer()
  const browser = freshBrowser()
  server.access = { access: "read", reason: "version-skew" }
  const first = openTab(server, browser)
  await first.whenLoaded
  expect(first.readOnly.reason).toBe("version-skew")
  await first.destroy()
  server.refuse = 4503
  const second = openTab(server, browser)
  await second.whenLoaded
  expect(second.readOnly.current).toBe(true)
})

test("the copy of a closed document is a document of its own", async () => {
  const server = await startServer()
  const browser = freshBrowser()
  const tab = openTab(server, browser)
  await reaches(tab, "saved")
  server.receipts = "held"
  write(tab, "mine")
  server.last.close(4404)
  await reaches(tab, "closed")
  server.receipts = "at once"
  const copy = tab.saveAsNew("rescued")
  await copy.whenLoaded
  await reaches(copy, "saved")
  expect(textOf({ doc: server.doc("rescued") })).toBe("mine")
  expect(textOf(tab)).toBe("mine")
  await copy.destroy()
})

test("a server that does not speak ligature.v1 is not trusted with words", async () => {
  const plain = new WebSocketServer({ port: 0, host: "127.0.0.1", handleProtocols: () => "something-else" })
  await new Promise((resolve) => plain.once("listening", resolve))
  const address = plain.address()
  const port = typeof address === "object" && address !== null ? address.port : 0
  const tab = openTab({ url: `ws://127.0.0.1:${port}` }, freshBrowser())
  await until(tab, () => tab.status.state === "closed" || tab.status.state === "offline")
  expect(await hasLoaded(tab)).toBe(false)
  await tab.destroy()
  await new Promise((resolve) => plain.close(resolve))
})
