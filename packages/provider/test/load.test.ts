import { listLocalDocuments, openDocument } from "@ligature/provider"
import { expect, test } from "vitest"
import * as Y from "yjs"
import { freshBrowser, hasLoaded, NOWHERE, openTab, reaches, startServer, textOf, until, write } from "./harness.ts"

test("a document that was never opened here is not loaded before the server has sent it", async () => {
  const server = await startServer()
  server.doc().getText("flow").insert(0, "theirs")
  server.loads = false
  const tab = openTab(server, freshBrowser())
  await server.met()
  expect(await hasLoaded(tab)).toBe(false)
  expect(tab.readOnly).toMatchObject({ current: true, reason: "loading" })
  server.last.send({ type: "sync-step-2", update: Y.encodeStateAsUpdate(server.doc()) })
  await tab.whenLoaded
  expect(textOf(tab)).toBe("theirs")
  expect(tab.readOnly).toMatchObject({ current: false, reason: null })
})

test("a load that fails never looks like an empty document", async () => {
  const server = await startServer()
  server.refuse = 4503
  const tab = openTab(server, freshBrowser())
  await server.until(() => server.sessions.length === 3)
  expect(await hasLoaded(tab)).toBe(false)
  expect(tab.status).toMatchObject({ state: "offline", changes: 0 })
  expect(tab.readOnly.current).toBe(true)
})

test("a server that dies in the middle of the first sync leaves the document unloaded, here and after a reload", async () => {
  const server = await startServer()
  const browser = freshBrowser()
  server.doc().getText("flow").insert(0, "first half, second half")
  server.loads = false
  const tab = openTab(server, browser)
  await server.met()
  server.last.send({ type: "update", update: Y.encodeStateAsUpdate(server.doc()) })
  await until(tab, () => textOf(tab) !== "")
  server.refuse = 4503
  server.last.cut()
  await reaches(tab, "offline")
  expect(await hasLoaded(tab)).toBe(false)
  await tab.destroy()
  const again = openTab(server, browser)
  await reaches(again, "offline")
  expect(await hasLoaded(again)).toBe(false)
})

test("a document opened before opens again without a network", async () => {
  const server = await startServer()
  const browser = freshBrowser()
  server.doc().getText("flow").insert(0, "hello")
  const first = openTab(server, browser)
  await first.whenLoaded
  await first.destroy()
  server.refuse = 4503
  const second = openTab(server, browser)
  await second.whenLoaded
  expect(textOf(second)).toBe("hello")
  expect(second.readOnly.current).toBe(false)
})

test("opening a document writes nothing to it", async () => {
  const server = await startServer()
  server.doc().getText("flow").insert(0, "hello")
  const before = Y.encodeStateAsUpdate(server.doc())
  const tab = openTab(server, freshBrowser())
  await tab.whenLoaded
  await server.until(() => server.last.taken === 1)
  expect(Y.encodeStateAsUpdate(server.doc())).toEqual(before)
  expect(server.last.messages.filter((message) => message.type === "update")).toEqual([])
})

test("a document created offline is loaded at once, survives a reload, and reaches the server later", async () => {
  const server = await startServer()
  const browser = freshBrowser()
  server.refuse = 4503
  const first = openTab(server, browser, { create: true })
  await first.whenLoaded
  write(first, "made on a train")
  await first.destroy()
  const second = openTab(server, browser)
  await second.whenLoaded
  expect(textOf(second)).toBe("made on a train")
  server.refuse = null
  await reaches(second, "saved")
  expect(textOf({ doc: server.doc() })).toBe("made on a train")
})

test("the documents of this device are listed for the server and the person they belong to", async () => {
  const server = await startServer()
  const browser = freshBrowser()
  server.refuse = 4503
  const ada = openTab(server, browser, { create: true, subject: "ada" })
  ada.keepInfo({ title: "The plan" })
  write(ada, "words")
  write(ada, "more")
  await ada.destroy()
  const of = { url: server.url, localStore: browser }
  expect(await listLocalDocuments({ ...of, subject: "ada" })).toEqual([
    { document: "plan", title: "The plan", opened: expect.any(Number), changes: 2 },
  ])
  expect(await listLocalDocuments({ ...of, subject: "grace" })).toEqual([])
  expect(await listLocalDocuments({ url: NOWHERE.url, localStore: browser, subject: "ada" })).toEqual([])
})

test("nobody carries another person's unsent words", async () => {
  const server = await startServer()
  const browser = freshBrowser()
  server.refuse = 4503
  const ada = openTab(server, browser, { create: true, subject: "ada" })
  write(ada, "ada's draft")
  await ada.destroy()
  server.refuse = null
  const grace = openTab(server, browser, { subject: "grace" })
  await reaches(grace, "saved")
  expect(textOf(grace)).toBe("")
})

test("with a token, and not knowing whose it is, nothing is kept on the device", async () => {
  const server = await startServer()
  const browser = freshBrowser()
  const tab = openTab(server, browser, { token: () => "ada's token" })
  await reaches(tab, "saved")
  expect(tab.keeping).toMatchObject({ state: "absent", reason: expect.stringMatching(/who is signed in/) })
  await tab.destroy()
  expect(await listLocalDocuments({ url: server.url, localStore: browser })).toEqual([])
})

test("a document without a local store loads from the server and says that the device keeps nothing", async () => {
  const server = await startServer()
  server.doc().getText("flow").insert(0, "hello")
  const tab = openTab(server, false)
  await tab.whenLoaded
  expect(tab.keeping).toMatchObject({ state: "absent" })
  server.refuse = 4503
  server.last.cut()
  await reaches(tab, "offline")
  write(tab, "!")
  await reaches(tab, "not-kept")
  expect(tab.status).toMatchObject({ changes: 1 })
})

test("the name travels percent-encoded and arrives decoded", async () => {
  const server = await startServer()
  const name = "Straße 1/2? #ä%41"
  const tab = openTab(server, false, { document: name })
  await tab.whenLoaded
  expect([...server.docs.keys()]).toEqual([`/sync/${encodeURIComponent(name)}`])
  expect(decodeURIComponent(server.last.path.slice("/sync/".length))).toBe(name)
})

test("the schema version travels as a parameter, beside those of the address", async () => {
  const server = await startServer()
  const tab = openTab({ url: `${server.url}/?region=eu` }, false, { schema: 3 })
  await tab.whenLoaded
  expect(server.last.path).toBe("/sync/plan?region=eu&schema=3")
})

test("options that cannot be meant are refused at once", () => {
  expect(() => openDocument({ url: "ftp://host", document: "plan" })).toThrow(TypeError)
  expect(() => openDocument({ url: "nonsense", document: "plan" })).toThrow(TypeError)
  expect(() => openDocument({ url: NOWHERE.url, document: "" })).toThrow(
    expect.objectContaining({ code: "BAD_DOCUMENT_NAME" }),
  )
})
