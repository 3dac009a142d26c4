import { describe, expect, test } from "vitest"
import type { AppendedUpdate, DocumentStore, DocumentSummary, StoredRecord, StoreHealth } from "./document-store.ts"
import { RESERVED_PREFIX } from "./reserved-document.ts"
import { StoreError } from "./store-error.ts"

export interface DescribeOptions {
  /** Closes the store and opens the same documents again; left out where nothing outlives the store. */
  readonly reopen?: (store: DocumentStore) => Promise<DocumentStore>
  /** The store reopens what is under it now and then: a read in progress may then fail with STORE_UNAVAILABLE. */
  readonly interruptsReads?: boolean
  /** Seeds of the random runs; printed with each. */
  readonly seeds?: readonly number[]
}

/** What every DocumentStore promises, as tests. `open` gives a fresh, empty store. */
export function describeDocumentStore(
  name: string,
  open: () => DocumentStore | Promise<DocumentStore>,
  { reopen, interruptsReads = false, seeds = [1, 2, 3] }: DescribeOptions = {},
): void {
  describe(`DocumentStore: ${name}`, () => {
    describe("reading and appending", () => {
      test("an absent document has no records and no rows, and asking does not create it", async () => {
        await using store = await open()
        expect(await records(store, "nobody")).toEqual([])
        expect(await store.readRows("nobody")).toEqual(new Map())
        expect(await store.state("nobody")).toBe("absent")
        expect(await store.bytes("nobody")).toBe(0)
        expect(await all(store.list())).toEqual([])
      })

      test("updates come back in order, with time and author, numbered from 1 without holes", async () => {
        await using store = await open()
        await store.append({ document: "d", updates: [by("ann", 10, 1), by(null, 20, 2, 3)] })
        await store.append({ document: "d", updates: [by("", 30, 4)] })
        expect(await records(store, "d")).toEqual([
          { kind: "update", sequence: 1, update: bytes(1), time: 10, author: "ann" },
          { kind: "update", sequence: 2, update: bytes(2, 3), time: 20, author: null },
          { kind: "update", sequence: 3, update: bytes(4), time: 30, author: "" },
        ])
        expect(await store.state("d")).toBe("live")
      })

      test("the order of concurrent calls is the order of records", async () => {
        await using store = await open()
        const numbers = Array.from({ length: 200 }, (_, index) => index)
        await Promise.all(numbers.map((n) => store.append({ document: `d${n % 3}`, updates: [by(null, n, n)] })))
        for (const d of [0, 1, 2]) {
          const times = (await records(store, `d${d}`)).map((record) => record.time)
          expect(times).toEqual(numbers.filter((n) => n % 3 === d))
        }
      })

      test("any name is a name: prefixes of each other, slashes, spaces, emoji, 200 bytes", async () => {
        await using store = await open()
        const names = [
          "a",
          "aa",
          "a/b",
          "a b",
          "A",
          "é",
          "e\u0301",
          "😀",
          "\u{10ffff}",
          "!ligature",
          "x".repeat(200),
          "a\u0001",
        ]
        await Promise.all(names.map((document, n) => store.append({ document, updates: [by(null, n, n)] })))
        for (const [n, document] of names.entries()) {
          expect((await records(store, document)).map((record) => record.time)).toEqual([n])
        }
        const listed = await all(store.list())
        expect(listed.map((summary) => summary.document)).toEqual(
          names.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
        )
      })

      test("bytes come back as they went in: every byte value, one byte, two megabytes", async () => {
        await using store = await open()
        const updates = [Uint8Array.from({ length: 256 }, (_, n) => n), bytes(0), new Uint8Array(2_000_000).fill(7)]
        await store.append({ document: "d", updates: updates.map((update) => ({ update, time: 0, author: null })) })
        const found = await records(store, "d")
        for (const [n, update] of updates.entries()) {
          expect(Buffer.compare(found[n]?.update ?? bytes(), update), `update ${n}`).toBe(0)
        }
      })

      test("arrays are the caller's: after an append, and after a read", async () => {
        await using store = await open()
        const update = bytes(1, 2, 3)
        const row = bytes(4)
        await store.append({ document: "d", updates: [{ update, time: 0, author: null }], rows: new Map([["r", row]]) })
        update.fill(9)
        row.fill(9)
        for (const record of await records(store, "d")) record.update.fill(8)
        for (const value of (await store.readRows("d")).values()) value.fill(8)
        expect((await records(store, "d")).map((record) => record.update)).toEqual([bytes(1, 2, 3)])
        expect(await store.readRows("d")).toEqual(new Map([["r", bytes(4)]]))
      })

      test("a read shows the document as it was at its first step", async () => {
        await using store = await open()
        await store.append({ document: "d", updates: [by(null, 1, 1), by(null, 2, 2), by(null, 3, 3)] })
        const reading = store.read("d")[Symbol.asyncIterator]()
        const first = await reading.next()
        await store.append({ document: "d", updates: [by(null, 4, 4)] })
        await store.replacePrefix("d", { through: 4, chunks: [bytes(99)], archive: null })
        await store.remove("d", 5)
        const found = first.done === true ? [] : [first.value]
        try {
          for (let step = await reading.next(); step.done !== true; step = await reading.next()) found.push(step.value)
        } catch (error) {
          if (!interruptsReads || !(error instanceof StoreError) || error.code !== "STORE_UNAVAILABLE") throw error
          return
        }
        expect(found.map((record) => record.update)).toEqual([bytes(1), bytes(2), bytes(3)])
      })

      test("a read that is left early leaves nothing behind", async () => {
        await using store = await open()
        await store.append({ document: "d", updates: [by(null, 1, 1), by(null, 2, 2)] })
        for await (const record of store.read("d")) {
          expect(record.sequence).toBe(1)
          break
        }
        await store.append({ document: "d", updates: [by(null, 3, 3)] })
        expect(await records(store, "d")).toHaveLength(3)
      })
    })

    describe("rows", () => {
      test("rows are set with the update they belong to, replaced by name, and kept apart by document", async () => {
        await using store = await open()
        const rows = new Map([
          ["owner/1", bytes(1)],
          ["schema", bytes(2)],
          ["empty", bytes()],
        ])
        await store.append({ document: "d", updates: [by(null, 1, 1)], rows })
        await store.append({ document: "e", updates: [], rows: new Map([["schema", bytes(7)]]) })
        await store.append({ document: "d", updates: [], rows: new Map([["schema", bytes(3)]]) })
        expect(await store.readRows("d")).toEqual(
          new Map([
            ["empty", bytes()],
            ["owner/1", bytes(1)],
            ["schema", bytes(3)],
          ]),
        )
        expect(await store.readRows("e")).toEqual(new Map([["schema", bytes(7)]]))
        expect(await store.state("e")).toBe("live")
      })

      test("one row set by many at once has the last value", async () => {
        await using store = await open()
        await Promise.all(
          Array.from({ length: 20 }, (_, n) =>
            store.append({ document: "d", updates: [], rows: new Map([["r", bytes(n)]]) }),
          ),
        )
        expect(await store.readRows("d")).toEqual(new Map([["r", bytes(19)]]))
      })
    })

    describe("replacing a prefix", () => {
      test("checkpoint chunks come first, then the rest of the log, and numbering goes on", async () => {
        await using store = await open()
        await store.append({
          document: "d",
          updates: [by("a", 1, 1), by("a", 2, 2), by("b", 3, 3)],
          rows: new Map([["r", bytes(1)]]),
        })
        await store.replacePrefix("d", { through: 2, chunks: [bytes(10), bytes(11)], archive: bytes(5) })
        await store.append({ document: "d", updates: [by("c", 4, 4)] })
        expect(await records(store, "d")).toEqual([
          { kind: "checkpoint", sequence: 2, update: bytes(10), time: 2, author: null },
          { kind: "checkpoint", sequence: 2, update: bytes(11), time: 2, author: null },
          { kind: "update", sequence: 3, update: bytes(3), time: 3, author: "b" },
          { kind: "update", sequence: 4, update: bytes(4), time: 4, author: "c" },
        ])
        expect(await store.readRows("d")).toEqual(new Map([["r", bytes(1)]]))
      })

      test("rows are set with a checkpoint, and counted", async () => {
        await using store = await open()
        await store.append({
          document: "d",
          updates: [by("a", 1, 1), by("a", 2, 2)],
          rows: new Map([["old", bytes(1)]]),
        })
        const rows = new Map([
          ["old", bytes(2)],
          ["new", bytes(3)],
        ])
        await store.replacePrefix("d", { through: 2, chunks: [bytes(10)], archive: null, rows })
        expect(await store.readRows("d")).toEqual(rows)
        await store.append({ document: "d", updates: [by("a", 3, 3)] })
        await store.replacePrefix("d", { through: 3, chunks: [bytes(10)], archive: null, rows })
        expect(await store.readRows("d")).toEqual(rows)
      })

      test("a checkpoint is replaced in its turn, by fewer or by more chunks", async () => {
        await using store = await open()
        await store.append({ document: "d", updates: [by(null, 1, 1), by(null, 2, 2)] })
        await store.replacePrefix("d", { through: 2, chunks: [bytes(1), bytes(2), bytes(3)], archive: null })
        await store.replacePrefix("d", { through: 2, chunks: [bytes(4)], archive: null })
        await store.append({ document: "d", updates: [by(null, 3, 3)] })
        await store.replacePrefix("d", { through: 3, chunks: [bytes(5), bytes(6)], archive: null })
        expect(
          (await records(store, "d")).map(({ kind, sequence, update, time }) => [kind, sequence, [...update], time]),
        ).toEqual([
          ["checkpoint", 3, [5], 3],
          ["checkpoint", 3, [6], 3],
        ])
      })

      test("appends and a replacement at the same time lose nothing", async () => {
        await using store = await open()
        await store.append({ document: "d", updates: Array.from({ length: 50 }, (_, n) => by(null, n + 1, 1)) })
        const appends = Array.from({ length: 50 }, (_, n) =>
          store.append({ document: "d", updates: [by(null, 51 + n, 2)] }),
        )
        await Promise.all([store.replacePrefix("d", { through: 50, chunks: [bytes(9)], archive: null }), ...appends])
        const found = await records(store, "d")
        expect(found.map((record) => record.sequence)).toEqual(Array.from({ length: 51 }, (_, n) => 50 + n))
      })

      test("bytes are those of checkpoint and log", async () => {
        await using store = await open()
        await store.append({ document: "d", updates: [by("a", 1, 1, 2, 3), by("a", 2, 4), by("b", 3, 5, 6)] })
        expect(await store.bytes("d")).toBe(6)
        await store.replacePrefix("d", { through: 2, chunks: [bytes(10), bytes(11)], archive: bytes(5) })
        expect(await store.bytes("d")).toBe(4)
        await store.remove("d", 5)
        await expect(store.bytes("d")).rejects.toMatchObject({ code: "DOCUMENT_REMOVED" })
      })

      test("only a stored record can be the end of a prefix, and nothing cannot replace it", async () => {
        await using store = await open()
        await store.append({ document: "d", updates: [by(null, 1, 1), by(null, 2, 2), by(null, 3, 3)] })
        const replace = (through: number, ...chunks: Uint8Array[]) =>
          store.replacePrefix("d", { through, chunks, archive: null })
        for (const through of [0, 4, -1, 1.5, Number.NaN]) {
          await expect(replace(through, bytes(1)), `through ${through}`).rejects.toThrow(RangeError)
        }
        await expect(replace(2)).rejects.toThrow(RangeError)
        await expect(replace(2, bytes())).rejects.toThrow(RangeError)
        await expect(store.replacePrefix("nobody", { through: 1, chunks: [bytes(1)], archive: null })).rejects.toThrow(
          RangeError,
        )
        await replace(2, bytes(1))
        await expect(replace(1, bytes(1)), "inside the checkpoint").rejects.toThrow(RangeError)
        expect(await records(store, "d")).toHaveLength(2)
      })
    })

    describe("removing", () => {
      test("a removed document is not an empty one: it says so, takes nothing, and keeps its tombstone", async () => {
        await using store = await open()
        await store.append({ document: "d", updates: [by(null, 1, 1)], rows: new Map([["r", bytes(1)]]) })
        await store.append({ document: "dd", updates: [by(null, 1, 1)], rows: new Map([["r", bytes(1)]]) })
        await store.remove("d", 77)
        await store.remove("d", 99)
        expect(await store.state("d")).toBe("removed")
        await expect(records(store, "d")).rejects.toMatchObject({ code: "DOCUMENT_REMOVED", documents: ["d"] })
        await expect(store.readRows("d")).rejects.toMatchObject({ code: "DOCUMENT_REMOVED" })
        await expect(store.append({ document: "d", updates: [by(null, 1, 1)] })).rejects.toMatchObject({
          code: "DOCUMENT_REMOVED",
        })
        const replacement = { through: 1, chunks: [bytes(1)], archive: null }
        await expect(store.replacePrefix("d", replacement)).rejects.toMatchObject({ code: "DOCUMENT_REMOVED" })
        expect(await all(store.list())).toEqual([
          { document: "d", bytes: 0, records: 0, changed: 77, state: "removed" },
          { document: "dd", bytes: 1, records: 1, changed: 1, state: "live" },
        ])
        expect(await records(store, "dd")).toHaveLength(1)
        expect((await store.readRows("dd")).size).toBe(1)
      })

      test("removing what is absent leaves nothing", async () => {
        await using store = await open()
        await store.remove("nobody", 1)
        expect(await store.state("nobody")).toBe("absent")
        expect(await all(store.list())).toEqual([])
      })

      test("an append called before the removal is stored, one called after it is refused", async () => {
        await using store = await open()
        const before = store.append({ document: "d", updates: [by(null, 1, 1)] })
        const removal = store.remove("d", 5)
        const after = store.append({ document: "d", updates: [by(null, 2, 2)] })
        await before
        await expect(after).rejects.toMatchObject({ code: "DOCUMENT_REMOVED" })
        await removal
        expect(await store.state("d")).toBe("removed")
      })
    })

    describe("summaries", () => {
      test("the list is sorted, pages by name, and counts records and bytes", async () => {
        await using store = await open()
        for (const document of ["c", "a", "b", "d"]) {
          await store.append({ document, updates: [by(null, 5, 1, 2), by(null, 6, 3)] })
        }
        await store.replacePrefix("b", { through: 1, chunks: [bytes(1), bytes(2), bytes(3, 4)], archive: null })
        expect(await all(store.list({ limit: 2 }))).toEqual([
          { document: "a", bytes: 3, records: 2, changed: 6, state: "live" },
          { document: "b", bytes: 5, records: 4, changed: 6, state: "live" },
        ])
        const names = async (after: string, limit?: number) =>
          (await all(store.list({ after, ...(limit === undefined ? {} : { limit }) }))).map(({ document }) => document)
        expect(await names("b")).toEqual(["c", "d"])
        expect(await names("b", 1)).toEqual(["c"])
        expect(await names("bb")).toEqual(["c", "d"])
        expect(await names("d")).toEqual([])
        expect(await all(store.list({ limit: 0 }))).toEqual([])
      })

      test("statistics leave the server's own documents out", async () => {
        await using store = await open()
        const rows = new Map([["row", Uint8Array.of(1)]])
        for (const document of ["d", `${RESERVED_PREFIX}about/d`, `${RESERVED_PREFIX}link`]) {
          await store.append({ document, updates: [], rows })
          await store.append({ document, updates: [], rows })
        }
        expect((await store.statistics()).documents).toBe(1)
        await store.remove(`${RESERVED_PREFIX}link`, 1)
        expect((await store.statistics()).documents).toBe(1)
        await store.remove("d", 1)
        expect((await store.statistics()).documents).toBe(0)
      })

      test("statistics count documents, tombstones, records and bytes", async () => {
        await using store = await open()
        await store.append({ document: "a", updates: [by(null, 1, 1, 2), by(null, 2, 3)] })
        await store.append({ document: "b", updates: [by(null, 1, 1)] })
        await store.append({ document: "c", updates: [by(null, 1, 1)] })
        await store.replacePrefix("a", { through: 2, chunks: [bytes(1, 2, 3, 4)], archive: bytes(1, 2, 3) })
        await store.remove("c", 9)
        const statistics = await store.statistics()
        expect(statistics).toMatchObject({ documents: 2, quarantined: 0, removed: 1, records: 2, bytes: 5 })
        expect(statistics.archiveBytes).toBeGreaterThanOrEqual(3)
      })
    })

    describe("misuse", () => {
      test("bad names, empty updates and empty appends are refused before anything is stored", async () => {
        await using store = await open()
        const good = by(null, 1, 1)
        for (const document of ["", "a\0b", "\ud800"]) {
          await expect(store.append({ document, updates: [good] })).rejects.toThrow(RangeError)
          await expect(records(store, document)).rejects.toThrow(RangeError)
          await expect(store.remove(document, 1)).rejects.toThrow(RangeError)
        }
        await expect(store.append({ document: "d", updates: [] })).rejects.toThrow(RangeError)
        await expect(store.append({ document: "d", updates: [good, by(null, 1)] })).rejects.toThrow(RangeError)
        await expect(store.append({ document: "d", updates: [by(null, -1, 1)] })).rejects.toThrow(RangeError)
        await expect(store.append({ document: "d", updates: [good], rows: new Map([["", bytes(1)]]) })).rejects.toThrow(
          RangeError,
        )
        await expect(all(store.list({ limit: -1 }))).rejects.toThrow(RangeError)
        expect(await store.state("d")).toBe("absent")
      })
    })

    describe("closing", () => {
      test("what was appended is stored first; then everything says STORE_CLOSED, and health too", async () => {
        const store = await open()
        const seen: StoreHealth["state"][] = []
        store.onHealth((health) => seen.push(health.state))
        const append = store.append({ document: "d", updates: [by(null, 1, 1)] })
        await Promise.all([append, store.close()])
        expect(store.health).toEqual({ state: "closed" })
        expect(seen.at(-1)).toBe("closed")
        const closed = { code: "STORE_CLOSED" }
        await expect(store.append({ document: "d", updates: [by(null, 1, 1)] })).rejects.toMatchObject(closed)
        await expect(records(store, "d")).rejects.toMatchObject(closed)
        await expect(store.readRows("d")).rejects.toMatchObject(closed)
        await expect(store.state("d")).rejects.toMatchObject(closed)
        await expect(all(store.list())).rejects.toMatchObject(closed)
        await expect(store.remove("d", 1)).rejects.toMatchObject(closed)
        await expect(store.statistics()).rejects.toMatchObject(closed)
        await store.close()
      })

      test("health starts ok, and whoever stopped listening hears nothing", async () => {
        const store = await open()
        expect(store.health).toEqual({ state: "ok" })
        const seen: StoreHealth["state"][] = []
        const stop = store.onHealth((health) => seen.push(health.state))
        stop()
        await store.close()
        expect(seen).toEqual([])
      })
    })

    describe.each(seeds)("random work, seed %i", (seed) => {
      test("the store holds what a simple model holds", async () => {
        let store = await open()
        const random = randomFrom(seed)
        const model = new Map<string, ModelDocument>()
        for (let round = 0; round < 12; round++) {
          const work = Array.from({ length: 10 }, () => step(store, model, random))
          await Promise.all(work)
          if (reopen !== undefined && round % 4 === 3) store = await reopen(store)
        }
        const found = new Map<string, unknown>()
        for (const document of model.keys()) found.set(document, await modelOf(store, document))
        expect(found).toEqual(model)
        expect(summed(await all(store.list()))).toEqual(await counted(store))
        await store.close()
      })
    })

    if (reopen === undefined) return
    describe("reopening", () => {
      test("everything is there again", async () => {
        const first = await open()
        await first.append({
          document: "a",
          updates: [by("ann", 1, 1), by("bob", 2, 2)],
          rows: new Map([["r", bytes(1)]]),
        })
        await first.replacePrefix("a", { through: 1, chunks: [bytes(10)], archive: bytes(1) })
        await first.append({ document: "b", updates: [by(null, 3, 3)] })
        await first.remove("b", 4)
        const before = {
          records: await records(first, "a"),
          list: await all(first.list()),
          statistics: await first.statistics(),
        }
        await using again = await reopen(first)
        expect({
          records: await records(again, "a"),
          list: await all(again.list()),
          statistics: await again.statistics(),
        }).toEqual(before)
        expect(await again.readRows("a")).toEqual(new Map([["r", bytes(1)]]))
        expect(await again.state("b")).toBe("removed")
        await again.append({ document: "a", updates: [by(null, 5, 5)] })
        expect((await records(again, "a")).at(-1)).toMatchObject({ sequence: 3, time: 5 })
      })
    })
  })
}

