import {
  listLocalDocuments,
  type LocalStore,
  LocalStoreError,
  forgetLocalDocument,
  openLocalStore,
} from "@ligature/provider"
import { fakeClock } from "@ligature/testing"
import { IDBObjectStore } from "fake-indexeddb"
import { openDB } from "idb"
import { afterEach, expect, test, vi } from "vitest"
import * as Y from "yjs"
import { freshBrowser, openTab, reaches, startServer, textOf, until, write } from "./harness.ts"

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

/** A local store whose device is full for as long as `full` says. */
function fillable(store: LocalStore): LocalStore & { full: boolean } {
  return {
    name: store.name,
    full: false,
    read: (key) => store.read(key),
    async write(key, write) {
      if (this.full) throw new LocalStoreError("LOCAL_STORE_FULL", "no space is left")
      await store.write(key, write)
    },
    compact: (key) => store.compact(key),
    rewrite: (key, records, state) => store.rewrite(key, records, state),
    list: (owner) => store.list(owner),
    forget: (key) => store.forget(key),
    close: () => store.close(),
  }
}

test("a full device: not kept while offline, kept as soon as there is space, and nothing is lost", async () => {
  const server = await startServer()
  server.refuse = 4503
  const device = fillable(freshBrowser())
  const clock = fakeClock()
  const tab = openTab(server, device, { create: true, clock })
  await tab.whenLoaded
  await tab.flush()
  await reaches(tab, "offline")
  device.full = true
  write(tab, "one ")
  write(tab, "two")
  await reaches(tab, "not-kept")
  expect(tab.status).toMatchObject({ changes: 2, reason: expect.stringMatching(/full/) })
  expect(tab.keeping.state).toBe("failing")
  device.full = false
  clock.advance(1_000)
  await reaches(tab, "offline")
  expect(tab.status).toMatchObject({ changes: 2 })
  await tab.destroy()
  const again = openTab(server, device)
  await again.whenLoaded
  expect(textOf(again)).toBe("one two")
})

test("a full device while connected: the server keeps the words, and the status says saved", async () => {
  const server = await startServer()
  const device = fillable(freshBrowser())
  device.full = true
  const tab = openTab(server, device)
  await tab.whenLoaded
  write(tab, "hello")
  await reaches(tab, "saved")
  expect(tab.keeping.state).toBe("failing")
  expect(textOf({ doc: server.doc() })).toBe("hello")
})

test("the browser's own quota error is told as a full device, and nothing of that write is kept", async () => {
  const store = freshBrowser()
  const key = { server: "https://host/sync", subject: "", document: "plan" }
  const update = Y.encodeStateAsUpdate(new Y.Doc())
  const nothing = { updates: [], made: [], saved: [], facts: {} }
  await store.write(key, { ...nothing, updates: [update] })
  const put = vi.spyOn(IDBObjectStore.prototype, "put").mockImplementationOnce(() => {
    throw new DOMException("full", "QuotaExceededError")
  })
  await expect(store.write(key, { ...nothing, updates: [update], made: ["x"] })).rejects.toMatchObject({
    code: "LOCAL_STORE_FULL",
  })
  put.mockRestore()
  expect(await store.read(key)).toMatchObject({ updates: [update], changes: [] })
})

test("a browser without IndexedDB works, and says that nothing is kept on the device", async () => {
  vi.stubGlobal("indexedDB", undefined)
  const server = await startServer()
  const tab = openTab(server, openLocalStore({ name: "nowhere" }))
  await tab.whenLoaded
  write(tab, "hello")
  await reaches(tab, "saved")
  expect(tab.keeping.state).toBe("absent")
  server.refuse = 4503
  server.last.cut()
  write(tab, "!")
  await reaches(tab, "not-kept")
})

test("a newer version of the program may upgrade the database under an open tab", async () => {
  const store = openLocalStore({ name: "shared" })
  const server = await startServer()
  const tab = openTab(server, store)
  await reaches(tab, "saved")
  await tab.flush()
  const newer = await openDB("shared", 99)
  write(tab, "still here")
  await until(tab, () => tab.keeping.state === "failing")
  expect(tab.keeping).toMatchObject({ reason: expect.stringMatching(/newer version/) })
  await reaches(tab, "saved")
  newer.close()
})

test("many small changes are merged on the device, and all are there afterwards", async () => {
  const server = await startServer()
  server.refuse = 4503
  const browser = freshBrowser()
  const tab = openTab(server, browser, { create: true })
  await tab.whenLoaded
  for (let i = 0; i < 200; i++) write(tab, `${i} `)
  tab.doc.getText("flow").delete(0, 2)
  await tab.flush()
  const key = { server: `http${server.url.slice(2)}/sync`, subject: "", document: "plan" }
  const { updates, changes } = await browser.read(key)
  expect(changes.length).toBe(201)
  expect(updates.length).toBeLessThan(64)
  const doc = new Y.Doc()
  for (const update of updates) {
    Y.applyUpdate(doc, update)
    expect(doc.store.pendingStructs).toBe(null)
  }
  expect(textOf({ doc })).toBe(textOf(tab))
})

