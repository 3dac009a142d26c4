import { afterEach, expect, test, vi } from "vitest"
import * as Y from "yjs"
import { guardAgainstMuting } from "../src/mute-guard.ts"
import { freshBrowser, openTab, reaches, startServer, textOf, until, write } from "./harness.ts"

afterEach(() => vi.restoreAllMocks())

const turn = (): Promise<void> => Promise.resolve()

test("a document that works is never called mute", async () => {
  const doc = new Y.Doc()
  const muted = vi.fn<() => void>()
  guardAgainstMuting(doc, muted)
  const text = doc.getText("flow")
  text.observe(() => {
    if (text.length < 3) text.insert(0, "again ")
  })
  doc.transact(() => undefined)
  text.insert(0, "a")
  text.delete(0, 1)
  doc.transact(() => {
    text.insert(0, "b")
    text.delete(0, 1)
  })
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(new Y.Doc()))
  expect(() =>
    doc.transact(() => {
      text.insert(0, "thrown ")
      throw new Error("in the middle")
    }),
  ).toThrow("in the middle")
  await turn()
  expect(muted).not.toHaveBeenCalled()
})

test.each(["update", "afterTransactionCleanup"] as const)("a %s listener that throws is noticed", async (event) => {
  const doc = new Y.Doc()
  const muted = vi.fn<() => void>()
  guardAgainstMuting(doc, muted)
  doc.once(event, () => {
    throw new Error("a bad plugin")
  })
  expect(() => doc.getText("flow").insert(0, "a")).toThrow("a bad plugin")
  await turn()
  expect(muted).toHaveBeenCalledTimes(1)
  doc.getText("flow").insert(0, "b")
  await turn()
  expect(muted).toHaveBeenCalledTimes(2)
})

test("when a document goes mute it is locked, and what it holds reaches the server and the device", async () => {
  const server = await startServer()
  const browser = freshBrowser()
  const tab = openTab(server, browser)
  await reaches(tab, "saved")
  tab.doc.once("afterTransactionCleanup", () => {
    throw new Error("a bad plugin")
  })
  expect(() => write(tab, "heard by nobody")).toThrow("a bad plugin")
  await turn()
  expect(tab.readOnly).toMatchObject({ current: true, reason: "mute" })
  write(tab, ", nor this")
  await server.until(() => textOf({ doc: server.doc() }) === "heard by nobody, nor this")
  await until(tab, () => tab.status.state === "saved")
  await tab.destroy()

  server.refuse = 4503
  const again = openTab(server, browser)
  await again.whenLoaded
  expect(textOf(again)).toBe("heard by nobody, nor this")
  expect(again.readOnly.current).toBe(false)
})

test("a status listener that throws harms nobody", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined)
  const server = await startServer()
  const tab = openTab(server, freshBrowser())
  tab.onStatus(() => {
    throw new Error("a bad status line")
  })
  tab.readOnly.onChange(() => {
    throw new Error("a bad toolbar")
  })
  await tab.whenLoaded
  write(tab, "words")
  await server.until(() => textOf({ doc: server.doc() }) === "words")
  await reaches(tab, "saved")
  expect(tab.readOnly.current).toBe(false)
})
