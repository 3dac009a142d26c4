import { CHECKPOINT_ROW, KnownState, readCheckpointRow } from "@ligature/protocol"
import type { AppendedUpdate } from "@ligature/store"
import { describe, expect, test } from "vitest"
import * as Y from "yjs"
import { RUN_MS } from "../src/archive-segment.ts"
import { QUIET_MS } from "../src/compactor.ts"
import { type LevelStore, openLevelStore, type StoreReport } from "../src/index.ts"
import { HeldClock } from "./held-clock.ts"
import { temporaryFolder } from "./temporary-folder.ts"
import { openDocument, textOf, typing, updatesOf } from "./yjs-document.ts"

async function kindsOf(store: LevelStore, document: string): Promise<string[]> {
  const kinds: string[] = []
  for await (const record of store.read(document)) kinds.push(record.kind)
  return kinds
}

/** Resolves at the next report or, if `until` is true after a commit, then. */
function firstReport(store: LevelStore): Promise<StoreReport> {
  return new Promise((resolve) => store.onReport(resolve))
}

async function compacted(store: LevelStore, document: string): Promise<void> {
  // A compaction by hand waits for its turn behind the one that the store began by itself.
  await store.compact(document)
}

test("a compacted document reads the same, in fewer bytes, and goes on", async () => {
  await using store = await openLevelStore(await temporaryFolder(), { compaction: false })
  const updates = updatesOf((doc) => {
    typing("many hands, one text")(doc)
    doc.getText("flow").delete(0, 12)
    doc.getMap("attrs").set("title", { size: 1 })
  })
  await store.append({ document: "d", updates: updates.slice(0, 15) })
  expect(await store.compact("d")).toBe(true)
  expect(await kindsOf(store, "d")).toEqual(["checkpoint"])
  await store.append({ document: "d", updates: updates.slice(15) })
  expect(await store.compact("d")).toBe(true)
  expect(await store.compact("d"), "nothing is left to merge").toBe(false)
  const doc = await openDocument(store, "d")
  expect(textOf(doc)).toBe("one text")
  expect(doc.getMap("attrs").toJSON()).toEqual({ title: { size: 1 } })
  expect(await kindsOf(store, "d")).toEqual(["checkpoint"])
  expect(await store.compact("nobody")).toBe(false)
})

test("the store compacts by itself when the log has grown as long as the checkpoint", async () => {
  await using store = await openLevelStore(await temporaryFolder(), { compaction: { minLogBytes: 10_000 } })
  const updates = updatesOf(typing("x".repeat(400)))
  for (const update of updates) await store.append({ document: "d", updates: [update] })
  await compacted(store, "other")
  const kinds = await kindsOf(store, "d")
  expect(kinds[0]).toBe("checkpoint")
  expect(kinds.length).toBeLessThan(400)
  expect(textOf(await openDocument(store, "d")).length).toBe(400)
})

describe("a log worth the work", () => {
  const quiet = { minQuietLogBytes: 1_000 }

  test("is compacted once nobody writes for a while, with what is known of the checkpoint", async () => {
    const clock = new HeldClock()
    await using store = await openLevelStore(await temporaryFolder(), { clock, compaction: quiet })
    const updates = updatesOf(typing("x".repeat(60)))
    await store.append({ document: "d", updates: updates.slice(0, 50) })
    expect((await kindsAfter(store, clock, QUIET_MS - 1)).length).toBe(50)
    // A write in between begins the wait anew.
    await store.append({ document: "d", updates: updates.slice(50) })
    expect((await kindsAfter(store, clock, QUIET_MS - 1)).length).toBe(60)
    expect(await kindsAfter(store, clock, 1)).toEqual(["checkpoint"])
    const row = readCheckpointRow((await store.readRows("d")).get(CHECKPOINT_ROW) ?? new Uint8Array())
    expect(row?.through).toBe(60)
    const known = new KnownState()
    row?.restoreTo(known)
    expect([...known.stateVector.values()]).toEqual([60])
  })

  test("is compacted after somebody has read it, also when nobody has written since the start", async () => {
    const folder = await temporaryFolder()
    const before = await openLevelStore(folder, { compaction: false })
    await before.append({ document: "d", updates: updatesOf(typing("x".repeat(60))) })
    await before.close()
    const clock = new HeldClock()
    await using store = await openLevelStore(folder, { clock, compaction: quiet })
    expect((await kindsOf(store, "d")).length).toBe(60)
    expect(await kindsAfter(store, clock, QUIET_MS)).toEqual(["checkpoint"])
  })

  test("a short one stays as it is", async () => {
    const clock = new HeldClock()
    await using store = await openLevelStore(await temporaryFolder(), { clock, compaction: quiet })
    await store.append({ document: "d", updates: updatesOf(typing("few words")) })
    expect((await kindsAfter(store, clock, 2 * QUIET_MS)).length).toBe(9)
  })
})