function bytes({ updates }: { readonly updates: readonly Uint8Array[] }): number {
  return updates.reduce((sum, update) => sum + update.length, 0)
}

test("a long log is rewritten without what was deleted, and keeps what was not sent", async () => {
  const server = await startServer()
  server.refuse = 4503
  const browser = freshBrowser()
  const tab = openTab(server, browser, { create: true })
  await tab.whenLoaded
  const flow = tab.doc.getText("flow")
  for (let i = 0; i < 20; i++) {
    write(tab, `${i} `.repeat(5_000))
    flow.delete(0, flow.length - 10)
  }
  const text = textOf(tab)
  await tab.destroy()
  const key = { server: `http${server.url.slice(2)}/sync`, subject: "", document: "plan" }
  const before = await browser.read(key)
  expect(bytes(before)).toBeGreaterThan(200_000)
  const clock = fakeClock()
  const again = openTab(server, browser, { clock })
  await again.whenLoaded
  await again.flush()
  // Not while somebody waits for the document.
  expect(bytes(await browser.read(key))).toBe(bytes(before))
  clock.advance(10_000)
  await expect.poll(async () => bytes(await browser.read(key))).toBeLessThan(2_000)
  const after = await browser.read(key)
  expect(after.changes.length).toBe(40)
  await again.destroy()
  server.refuse = null
  const third = openTab(server, browser)
  await reaches(third, "saved")
  expect(textOf({ doc: server.doc() })).toBe(text)
})

test("a record that another tab has merged is not rewritten", async () => {
  const store = freshBrowser()
  const key = { server: "https://host/sync", subject: "", document: "plan" }
  const doc = new Y.Doc()
  const updates: Uint8Array[] = []
  doc.on("update", (update: Uint8Array) => updates.push(update))
  for (let i = 0; i < 32; i++) doc.getText("flow").insert(0, "a")
  await store.write(key, { updates: updates.slice(0, 20), made: [], saved: [], facts: {} })
  const read = await store.read(key)
  await store.write(key, { updates: updates.slice(20), made: [], saved: [], facts: {} })
  await store.compact(key)
  expect(await store.rewrite(key, read.records, Uint8Array.of(0, 0))).toBe(false)
  const copy = new Y.Doc()
  for (const update of (await store.read(key)).updates) Y.applyUpdate(copy, update)
  expect(textOf({ doc: copy })).toBe("a".repeat(32))
})

test("a forgotten document leaves nothing behind", async () => {
  const server = await startServer()
  server.refuse = 4503
  const browser = freshBrowser()
  const tab = openTab(server, browser, { create: true })
  write(tab, "words")
  await tab.destroy()
  const where = { url: server.url, localStore: browser }
  await forgetLocalDocument({ ...where, document: "plan" })
  expect(await listLocalDocuments(where)).toEqual([])
  const key = { server: `http${server.url.slice(2)}/sync`, subject: "", document: "plan" }
  expect(await browser.read(key)).toEqual({ updates: [], records: [], changes: [], facts: {} })
})

test.each([
  [true, "granted"],
  [false, "refused"],
])("the browser is asked once not to evict, and its answer %s is told", async (answer, told) => {
  const persist = vi.fn<() => Promise<boolean>>(async () => answer)
  vi.stubGlobal("navigator", { storage: { persist } })
  const server = await startServer()
  const tab = openTab(server, freshBrowser())
  await tab.whenLoaded
  expect(tab.persistence).toBe("unasked")
  write(tab, "one")
  write(tab, "two")
  await until(tab, () => tab.persistence === told)
  expect(persist).toHaveBeenCalledTimes(1)
})

test("leaving the page is warned about only while changes are neither on the server nor on the device", async () => {
  const page = new EventTarget()
  vi.stubGlobal("window", page)
  const warns = (): boolean => !page.dispatchEvent(new Event("beforeunload", { cancelable: true }))
  const server = await startServer()
  server.refuse = 4503
  const device = fillable(freshBrowser())
  const clock = fakeClock()
  const tab = openTab(server, device, { create: true, clock })
  await tab.whenLoaded
  await reaches(tab, "offline")
  expect(warns()).toBe(false)
  device.full = true
  write(tab, "words")
  await reaches(tab, "not-kept")
  expect(warns()).toBe(true)
  device.full = false
  clock.advance(60_000)
  await reaches(tab, "offline")
  expect(warns()).toBe(false)
})
