import { describe, expect, test } from "vitest"
import type { Database } from "../src/database.ts"
import { openLevelStore, type StoreReport } from "../src/index.ts"
import { archiveKey, checkpointKey, recordKey, rowKey, summaryKey, TOTALS_KEY } from "../src/keys.ts"
import { levelFolder } from "../src/level-database.ts"
import { contents, write } from "./sample-document.ts"
import { temporaryFolder } from "./temporary-folder.ts"

const DAMAGED = { code: "STORE_DAMAGED" }
const QUARANTINED = { code: "STORE_QUARANTINED" }

/** Lets `spoil` work on the closed store's database. */
async function spoil(folder: string, spoil: (database: Database) => Promise<void>): Promise<void> {
  const database = await levelFolder(folder).open({ create: false })
  await spoil(database)
  await database.close()
}

async function flip(database: Database, key: Uint8Array, bit: number): Promise<void> {
  const value = await database.get(key)
  if (value === undefined) throw new Error("there is no such key")
  const flipped = Uint8Array.from(value)
  const at = bit % (8 * value.length)
  flipped[at >> 3] = (flipped[at >> 3] ?? 0) ^ (1 << (at & 7))
  await database.write([{ type: "put", key, value: flipped }])
}

const KEYS: Record<string, (document: string) => Uint8Array> = {
  "a record": (document) => recordKey(document, 4),
  "a checkpoint chunk": (document) => checkpointKey(document, 2, 1),
  "a row": (document) => rowKey(document, "schema"),
  "the summary": (document) => summaryKey(document),
}

test.each(Object.entries(KEYS))(
  "every flipped bit of %s is seen, and only that document is shut off",
  async (_, keyOf) => {
    const folder = await temporaryFolder()
    const store = await openLevelStore(folder, { compaction: false })
    // Each bit of the header and the first of the payload, then every forty-first.
    const bits = [...Array.from({ length: 16 * 8 }, (_, n) => n), ...Array.from({ length: 20 }, (_, n) => 128 + 41 * n)]
    await Promise.all(bits.map((bit) => write(store, `flipped ${bit}`)))
    await write(store, "good")
    const good = await contents(store, "good")
    await store.close()
    await spoil(folder, async (database) => {
      for (const bit of bits) await flip(database, keyOf(`flipped ${bit}`), bit)
    })
    await using again = await openLevelStore(folder, { compaction: false })
    for (const bit of bits) await expect(contents(again, `flipped ${bit}`), `bit ${bit}`).rejects.toMatchObject(DAMAGED)
    expect(await contents(again, "good")).toEqual(good)
    expect((await again.statistics()).quarantined).toBe(bits.length)
  },
)

