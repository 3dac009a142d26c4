import { readdir, readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { StoreError } from "@ligature/store"
import { describe, expect, test } from "vitest"
import type { Database } from "../src/database.ts"
import { checkStore, openLevelStore } from "../src/index.ts"
import {
  checkpointKey,
  KEY_LETTER,
  MARKER_KEY,
  rangeOf,
  recordKey,
  rowKey,
  summaryKey,
  TOTALS_KEY,
} from "../src/keys.ts"
import { FORMAT_VERSION } from "../src/marker.ts"
import { sealMarker, sealTotals, unsealTotals } from "../src/payloads.ts"
import { seal } from "../src/sealed-value.ts"
import { copyOf, filesIn, flipBit, moveToTables, SAMPLE_DOCUMENTS, spoil, writeSamples } from "./sample-store.ts"
import { temporaryFolder } from "./temporary-folder.ts"

test("a sound folder is clean, and stays as it is to the last byte", async () => {
  const folder = await temporaryFolder()
  await writeSamples(folder)
  for (const _ of ["in the log", "in tables"]) {
    const before = await filesIn(folder)
    const steps = new Set<string>()
    const found = await checkStore(folder, ({ step }) => steps.add(step))
    expect(found).toMatchObject({ documents: SAMPLE_DOCUMENTS.length + 1, removed: 1, damages: [], notes: [] })
    expect(found.records).toBeGreaterThan(50)
    expect([...steps]).toEqual(["files", "documents"])
    expect(await filesIn(folder)).toEqual(before)
    await using store = await openLevelStore(folder, { compaction: false })
    expect(found.id).toBe(store.id)
  }
})

test("flipped bits in table files are found without opening the database", async () => {
  const folder = await temporaryFolder()
  await writeSamples(folder)
  await moveToTables(folder)
  const table = (await readdir(folder)).find((name) => name.endsWith(".ldb")) ?? ""
  const good = await readFile(join(folder, table))
  for (let n = 0; n < 20; n++) {
    const bit = Math.floor(((n + 0.5) / 20) * good.length * 8)
    await writeFile(join(folder, table), flipBit(good, bit))
    const { damages, notes, id } = await checkStore(folder)
    expect(damages, `bit ${bit}`).toMatchObject([{ what: "file", name: table }])
    expect(notes.join()).toContain("not read")
    expect(id).toBeNull()
  }
})

test("a flipped bit in the log is found, although the rest reads well", async () => {
  const folder = await temporaryFolder()
  await writeSamples(folder)
  const log = (await readdir(folder)).find((name) => name.endsWith(".log")) ?? ""
  const good = await readFile(join(folder, log))
  await writeFile(join(folder, log), flipBit(good, 8 * 5000))
  const { damages } = await checkStore(folder)
  expect(damages).toContainEqual({ what: "file", name: log, reason: expect.stringContaining("checksum") })
})

describe("flipped bits in values", () => {
  const KEYS: Record<string, (database: Database, document: string) => Promise<Uint8Array>> = {
    summary: async (_, document) => summaryKey(document),
    row: async (_, document) => rowKey(document, "schema"),
    record: (database, document) => firstKey(database, "record", document),
    checkpoint: (database, document) => firstKey(database, "checkpoint", document),
    archive: (database, document) => firstKey(database, "archive", document),
  }

  test.each(Object.entries(KEYS))("of each %s are found, and only those documents named", async (_, keyOf) => {
    const folder = await temporaryFolder()
    const bits = Array.from({ length: 20 }, (_, n) => (n < 12 ? n * 8 : 96 + 13 * n))
    await writeSamples(folder, ["good", ...bits.map((bit) => `bit ${bit}`)])
    await spoil(folder, async (database) => {
      for (const bit of bits) {
        const key = await keyOf(database, `bit ${bit}`)
        const value = await database.get(key)
        if (value === undefined) throw new Error("there is no such key")
        await database.write([{ type: "put", key, value: flipBit(Buffer.from(value), bit % (value.length * 8)) }])
      }
    })
    const { damages } = await checkStore(folder)
    const named = new Set(damages.filter(({ what }) => what === "document").map(({ name }) => name))
    expect([...named].toSorted()).toEqual(bits.map((bit) => `bit ${bit}`).toSorted())
  })
})

describe("what is missing, too much or of another kind", () => {
  const SPOILS: Record<string, [spoil: (database: Database) => Promise<void>, named: string]> = {
    "a hole in the log": [del(async (database) => await firstKey(database, "record", "one")), "one"],
    "a row less": [del(async () => rowKey("one", "schema")), "one"],
    "a checkpoint without its first chunk": [del((database) => firstKey(database, "checkpoint", "one")), "one"],
    "no archive segment": [del((database) => firstKey(database, "archive", "one")), "one"],
    "values without a summary": [del(async () => summaryKey("one")), "one"],
    "no document at all": [
      async (database) => {
        for (const kind of ["summary", "record", "checkpoint", "row", "archive"] as const) {
          for await (const key of database.keys(rangeOf(kind, "one"))) await database.write([{ type: "del", key }])
        }
      },
      "",
    ],
    "an update of nothing": [
      async (database) => {
        const key = await firstKey(database, "checkpoint", "one")
        // Sealed well: only reading the update shows it.
        await database.write([{ type: "put", key, value: seal("checkpoint", key, Uint8Array.of(1, 1, 1, 1)) }])
      },
      "one",
    ],
    "an archive of nothing": [
      async (database) => {
        const key = await firstKey(database, "archive", "one")
        await database.write([{ type: "put", key, value: seal("archive", key, Uint8Array.of(1, 1, 1, 1)) }])
      },
      "one",
    ],
    "a record that the checkpoint has": [copy("record", recordKey("one", 1)), "one"],
    "a chunk of an older checkpoint": [copy("checkpoint", checkpointKey("one", 0, 0)), "one"],
    "something left of a removed one": [
      put(recordKey("gone", 1), seal("record", recordKey("gone", 1), Uint8Array.of(0))),
      "gone",
    ],
    "a key of another kind": [put(Buffer.from("zebra\0"), Uint8Array.of(1)), ""],
    "no totals": [del(async () => TOTALS_KEY), ""],
    "wrong totals": [
      async (database) => {
        const totals = unsealTotals(TOTALS_KEY, (await database.get(TOTALS_KEY)) ?? new Uint8Array())
        const value = sealTotals(TOTALS_KEY, { ...totals, documents: totals.documents + 1 })
        await database.write([{ type: "put", key: TOTALS_KEY, value }])
      },
      "",
    ],
    "a document that was shut off": [
      put(quarantine("one"), seal("quarantine", quarantine("one"), Buffer.from("why"))),
      "one",
    ],
    "a damaged marker": [put(MARKER_KEY, Uint8Array.of(76, 103)), ""],
  }

  test.each(Object.entries(SPOILS))("%s", async (_, [spoilIt, named]) => {
    const folder = await temporaryFolder()
    await writeSamples(folder, ["one", "two"])
    await spoil(folder, spoilIt)
    const { damages } = await checkStore(folder)
    expect(damages.map(({ name }) => name)).toContain(named)
    expect(damages.map(({ name }) => name)).not.toContain("two")
    expect(damages.every(({ what }) => what === (named === "" ? "store" : "document"))).toBe(true)
  })
})

describe("what cannot be checked", () => {
  test("a folder that is absent, empty, or somebody else's", async () => {
    const folder = await temporaryFolder()
    const refusal = { code: "STORE_FOREIGN_FOLDER" }
    await expect(checkStore(join(folder, "absent"))).rejects.toMatchObject(refusal)
    await expect(checkStore(folder)).rejects.toMatchObject(refusal)
    await writeFile(join(folder, "letter.txt"), "dear")
    await expect(checkStore(folder)).rejects.toMatchObject(refusal)
    expect(await readdir(folder)).toEqual(["letter.txt"])
  })

  test("a newer format", async () => {
    const folder = await temporaryFolder()
    await writeSamples(folder, ["one"])
    await spoil(folder, put(MARKER_KEY, sealMarker(MARKER_KEY, { id: "x", format: FORMAT_VERSION + 1 })))
    const error: unknown = await checkStore(folder).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(StoreError)
    expect(error).toMatchObject({ code: "STORE_NEWER_FORMAT" })
    expect(String(error)).toContain(folder)
  })

  test("without CURRENT, or with one that names nothing: damage", async () => {
    const folder = await temporaryFolder()
    await writeSamples(folder, ["one"])
    const broken = await copyOf(folder, `${folder}-broken`)
    await rm(join(broken, "CURRENT"))
    expect((await checkStore(broken)).damages).toMatchObject([{ what: "store" }])
    await writeFile(join(broken, "CURRENT"), "MANIFEST-999999\n")
    expect((await checkStore(broken)).damages).toMatchObject([{ what: "file", name: "CURRENT" }])
    await rm(broken, { recursive: true })
  })
})

async function firstKey(database: Database, kind: keyof typeof KEY_LETTER, document: string): Promise<Uint8Array> {
  for await (const key of database.keys(rangeOf(kind, document))) return key
  throw new Error(`${document} has no ${kind}`)
}

function del(keyOf: (database: Database) => Promise<Uint8Array>): (database: Database) => Promise<void> {
  return async (database) => database.write([{ type: "del", key: await keyOf(database) }])
}

function put(key: Uint8Array, value: Uint8Array): (database: Database) => Promise<void> {
  return (database) => database.write([{ type: "put", key, value }])
}

/** Puts the first value of a kind in a second place. */
function copy(kind: keyof typeof KEY_LETTER, to: Uint8Array): (database: Database) => Promise<void> {
  return async (database) => {
    const value = await database.get(await firstKey(database, kind, "one"))
    if (value === undefined) throw new Error("there is no such key")
    await database.write([{ type: "put", key: to, value }])
  }
}

function quarantine(document: string): Uint8Array {
  return rangeOf("quarantine", document).gte
}