test("a large document becomes chunks of at most 128 KB, none of which leaves anything pending", async () => {
  await using store = await openLevelStore(await temporaryFolder(), { compaction: false })
  const first = updatesOf((doc) => {
    for (let n = 0; n < 40; n++) doc.getText("flow").insert(0, `paragraph ${n} ${"lorem ipsum ".repeat(1500)}`)
  })
  const doc = new Y.Doc()
  doc.clientID = 2
  for (const { update } of first) Y.applyUpdate(doc, update)
  const second: AppendedUpdate[] = []
  doc.on("update", (update: Uint8Array) => second.push({ update, time: 2_000_000, author: "bob" }))
  for (let n = 0; n < 400; n++) doc.getText("flow").insert(n * 1500, `<${n}>`)
  await store.append({ document: "d", updates: [...first, ...second] })
  await store.compact("d")
  const sizes: number[] = []
  for await (const { kind, update } of store.read("d")) if (kind === "checkpoint") sizes.push(update.length)
  expect(sizes.length).toBeGreaterThan(5)
  expect(Math.max(...sizes)).toBeLessThanOrEqual(128 * 1024)
  expect(textOf(await openDocument(store, "d"))).toBe(textOf(doc))
})

test("appends during a compaction stay in the log behind it", async () => {
  await using store = await openLevelStore(await temporaryFolder(), { compaction: false })
  const updates = updatesOf(typing("abcdefghijklmnopqrstuvwxyz"))
  await store.append({ document: "d", updates: updates.slice(0, 10) })
  const compaction = store.compact("d")
  const appends = updates.slice(10).map((update) => store.append({ document: "d", updates: [update] }))
  await Promise.all([compaction, ...appends])
  const kinds = await kindsOf(store, "d")
  expect(kinds.filter((kind) => kind === "checkpoint")).toHaveLength(1)
  expect(textOf(await openDocument(store, "d"))).toBe("abcdefghijklmnopqrstuvwxyz")
})

test("a document that is removed during its compaction stays removed", async () => {
  await using store = await openLevelStore(await temporaryFolder(), { compaction: false })
  await store.append({ document: "d", updates: updatesOf(typing("abc")) })
  const compaction = store.compact("d").catch((error: unknown) => error)
  await store.remove("d", 5)
  expect(await compaction).toMatchObject({ code: "DOCUMENT_REMOVED" })
  expect(await store.state("d")).toBe("removed")
  expect((await store.statistics()).records).toBe(0)
})

test("closing ends a compaction and leaves the log as it was", async () => {
  const folder = await temporaryFolder()
  const store = await openLevelStore(folder, { compaction: false })
  await store.append({ document: "d", updates: updatesOf(typing("abc")) })
  const compaction = store.compact("d").catch((error: unknown) => error)
  await store.close()
  expect(await compaction).toBeInstanceOf(Error)
  await using again = await openLevelStore(folder)
  expect(await kindsOf(again, "d")).toEqual(["update", "update", "update"])
})

