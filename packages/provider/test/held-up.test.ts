import { expect, test } from "vitest"
import * as Y from "yjs"
import { freshBrowser, openTab, reaches, startServer, textOf, write } from "./harness.ts"

test("what is written while the code that cuts a large paste is fetched leaves behind it, and is saved no sooner", async () => {
  const server = await startServer()
  const tab = openTab(server, freshBrowser())
  await reaches(tab, "saved")
  server.receipts = "held"
  write(tab, "word ".repeat(200_000))
  write(tab, "and a last one")
  await server.until(() => textOf({ doc: server.doc() }) === textOf(tab))
  const sent = server.last.messages.filter((one) => one.type === "update" || one.type === "sync-step-2")
  const other = new Y.Doc()
  for (const { update } of sent) {
    Y.applyUpdate(other, update)
    expect(other.store.pendingStructs).toBeNull()
  }
  expect(tab.status).toEqual({ state: "saving", changes: 2 })
  server.last.send({ type: "receipt", count: sent.length })
  await reaches(tab, "saved")
})
