import { generateProse, seededRandom } from "@ligature/testing"
import { expect, onTestFinished, test } from "vitest"
import * as Y from "yjs"
import { freshBrowser, openTab, reaches, textOf, until, write } from "./harness.ts"
import { RoomServer } from "./room-server.ts"

async function startRooms(): Promise<RoomServer> {
  const server = await RoomServer.start()
  onTestFinished(() => server.close())
  return server
}

test("two people write, and everything they call saved is in the store", async () => {
  const server = await startRooms()
  const ada = openTab(server, freshBrowser())
  const grace = openTab(server, freshBrowser())
  await Promise.all([ada.whenLoaded, grace.whenLoaded])
  write(ada, "hello ")
  await until(grace, () => textOf(grace) === "hello ")
  write(grace, "world")
  ada.doc.getText("flow").delete(0, 1)
  await until(ada, () => textOf(ada) === "ello world")
  await Promise.all([reaches(ada, "saved"), reaches(grace, "saved")])
  expect(textOf({ doc: await server.stored() })).toBe("ello world")
})

test("nothing is called saved before it is in the store", async () => {
  const server = await startRooms()
  const tab = openTab(server, freshBrowser())
  await reaches(tab, "saved")
  server.holdStore()
  write(tab, "hello")
  tab.doc.getText("flow").delete(0, 1)
  await tab.flush()
  expect(tab.status).toEqual({ state: "saving", changes: 2 })
  server.releaseStore()
  await reaches(tab, "saved")
  expect(textOf({ doc: await server.stored() })).toBe("ello")
})

test("a server that dies under typing, and comes back: every word arrives", async () => {
  const server = await startRooms()
  const ada = openTab(server, freshBrowser())
  const grace = openTab(server, freshBrowser())
  await Promise.all([reaches(ada, "saved"), reaches(grace, "saved")])
  server.holdStore()
  write(ada, "under way ")
  await ada.flush()
  await server.kill()
  await Promise.all([reaches(ada, "offline"), reaches(grace, "offline")])
  write(ada, "ada offline ")
  write(grace, "grace offline ")
  server.releaseStore()
  await server.restart()
  ada.retry()
  grace.retry()
  await Promise.all([reaches(ada, "saved"), reaches(grace, "saved")])
  await until(ada, () => textOf(ada).includes("grace offline"))
  await until(grace, () => textOf(grace).includes("ada offline"))
  expect(textOf(ada)).toBe(textOf(grace))
  expect(textOf(ada)).toContain("under way")
})

test("a large document comes in chunks, in few transactions, and is loaded when the last is in", async () => {
  const seed = 3
  const server = await startRooms()
  const prose = generateProse(seed, 1_500_000)
    .map((block) => block.text)
    .join("\n")
  const author = openTab(server, freshBrowser(), { create: true })
  await author.whenLoaded
  write(author, prose)
  await reaches(author, "saved")
  const reader = openTab(server, freshBrowser())
  let transactions = 0
  reader.doc.on("afterTransaction", (transaction) => {
    if (!transaction.local) transactions++
  })
  await reader.whenLoaded
  expect(textOf(reader).length).toBe(prose.length)
  expect(reader.doc.store.pendingStructs).toBe(null)
  expect(transactions).toBeLessThan(30)
})

test("a reader's words stay on his device", async () => {
  const server = await startRooms()
  server.access = "read"
  const tab = openTab(server, freshBrowser())
  await tab.whenLoaded
  expect(tab.readOnly).toMatchObject({ current: true, reason: "access" })
  write(tab, "typed all the same")
  await until(tab, () => tab.status.state === "closed" && tab.status.kept)
  expect(tab.status).toMatchObject({ code: 4403, changes: 1 })
  expect(await server.store.state("plan")).toBe("absent")
})

test("presence of one is seen by the other, and goes when he leaves", async () => {
  const server = await startRooms()
  const ada = openTab(server, freshBrowser())
  const grace = openTab(server, freshBrowser())
  ada.awareness.setLocalStateField("user", { name: "Ada", color: "#112233" })
  const seen = (): boolean => [...grace.awareness.getStates().values()].some((state) => "user" in state)
  const turns = (there: boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (seen() !== there) return
        grace.awareness.off("change", look)
        resolve()
      }
      grace.awareness.on("change", look)
      look()
    })
  await turns(true)
  await ada.destroy()
  await turns(false)
  expect(seen()).toBe(false)
})

test.each([1, 2, 3, 4])("seed %i: three tabs, random typing, kills and restarts: all converge", async (seed) => {
  const random = seededRandom(seed)
  const server = await startRooms()
  const browsers = [freshBrowser(), freshBrowser()]
  const tabs = [...browsers, ...browsers.slice(1)].map((browser) => openTab(server, browser))
  await Promise.all(tabs.map((tab) => tab.whenLoaded))
  for (let step = 0; step < 60; step++) {
    const tab = random.pick(tabs)
    const flow = tab.doc.getText("flow")
    if (flow.length > 4 && random.chance(0.35)) flow.delete(random.integer(flow.length - 2), 2)
    else flow.insert(random.integer(flow.length + 1), String.fromCodePoint(97 + random.integer(26)))
    if (random.chance(0.05)) {
      await server.kill()
      await server.restart()
      for (const each of tabs) each.retry()
    }
    if (random.chance(0.3)) await new Promise((resolve) => setImmediate(resolve))
  }
  for (const tab of tabs) tab.retry()
  await Promise.all(tabs.map((tab) => reaches(tab, "saved")))
  const stored = await server.stored()
  for (const tab of tabs) {
    Y.applyUpdate(tab.doc, Y.encodeStateAsUpdate(stored), "the test")
    expect(textOf(tab)).toBe(textOf({ doc: stored }))
  }
  // Nobody has words that the store lacks: what it has brings nobody further than what each one had and the others stored.
  for (const tab of tabs) Y.applyUpdate(stored, Y.encodeStateAsUpdate(tab.doc))
  expect(textOf({ doc: stored })).toBe(textOf({ doc: await server.stored() }))
})
