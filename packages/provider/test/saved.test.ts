import { expect, test } from "vitest"
import { freshBrowser, openTab, reaches, startServer, textOf, until, write } from "./harness.ts"

test("a change is saved when its receipt comes, not when it is sent", async () => {
  const server = await startServer()
  server.receipts = "held"
  const tab = openTab(server, freshBrowser())
  await tab.whenLoaded
  write(tab, "hello")
  await server.until(() => textOf({ doc: server.doc() }) === "hello")
  expect(tab.status).toEqual({ state: "saving", changes: 1 })
  server.sendReceipts()
  await reaches(tab, "saved")
})

test("a receipt for the first of two changes leaves one unsaved", async () => {
  const server = await startServer()
  server.receipts = "held"
  const tab = openTab(server, freshBrowser())
  await reaches(tab, "saved")
  // The answer to the server's step1.
  await server.until(() => server.last.taken === 1)
  write(tab, "one")
  write(tab, "two")
  await server.until(() => server.last.taken === 3)
  expect(tab.status).toEqual({ state: "saving", changes: 2 })
  server.last.send({ type: "receipt", count: 2 })
  await until(tab, () => tab.status.state !== "saving" || tab.status.changes < 2)
  expect(tab.status).toEqual({ state: "saving", changes: 1 })
  server.last.send({ type: "receipt", count: 3 })
  await reaches(tab, "saved")
})

test("a change that only deletes is unsaved until its receipt comes", async () => {
  const server = await startServer()
  server.doc().getText("flow").insert(0, "some words")
  server.receipts = "held"
  const tab = openTab(server, freshBrowser())
  await tab.whenLoaded
  tab.doc.getText("flow").delete(0, 5)
  await server.until(() => textOf({ doc: server.doc() }) === "words")
  expect(tab.status).toEqual({ state: "saving", changes: 1 })
  server.sendReceipts()
  await reaches(tab, "saved")
})

test("what others write is nobody's unsaved change", async () => {
  const server = await startServer()
  const tab = openTab(server, freshBrowser())
  await reaches(tab, "saved")
  server.doc().getText("flow").insert(0, "theirs")
  await until(tab, () => textOf(tab) === "theirs")
  expect(tab.status).toEqual({ state: "saved" })
  await tab.flush()
  expect(server.last.messages.filter((message) => message.type === "update")).toEqual([])
})

test("a connection that dies before the receipt leaves the change unsaved, and the next one brings it", async () => {
  const server = await startServer()
  server.receipts = "held"
  const tab = openTab(server, freshBrowser())
  await tab.whenLoaded
  await server.until(() => server.last.taken === 1)
  write(tab, "hello")
  await server.until(() => server.last.taken === 2)
  server.docs.clear()
  server.last.cut()
  await until(tab, () => tab.status.state === "offline" && tab.status.changes === 1)
  await server.until(() => server.sessions.length === 2 && textOf({ doc: server.doc() }) === "hello")
  expect(tab.status.state).not.toBe("saved")
  server.sendReceipts()
  await reaches(tab, "saved")
})

test("a receipt for an update that ran ahead of the offline changes does not save them", async () => {
  const server = await startServer()
  const browser = freshBrowser()
  const tab = openTab(server, browser)
  await reaches(tab, "saved")
  server.refuse = 4503
  server.last.cut()
  await reaches(tab, "offline")
  write(tab, "offline ")
  server.refuse = null
  server.receipts = "held"
  server.loads = false
  await server.until(() => server.last.messages.length > 0)
  await reaches(tab, "saving")
  // The server has not asked yet: this update leaves at once, ahead of what it stands on.
  write(tab, "ahead")
  await server.until(() => server.last.taken === 1)
  server.last.send({ type: "receipt", count: 1 })
  server.last.send({ type: "sync-step-1", stateVector: Uint8Array.of(0) })
  await server.until(() => server.last.taken === 2)
  expect(tab.status).toEqual({ state: "saving", changes: 2 })
  server.last.send({ type: "receipt", count: 2 })
  await reaches(tab, "saved")
  expect(textOf({ doc: server.doc() })).toBe("offline ahead")
})

test("after a reload the unsent changes are still counted, and sent", async () => {
  const server = await startServer()
  const browser = freshBrowser()
  const first = openTab(server, browser)
  await reaches(first, "saved")
  server.refuse = 4503
  server.last.cut()
  await reaches(first, "offline")
  write(first, "one ")
  write(first, "two ")
  first.doc.getText("flow").delete(0, 1)
  await first.destroy()

  const second = openTab(server, browser)
  await second.whenLoaded
  expect(textOf(second)).toBe("ne two ")
  await reaches(second, "offline")
  expect(second.status).toMatchObject({ state: "offline", changes: 3 })
  server.refuse = null
  await reaches(second, "saved")
  expect(textOf({ doc: server.doc() })).toBe("ne two ")
})

test("a change that was saved before the reload is not counted after it", async () => {
  const server = await startServer()
  const browser = freshBrowser()
  const first = openTab(server, browser)
  await first.whenLoaded
  write(first, "kept")
  await reaches(first, "saved")
  await first.destroy()
  server.refuse = 4503
  const second = openTab(server, browser)
  await reaches(second, "offline")
  expect(second.status).toMatchObject({ changes: 0 })
  expect(textOf(second)).toBe("kept")
})