type ModelDocument = "removed" | { last: number; records: [string, number, number[]][]; rows: Map<string, Uint8Array> }

/** What the store holds, as the model writes it. */
async function modelOf(store: DocumentStore, document: string): Promise<ModelDocument> {
  if ((await store.state(document)) === "removed") return "removed"
  const found = await records(store, document)
  return {
    last: found.at(-1)?.sequence ?? 0,
    records: found.map(({ kind, sequence, update }) => [kind, sequence, [...update]]),
    rows: new Map(await store.readRows(document)),
  }
}

/** Does one random thing to the store and, in the same order of calls, to the model. */
async function step(
  store: DocumentStore,
  model: Map<string, ModelDocument>,
  random: (below: number) => number,
): Promise<void> {
  const document = `d${random(5)}`
  const known = model.get(document)
  const kind = random(20)
  if (known === "removed") {
    const refusal: unknown = await store
      .append({ document, updates: [by(null, 1, 1)] })
      .catch((error: unknown) => error)
    if (refusal instanceof StoreError && refusal.code === "DOCUMENT_REMOVED") return
    throw new Error(`an append to ${document}, which was removed, was not refused`, { cause: refusal })
  }
  if (kind === 0 && known !== undefined) {
    model.set(document, "removed")
    await store.remove(document, 1)
    return
  }
  const stored = known ?? { last: 0, records: [], rows: new Map<string, Uint8Array>() }
  model.set(document, stored)
  const updates = Array.from({ length: 1 + random(4) }, () =>
    by(null, random(1000), ...Array.from({ length: 1 + random(40) }, () => random(256))),
  )
  const row = bytes(random(256))
  for (const { update } of updates) stored.records.push(["update", ++stored.last, [...update]])
  stored.rows.set(`r${kind}`, row)
  const through = stored.last
  await store.append({ document, updates, rows: new Map([[`r${kind}`, row]]) })
  if (kind > 4 || model.get(document) === "removed") return
  const chunks = Array.from({ length: 1 + random(3) }, () => bytes(random(256)))
  try {
    await store.replacePrefix(document, { through, chunks, archive: null })
  } catch (error) {
    // Others replaced further or removed it meanwhile, which both stores must refuse alike.
    if (stored.records.every(([, sequence]) => sequence > through) || model.get(document) === "removed") return
    throw error
  }
  const tail = stored.records.filter(([, sequence]) => sequence > through)
  stored.records = [...chunks.map((chunk): [string, number, number[]] => ["checkpoint", through, [...chunk]]), ...tail]
}

/** mulberry32: whole numbers from 0, below the argument. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

function summed(summaries: readonly DocumentSummary[]): object {
  const live = summaries.filter(({ state }) => state !== "removed")
  return {
    documents: live.length,
    removed: summaries.length - live.length,
    records: live.reduce((sum, { records }) => sum + records, 0),
    bytes: live.reduce((sum, { bytes }) => sum + bytes, 0),
  }
}

async function counted(store: DocumentStore): Promise<object> {
  const { documents, removed, records, bytes } = await store.statistics()
  return { documents, removed, records, bytes }
}

function by(author: string | null, time: number, ...values: number[]): AppendedUpdate {
  return { update: bytes(...values), time, author }
}

function bytes(...values: number[]): Uint8Array {
  return Uint8Array.from(values)
}

function records(store: DocumentStore, document: string): Promise<StoredRecord[]> {
  return all(store.read(document))
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}
