import { openLevelStore, type LevelStore } from "@ligature/store-level"
import { fakeClock } from "@ligature/testing"
import { expect, test } from "vitest"
import * as Y from "yjs"
import { FIRST_LOOK_MS, keepHistory, LOOK_EVERY_MS } from "../src/history/history-keeper.ts"
import { restorePoints } from "../src/history/restore-points.ts"
import { readConfig } from "../src/index.ts"
import { silentLog } from "../src/server-log.ts"
import { RawClient } from "./raw-client.ts"
import { temporaryFolder } from "./temporary-folder.ts"
import { testServer } from "./test-server.ts"

const DAY = 24 * 3600_000
/** Workers are started meanwhile, on a machine that may have other things to do. */
const PATIENT = { timeout: 25_000 }

/** Writes into a document of the store as the server would. */
function writerOf(
  store: LevelStore,
  document: string,
  now: () => number,
): (change: (text: Y.Text) => void) => Promise<void> {
  const doc = new Y.Doc()
  return async (change) => {
    const updates: Uint8Array[] = []
    const keep = (update: Uint8Array): void => void updates.push(update)
    doc.on("update", keep)
    doc.transact(() => change(doc.getText("flow")))
    doc.off("update", keep)
    await store.append({ document, updates: updates.map((update) => ({ update, time: now(), author: "ann" })) })
  }
}

async function textAt(store: LevelStore, document: string, time: number): Promise<string> {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, await store.stateAt(document, time))
  return doc.getText("flow").toJSON()
}

async function archiveOf(store: LevelStore, document: string): Promise<string> {
  const parts: Buffer[] = []
  for await (const { update } of store.readArchive(document)) parts.push(Buffer.from(update))
  return Buffer.concat(parts).toString("latin1")
}

test("day by day, what was deleted too long ago goes, and every restore point stays what it was", async () => {
  await using folder = await temporaryFolder()
  const clock = fakeClock()
  await using store = await openLevelStore(folder.path, { clock, retentionMs: 90 * DAY, compaction: false })
  const told: unknown[] = []
  const log = { ...silentLog, info: (facts: unknown) => void told.push(facts) }
  const keeper = keepHistory({ store, clock, log })
  const write = writerOf(store, "minutes", () => clock.now())
  await write((text) => text.insert(0, "what nobody may see. what stays, as long as it is wanted"))
  await write((text) => text.delete(0, 21))
  await store.compact("minutes")
  clock.advance(FIRST_LOOK_MS)
  clock.advance(80 * DAY)
  const before = clock.now()
  clock.advance(DAY)
  await write((text) => text.delete(0, text.length))
  await store.compact("minutes")
  expect(await archiveOf(store, "minutes"), "too young to go").toContain("what nobody may see")

  clock.advance(10 * DAY)
  await expect.poll(() => archiveOf(store, "minutes"), PATIENT).not.toContain("what nobody may see")
  const points = restorePoints(await store.history("minutes"), clock.now(), 90 * DAY)
  const sharp = points.find(({ kind }) => kind === "before-deletion")
  expect(await textAt(store, "minutes", sharp?.time ?? 0), "of the deletion eleven days ago").toBe(
    "what stays, as long as it is wanted",
  )
  expect(await textAt(store, "minutes", before)).toBe("what stays, as long as it is wanted")
  await expect.poll(() => told, PATIENT).toContainEqual({ documents: 1 })
  await keeper.close()
  const looked = told.length
  clock.advance(200 * DAY + LOOK_EVERY_MS)
  await store.readRows("minutes")
  expect(told, "closed, it looks no more").toHaveLength(looked)
})

test("one document that cannot be merged is told, and keeps back no other", async () => {
  await using folder = await temporaryFolder()
  const clock = fakeClock()
  await using store = await openLevelStore(folder.path, {
    clock,
    retentionMs: DAY,
    compaction: false,
  })
  const warned: unknown[] = []
  const log = { ...silentLog, warn: (facts: unknown) => void warned.push(facts) }
  // What no Yjs document can be made of.
  await store.append({
    document: "a",
    updates: [{ update: Uint8Array.of(1, 1, 1, 1, 255), time: clock.now(), author: null }],
  })
  await writerOf(store, "b", () => clock.now())((text) => text.insert(0, "words"))
  const keeper = keepHistory({ store, clock, log })
  clock.advance(2 * DAY)
  await expect.poll(() => archiveOf(store, "b"), PATIENT).toContain("words")
  await keeper.close()
  expect(warned).toMatchObject([{ err: { documents: ["a"] } }])
})

test.each([
  [undefined, 90 * DAY],
  ["7d", 7 * DAY],
  ["12h", DAY / 2],
  ["forever", Infinity],
  ["none", 0],
])("--history %s", (history, ms) => {
  expect(readConfig({ history }).documents.historyMs).toBe(ms)
})

test.each(["", "90", "-1d", "0d", "for ever", "1y"])(
  "--history %j is refused, and what would be right is said",
  (history) => {
    expect(() => readConfig({ history })).toThrow(/--history must be a time such as 90d, or "forever" or "none"/)
  },
)

test("over HTTP there is no going back beyond what is kept", async () => {
  await using server = await testServer({ auth: { history: "1h" } })
  using ann = await new RawClient(`${server.sync}/minutes`).loaded()
  ann.doc.getText("flow").insert(0, "words")
  await ann.saved()
  const at = (time: number): Promise<Response> =>
    fetch(`${server.address}/api/documents/minutes/restore-points/${time}`)
  expect((await at(Date.now())).status).toBe(200)
  const answer = await at(Date.now() - 3600_000 - 1)
  expect(answer.status).toBe(404)
  expect(await answer.json()).toMatchObject({ detail: "The server does not keep what was that long ago." })
})