describe("what is missing or too much", () => {
  const SPOILS: Record<string, (database: Database) => Promise<void>> = {
    "a hole in the log": (database) => database.write([{ type: "del", key: recordKey("d", 4) }]),
    "a log without its end": (database) => database.write([{ type: "del", key: recordKey("d", 5) }]),
    "a log without its beginning": (database) => database.write([{ type: "del", key: recordKey("d", 3) }]),
    "a checkpoint without a chunk": (database) => database.write([{ type: "del", key: checkpointKey("d", 2, 0) }]),
    "a checkpoint without its last chunk": (database) =>
      database.write([{ type: "del", key: checkpointKey("d", 2, 1) }]),
    "a row less": (database) => database.write([{ type: "del", key: rowKey("d", "schema") }]),
    "records without a summary": (database) => database.write([{ type: "del", key: summaryKey("d") }]),
    async "a record too many"(database) {
      await copy(database, recordKey("d", 5), recordKey("d", 6))
    },
    async "a chunk too many"(database) {
      await copy(database, checkpointKey("d", 2, 1), checkpointKey("d", 2, 2))
    },
    async "one record in another's place"(database) {
      await copy(database, recordKey("d", 5), recordKey("d", 4))
    },
    async "a record of another document"(database) {
      await copy(database, recordKey("good", 4), recordKey("d", 4))
    },
    async "a value cut short"(database) {
      const key = recordKey("d", 4)
      await database.write([
        { type: "put", key, value: (await database.get(key))?.subarray(0, 20) ?? new Uint8Array() },
      ])
    },
    async "an empty value"(database) {
      await database.write([{ type: "put", key: recordKey("d", 4), value: new Uint8Array() }])
    },
  }

  test.each(Object.entries(SPOILS))("%s quarantines the document, also after a restart", async (_, spoilIt) => {
    const folder = await temporaryFolder()
    const store = await openLevelStore(folder, { compaction: false })
    await write(store, "d")
    await write(store, "good")
    const good = await contents(store, "good")
    await store.close()
    await spoil(folder, spoilIt)

    const damaged = await openLevelStore(folder, { compaction: false })
    const reports: StoreReport[] = []
    damaged.onReport((report) => reports.push(report))
    await expect(contents(damaged, "d")).rejects.toMatchObject({ ...DAMAGED, documents: ["d"] })
    await expect(contents(damaged, "d")).rejects.toMatchObject(QUARANTINED)
    expect(reports).toMatchObject([{ kind: "quarantined", document: "d" }])
    expect(damaged.health).toEqual({ state: "ok" })
    await damaged.close()

    await using again = await openLevelStore(folder, { compaction: false })
    expect(await again.state("d")).toBe("quarantined")
    await expect(contents(again, "d")).rejects.toMatchObject(QUARANTINED)
    const append = again.append({ document: "d", updates: [{ update: Uint8Array.of(1), time: 1, author: null }] })
    await expect(append).rejects.toMatchObject(QUARANTINED)
    expect(await contents(again, "good")).toEqual(good)
    await again.remove("d", 9)
    expect(await again.state("d")).toBe("removed")
    expect(await again.statistics()).toMatchObject({ documents: 1, quarantined: 0, removed: 1 })
  })

  test.each([
    ["behind a checkpoint that covers the whole log", 5],
    ["of a log that nobody has compacted, without a summary", 0],
  ])("a record %s is damage", async (_, through) => {
    const folder = await temporaryFolder()
    const store = await openLevelStore(folder, { compaction: false })
    const updates = Array.from({ length: 5 }, (__, n) => ({ update: Uint8Array.of(n), time: n, author: null }))
    await store.append({ document: "d", updates })
    if (through > 0) await store.replacePrefix("d", { through, chunks: [Uint8Array.of(1)], archive: null })
    expect(await contents(store, "d")).toHaveLength(through > 0 ? 1 : 5)
    await store.close()
    await spoil(folder, async (database) => {
      if (through === 0) await database.write([{ type: "del", key: summaryKey("d") }])
      else await database.write([{ type: "put", key: recordKey("d", 6), value: Uint8Array.of(1) }])
    })
    await using again = await openLevelStore(folder, { compaction: false })
    await expect(contents(again, "d")).rejects.toMatchObject(DAMAGED)
  })

  test("an append finds a damaged summary before it writes behind it", async () => {
    const folder = await temporaryFolder()
    const store = await openLevelStore(folder, { compaction: false })
    await write(store, "d")
    await store.close()
    await spoil(folder, (database) => flip(database, summaryKey("d"), 200))
    await using again = await openLevelStore(folder, { compaction: false })
    const append = (document: string) =>
      again.append({ document, updates: [{ update: Uint8Array.of(1), time: 1, author: null }] })
    const results = await Promise.allSettled([append("d"), append("other"), append("d")])
    expect(results).toMatchObject([
      { status: "rejected", reason: QUARANTINED },
      { status: "fulfilled" },
      { status: "rejected", reason: QUARANTINED },
    ])
    expect(await again.state("d")).toBe("quarantined")
    const listed: string[] = []
    for await (const { document, state } of again.list()) listed.push(`${document} ${state}`)
    expect(listed).toEqual(["d quarantined", "other live"])
  })

  test("damaged totals are counted anew", async () => {
    const folder = await temporaryFolder()
    const store = await openLevelStore(folder, { compaction: false })
    await write(store, "d")
    await write(store, "e")
    await store.remove("e", 9)
    const before = await store.statistics()
    await store.close()
    await spoil(folder, (database) => flip(database, TOTALS_KEY, 100))
    await using again = await openLevelStore(folder, { compaction: false })
    expect(await again.statistics()).toEqual(before)
    await write(again, "f")
    expect((await again.statistics()).documents).toBe(2)
  })

  test("a damaged archive fails when it is read", async () => {
    const folder = await temporaryFolder()
    const store = await openLevelStore(folder, { compaction: false })
    await write(store, "d")
    await store.close()
    await spoil(folder, (database) => flip(database, archiveKey("d", 1, 2), 300))
    await using again = await openLevelStore(folder, { compaction: false })
    const read = async () => {
      for await (const segment of again.readArchive("d")) throw new Error(`read ${segment.update.length} bytes`)
    }
    await expect(read()).rejects.toMatchObject(DAMAGED)
  })
})

async function copy(database: Database, from: Uint8Array, to: Uint8Array): Promise<void> {
  const value = await database.get(from)
  if (value === undefined) throw new Error("there is no such key")
  await database.write([{ type: "put", key: to, value }])
}