describe("a compaction that fails", () => {
  test("records that leave something pending are left alone and reported, then tried again later", async () => {
    const clock = new HeldClock()
    await using store = await openLevelStore(await temporaryFolder(), { clock, compaction: { minLogBytes: 64 } })
    const [first, second] = updatesOf(typing("ab"))
    const reported = firstReport(store)
    if (first === undefined || second === undefined) throw new Error("no updates")
    await store.append({ document: "d", updates: [second] })
    expect(await reported).toMatchObject({ kind: "compaction-failed", document: "d", next: clock.now() + 60_000 })
    expect(await kindsOf(store, "d")).toEqual(["update"])
    await store.append({ document: "d", updates: [first] })
    expect(await kindsOf(store, "d"), "not before its time").toEqual(["update", "update"])
    await expect(store.compact("d")).resolves.toBe(true)
  })

  test("a worker that takes too long is ended", async () => {
    const clock = new HeldClock()
    await using store = await openLevelStore(await temporaryFolder(), { clock, compaction: false })
    await store.append({ document: "d", updates: updatesOf(typing("abc")) })
    const compaction = store.compact("d").catch((error: unknown) => error)
    clock.pass(await clock.waited())
    expect(await compaction).toMatchObject({ code: "COMPACTION_FAILED", documents: ["d"] })
    expect(await kindsOf(store, "d")).toEqual(["update", "update", "update"])
  })

  test("a document that is too large for the budget is left alone", async () => {
    await using store = await openLevelStore(await temporaryFolder(), { compaction: { maxBytes: 20 } })
    await store.append({ document: "d", updates: updatesOf(typing("abc")) })
    await expect(store.compact("d")).rejects.toMatchObject({ code: "COMPACTION_FAILED" })
    expect(await kindsOf(store, "d")).toEqual(["update", "update", "update"])
  })
})

function deleting(doc: Y.Doc): void {
  typing("keep this, lose that")(doc)
  doc.getText("flow").delete(9, 11)
}

describe("the archive", () => {
  test("brings back deleted text, with who wrote and deleted it when", async () => {
    await using store = await openLevelStore(await temporaryFolder(), { compaction: false })
    const updates = updatesOf(deleting, { author: (n) => (n < 12 ? "ann" : "bob") })
    await store.append({ document: "d", updates: updates.slice(0, 12) })
    await store.compact("d")
    await store.append({ document: "d", updates: updates.slice(12) })
    await store.compact("d")
    expect(textOf(await openDocument(store, "d"))).toBe("keep this")

    const history = new Y.Doc({ gc: false })
    const inserted = []
    const deleted = []
    for await (const segment of store.readArchive("d")) {
      Y.applyUpdate(history, segment.update)
      inserted.push(...segment.inserted)
      deleted.push(...segment.deleted)
    }
    expect(history.store.pendingStructs).toBeNull()
    const everything = Y.createSnapshot(Y.createDeleteSet(), Y.decodeStateVector(Y.encodeStateVector(history)))
    expect(textOf(Y.createDocFromSnapshot(history, everything))).toBe("keep this, lose that")
    expect(inserted.map(({ from, to, author }) => [from, to, author])).toEqual([
      [0, 11, "ann"],
      [11, 12, "ann"],
      [12, 20, "bob"],
    ])
    expect(inserted[1]?.time).toBe(1_000_000 + RUN_MS + 1000)
    expect(deleted).toEqual([{ client: 1, from: 9, to: 20, time: 1_020_000, author: "bob" }])
  })

  test("is only ever added to, and goes with the document", async () => {
    await using store = await openLevelStore(await temporaryFolder(), { compaction: false })
    const updates = updatesOf(deleting)
    for (const start of [0, 7, 14]) {
      await store.append({ document: "d", updates: updates.slice(start, start + 7) })
      await store.compact("d")
    }
    const count = async () => {
      let segments = 0
      for await (const _ of store.readArchive("d")) segments += 1
      return segments
    }
    expect(await count()).toBe(3)
    expect((await store.statistics()).archiveBytes).toBeGreaterThan(0)
    await store.remove("d", 5)
    await expect(count()).rejects.toMatchObject({ code: "DOCUMENT_REMOVED" })
    expect((await store.statistics()).archiveBytes).toBe(0)
  })

  test("does not exist where no history is wanted", async () => {
    await using store = await openLevelStore(await temporaryFolder(), { retentionMs: 0, compaction: false })
    await store.append({ document: "d", updates: updatesOf(deleting) })
    await store.compact("d")
    for await (const segment of store.readArchive("d"))
      throw new Error(`there is a segment of ${segment.update.length} bytes`)
    expect((await store.statistics()).archiveBytes).toBe(0)
  })
})

/** Lets time pass until the store has compacted the document, or gives up on it. */
async function kindsAfter(store: LevelStore, clock: HeldClock, ms: number): Promise<string[]> {
  clock.pass(ms)
  // What the quiet one began comes before this one.
  await compacted(store, "other")
  return kindsOf(store, "d")
}
