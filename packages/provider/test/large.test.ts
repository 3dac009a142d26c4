import { generateProse } from "@ligature/testing"
import { expect, test } from "vitest"
import { freshBrowser, openTab, reaches, startServer, textOf, write } from "./harness.ts"

const LARGEST = 256 * 1024

test("a week offline is sent in pieces, the step2 last, and is saved when the last piece is", async () => {
  const seed = 7
  const server = await startServer()
  server.refuse = 4503
  const tab = openTab(server, freshBrowser(), { create: true })
  await tab.whenLoaded
  const prose = generateProse(seed, 1_000_000)
    .map((block) => block.text)
    .join("\n")
  expect(prose.length).toBeGreaterThan(900_000)
  write(tab, prose)
  tab.doc.getText("flow").delete(10, 20)

  server.receipts = "held"
  server.refuse = null
  await server.until(() => textOf({ doc: server.doc() }) === textOf(tab))
  const sent = server.last.messages.filter(({ type }) => type === "update" || type === "sync-step-2")
  expect(sent.length).toBeGreaterThan(3)
  expect(sent.map(({ type }) => type)).toEqual([...sent.slice(1).map(() => "update"), "sync-step-2"])
  for (const frame of server.last.frames) expect(frame.length).toBeLessThan(LARGEST + 16)

  server.last.send({ type: "receipt", count: sent.length - 1 })
  // What the tab sends behind it tells us that it has read the receipt.
  server.last.send({ type: "sync-step-1", stateVector: Uint8Array.of(0) })
  const before = server.last.taken
  await server.until(() => server.last.taken > before)
  expect(tab.status).toEqual({ state: "saving", changes: 2 })
  server.last.send({ type: "receipt", count: sent.length })
  await reaches(tab, "saved")
})

test("a large paste is sent in pieces too", async () => {
  const server = await startServer()
  const tab = openTab(server, freshBrowser())
  await reaches(tab, "saved")
  write(tab, "word ".repeat(200_000))
  await reaches(tab, "saved")
  expect(textOf({ doc: server.doc() })).toBe(textOf(tab))
  for (const frame of server.last.frames) expect(frame.length).toBeLessThan(LARGEST + 16)
})
