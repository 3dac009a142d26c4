import { describe, expect, test } from "vitest"
import * as Y from "yjs"
import type { Database } from "../src/database.ts"
import { checkStore, type LevelStore, openLevelStore } from "../src/index.ts"
import { checkpointKey, recordKey, summaryKey } from "../src/keys.ts"
import { flipBit, spoil } from "./sample-store.ts"
import { temporaryFolder } from "./temporary-folder.ts"
import { openDocument, updatesOf } from "./yjs-document.ts"

const WORDS = ["one ", "two ", "three ", "four ", "five "]

/** Five people write a word each, in front of each other's: nobody's stands on another's. */
async function writeWords(store: LevelStore): Promise<void> {
  for (const [n, word] of WORDS.entries()) {
    const [update] = updatesOf((doc) => doc.getMap("words").set(word, n), { clientID: n + 1 })
    if (update === undefined) throw new Error("a word is an update")
    await store.append({ document: "d", updates: [update], rows: new Map([["schema", Uint8Array.of(3)]]) })
  }
}

/** What is left, and that each chunk stands on those before it. */
async function wordsLeft(folder: string): Promise<string[]> {
  await using store = await openLevelStore(folder, { compaction: false })
  const doc = new Y.Doc()
  for await (const { kind, update } of store.salvage("d")) {
    expect(kind).toBe("checkpoint")
    Y.applyUpdate(doc, update)
    expect([doc.store.pendingStructs, doc.store.pendingDs]).toEqual([null, null])
  }
  return [...doc.getMap("words").keys()].toSorted()
}

async function flip(database: Database, key: Uint8Array): Promise<void> {
  const value = Buffer.from((await database.get(key)) ?? [])
  await database.write([{ type: "put", key, value: flipBit(value, value.length * 4) }])
}

describe("salvage", () => {
  test("gives all but the damaged record, whatever else is wrong with the document", async () => {
    const folder = await temporaryFolder()
    {
      await using store = await openLevelStore(folder, { compaction: false })
      await writeWords(store)
    }
    await spoil(folder, async (database) => {
      await flip(database, recordKey("d", 2))
      await flip(database, summaryKey("d"))
    })
    expect(await wordsLeft(folder)).toEqual(["five ", "four ", "one ", "three "])
    await spoil(folder, (database) => database.write([{ type: "del", key: recordKey("d", 5) }]))
    expect(await wordsLeft(folder)).toEqual(["four ", "one ", "three "])
  })

  test("leaves out what stands on a lost record", async () => {
    const folder = await temporaryFolder()
    {
      await using store = await openLevelStore(folder, { compaction: false })
      for (const update of updatesOf((doc) => {
        for (const word of WORDS) doc.getText("text").insert(doc.getText("text").length, word)
      }))
        await store.append({ document: "d", updates: [update] })
    }
    await spoil(folder, (database) => flip(database, recordKey("d", 3)))
    await using store = await openLevelStore(folder, { compaction: false })
    const doc = new Y.Doc()
    for await (const { update } of store.salvage("d")) Y.applyUpdate(doc, update)
    expect(doc.getText("text").toJSON()).toBe("one two ")
  })

  test("takes from the archive what a damaged checkpoint held", async () => {
    const folder = await temporaryFolder()
    {
      await using store = await openLevelStore(folder, { compaction: false })
      await writeWords(store)
      await store.compact("d")
    }
    await spoil(folder, (database) => flip(database, checkpointKey("d", 5, 0)))
    expect(await wordsLeft(folder)).toEqual(WORDS.toSorted())
  })

  test("of a sound document it gives everything, of a removed one nothing, and it changes nothing", async () => {
    const folder = await temporaryFolder()
    {
      await using store = await openLevelStore(folder, { compaction: false })
      await writeWords(store)
      await store.append({ document: "gone", updates: updatesOf((doc) => doc.getMap("words").set("a", 1)) })
      await store.remove("gone", 9)
    }
    expect(await wordsLeft(folder)).toEqual(WORDS.toSorted())
    await using store = await openLevelStore(folder, { compaction: false })
    const left = async (document: string): Promise<number> => {
      let records = 0
      for await (const _ of store.salvage(document)) records += 1
      return records
    }
    await expect(left("gone")).rejects.toMatchObject({ code: "DOCUMENT_REMOVED" })
    expect(await left("absent")).toBe(0)
    expect(await store.state("d")).toBe("live")
  })
})

describe("release", () => {
  test("makes what is left the whole document, which checks clean and goes on", async () => {
    const folder = await temporaryFolder()
    {
      await using store = await openLevelStore(folder, { compaction: false })
      await writeWords(store)
      await store.compact("d")
      await writeWords(store)
    }
    await spoil(folder, (database) => flip(database, recordKey("d", 7)))
    {
      await using store = await openLevelStore(folder, { compaction: false })
      await expect(store.release("d", { withLoss: true, now: 99 }), "not quarantined yet").resolves.toBeNull()
      await expect(openDocument(store, "d")).rejects.toMatchObject({ code: "STORE_DAMAGED" })
      expect([...store.quarantined.keys()]).toEqual(["d"])
      await expect(store.release("d", { withLoss: false, now: 99 })).rejects.toMatchObject({ code: "STORE_DAMAGED" })
      expect(await store.release("d", { withLoss: true, now: 99 })).toBe("with-loss")
      expect([...(await openDocument(store, "d")).getMap("words").keys()].toSorted()).toEqual(WORDS.toSorted())
      const rows = await store.readRows("d")
      expect([...rows.keys()].toSorted()).toEqual(["recovering", "schema"])
      const [update] = updatesOf((doc) => doc.getMap("words").set("six ", 6), { clientID: 9 })
      if (update === undefined) throw new Error("a word is an update")
      await store.append({ document: "d", updates: [update] })
    }
    const { damages } = await checkStore(folder)
    expect(damages).toEqual([])
    await using again = await openLevelStore(folder, { compaction: false })
    expect((await openDocument(again, "d")).getMap("words").size).toBe(6)
    expect((await again.statistics()).quarantined).toBe(0)
  })

  test("of a document that is sound after all changes nothing; of one with nothing left it refuses", async () => {
    const folder = await temporaryFolder()
    {
      await using store = await openLevelStore(folder, { compaction: false })
      await writeWords(store)
      const [update] = updatesOf((doc) => doc.getMap("words").set("a", 1))
      if (update === undefined) throw new Error("a word is an update")
      await store.append({ document: "lost", updates: [update] })
    }
    await spoil(folder, (database) => flip(database, recordKey("d", 2)))
    await spoil(folder, (database) => flip(database, recordKey("lost", 1)))
    {
      await using store = await openLevelStore(folder, { compaction: false })
      for (const document of ["d", "lost"]) {
        await expect(openDocument(store, document)).rejects.toMatchObject({ code: "STORE_DAMAGED" })
      }
    }
    // Somebody mends the disk.
    await spoil(folder, (database) => flip(database, recordKey("d", 2)))
    await using store = await openLevelStore(folder, { compaction: false })
    expect(await store.release("d", { withLoss: true, now: 99 })).toBe("whole")
    expect((await openDocument(store, "d")).getMap("words").size).toBe(5)
    await expect(store.release("lost", { withLoss: true, now: 99 })).rejects.toMatchObject({ code: "STORE_DAMAGED" })
  })
})
