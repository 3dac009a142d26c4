import { expect, test } from "vitest"
import { checkStore, openLevelStore } from "../src/index.ts"
import { trashKey } from "../src/keys.ts"
import { contents, write } from "./sample-document.ts"
import { flipBit, spoil } from "./sample-store.ts"
import { temporaryFolder } from "./temporary-folder.ts"
import { typing, updatesOf } from "./yjs-document.ts"

const REMOVED = { code: "DOCUMENT_REMOVED" }

test("what is in the trash is removed for everybody, and comes back whole, also after a restart", async () => {
  const folder = await temporaryFolder()
  const note = { document: "d", trashed: 10, purge: 20, by: "ann" }
  let before: string[] = []
  {
    await using store = await openLevelStore(folder, { compaction: false })
    await store.append({ document: "d", updates: updatesOf(typing("words")) })
    before = await contents(store, "d")
    expect(await store.trash({ ...note, document: "absent" })).toBe(false)
    expect(await store.trash(note)).toBe(true)
    expect(await store.trash(note), "once").toBe(false)
    const append = { document: "d", updates: [{ update: Uint8Array.of(1), time: 1, author: null }] }
    await expect(store.append(append)).rejects.toMatchObject(REMOVED)
    await expect(contents(store, "d")).rejects.toMatchObject(REMOVED)
    await expect(store.history("d")).rejects.toMatchObject(REMOVED)
    expect(await store.state("d")).toBe("removed")
    expect([...store.trashed.values()]).toEqual([note])
  }
  expect((await checkStore(folder)).damages, "it is no damage").toEqual([])
  {
    await using store = await openLevelStore(folder, { compaction: false })
    expect([...store.trashed.values()]).toEqual([note])
    await expect(contents(store, "d")).rejects.toMatchObject(REMOVED)
    const listed: string[] = []
    for await (const { document, state } of store.list()) listed.push(`${document} ${state}`)
    expect(listed).toEqual(["d removed"])
    expect(await store.untrash("d")).toBe(true)
    expect(await store.untrash("d")).toBe(false)
    expect(await contents(store, "d")).toEqual(before)
    expect(await store.state("d")).toBe("live")
  }
  await using store = await openLevelStore(folder, { compaction: false })
  expect(await contents(store, "d")).toEqual(before)
})

test("removing what is in the trash leaves a tombstone and nothing else", async () => {
  const folder = await temporaryFolder()
  {
    await using store = await openLevelStore(folder, { compaction: false })
    await write(store, "d")
    await store.trash({ document: "d", trashed: 10, purge: 20, by: null })
    await store.remove("d", 30)
    expect(store.trashed.size).toBe(0)
    expect(await store.untrash("d")).toBe(false)
    expect(await store.statistics()).toMatchObject({ documents: 0, removed: 1, bytes: 0, archiveBytes: 0 })
  }
  expect((await checkStore(folder)).damages).toEqual([])
})

test("with a damaged note it is in the trash all the same, and is never purged by itself", async () => {
  const folder = await temporaryFolder()
  {
    await using store = await openLevelStore(folder, { compaction: false })
    await write(store, "d")
    await store.trash({ document: "d", trashed: 10, purge: 20, by: null })
  }
  await spoil(folder, async (database) => {
    const value = Buffer.from((await database.get(trashKey("d"))) ?? [])
    await database.write([{ type: "put", key: trashKey("d"), value: flipBit(value, 120) }])
  })
  await using store = await openLevelStore(folder, { compaction: false })
  await expect(contents(store, "d")).rejects.toMatchObject(REMOVED)
  expect(store.trashed.get("d")?.purge).toBe(Number.MAX_SAFE_INTEGER)
})
