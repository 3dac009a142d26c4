import { seededRandom } from "@ligature/testing"
import { describe, expect, test } from "vitest"
import * as Y from "yjs"
import { ClockRanges } from "../src/clock-ranges.ts"
import { type LevelStore, openLevelStore } from "../src/index.ts"
import { temporaryFolder } from "./temporary-folder.ts"
import { textOf } from "./yjs-document.ts"

const START = 1_700_000_000_000
const MINUTE = 60_000

/** A document with its writers, minute by minute. */
class Diary {
  readonly store: LevelStore
  readonly #doc = new Y.Doc()
  now: number = START
  /** The text at each moment at which it changed. */
  readonly texts: { time: number; text: string }[] = []

  constructor(store: LevelStore) {
    this.store = store
  }

  /** A minute later somebody changes the text. */
  async write(author: string | null, change: (text: Y.Text) => void, minutes = 1): Promise<void> {
    this.now += minutes * MINUTE
    const updates: Uint8Array[] = []
    const keep = (update: Uint8Array): void => void updates.push(update)
    this.#doc.on("update", keep)
    this.#doc.transact(() => change(this.#doc.getText("flow")))
    this.#doc.off("update", keep)
    if (updates.length === 0) return
    const appended = updates.map((update) => ({ update, time: this.now, author }))
    await this.store.append({ document: "d", updates: appended })
    this.texts.push({ time: this.now, text: textOf(this.#doc) })
  }

  async textAt(time: number): Promise<string> {
    const doc = new Y.Doc()
    Y.applyUpdate(doc, await this.store.stateAt("d", time))
    if (doc.store.pendingStructs !== null || doc.store.pendingDs !== null)
      throw new Error(`${time} leaves something pending`)
    return textOf(doc)
  }
}

async function diary(o: { retentionMs?: number } = {}): Promise<Diary & AsyncDisposable> {
  const store = await openLevelStore(await temporaryFolder(), { compaction: false, ...o })
  return Object.assign(new Diary(store), { [Symbol.asyncDispose]: () => store.close() })
}

describe("the document as it was", () => {
  test("select all, delete: what was there before is still to be had, compacted or not", async () => {
    await using d = await diary()
    await d.write("ann", (text) => text.insert(0, "all that was ever written"))
    await d.write("ben", (text) => text.insert(text.length, ", and more"))
    const before = d.now
    await d.write("ann", (text) => text.delete(0, text.length))
    await d.write("ann", (text) => text.insert(0, "x"))
    for (const _ of [1, 2]) {
      expect(await d.textAt(before)).toBe("all that was ever written, and more")
      expect(await d.textAt(before - MINUTE)).toBe("all that was ever written")
      expect(await d.textAt(before + MINUTE - 1)).toBe("all that was ever written, and more")
      expect(await d.textAt(before + MINUTE)).toBe("")
      expect(await d.textAt(d.now)).toBe("x")
      expect(await d.textAt(START)).toBe("")
      expect(await d.store.compact("d")).toBe(_ === 1)
    }
  })

  test.each([1, 2, 3])("at every moment of a random life, with compactions between, seed %i", async (seed) => {
    const random = seededRandom(seed)
    await using d = await diary()
    for (let step = 0; step < 60; step++) {
      const author = random.pick(["ann", "ben", null])
      await d.write(author, (text) => {
        if (text.length > 20 && random.integer(3) === 0) {
          const from = random.integer(text.length - 10)
          text.delete(from, 1 + random.integer(text.length - from))
        } else text.insert(random.integer(text.length + 1), `word ${step} `)
      })
      if (random.integer(12) === 0) await d.store.compact("d")
    }
    // Each is rebuilt in a worker of its own.
    for (const { time, text } of random.shuffled(d.texts).slice(0, 5))
      expect(await d.textAt(time), `seed ${seed}, ${time}`).toBe(text)
  })

  test("what the archive has let go is there as far as the checkpoint holds it", async () => {
    await using d = await diary({ retentionMs: 0 })
    await d.write("ann", (text) => text.insert(0, "the old part. "))
    await d.store.compact("d")
    await d.write("ben", (text) => text.insert(text.length, "the new part"))
    const before = d.now
    await d.write("ann", (text) => text.delete(0, 4))
    expect(await d.textAt(before)).toBe("the old part. the new part")
    expect(await d.textAt(before - 1)).toBe("the old part. ")
    await d.store.compact("d")
    expect(await d.textAt(before)).toBe("old part. the new part")
  })

  test("a clock that jumps an hour, forth or back, never mixes before and after", async () => {
    await using d = await diary()
    await d.write("ann", (text) => text.insert(0, "one "))
    await d.write("ann", (text) => text.insert(text.length, "two "), 60)
    const jumped = d.now
    await d.write("ben", (text) => text.insert(text.length, "three "), -59)
    await d.write("ben", (text) => text.insert(text.length, "four "), 70)
    for (const _ of [1, 2]) {
      expect(await d.textAt(jumped - 1)).toBe("one ")
      expect(await d.textAt(jumped)).toBe("one two three ")
      expect(await d.textAt(d.now)).toBe("one two three four ")
      const times = (await d.store.history("d")).map(({ time }) => time)
      expect(times).toEqual(times.toSorted((a, b) => a - b))
      await d.store.compact("d")
    }
  })
})

function at(seconds: number): number {
  return START + seconds * 1000
}

describe("who wrote when", () => {
  test("is the same before and after compaction, and counts nothing twice", async () => {
    await using d = await diary()
    await d.write("ann", (text) => text.insert(0, "12345"))
    await d.write("ben", (text) => text.delete(0, 3))
    const whole = new Y.Doc()
    for await (const { update } of d.store.read("d")) Y.applyUpdate(whole, update)
    // A client that comes back brings all it has.
    const again = { update: Y.encodeStateAsUpdate(whole), time: d.now + MINUTE, author: "cleo" }
    await d.store.append({ document: "d", updates: [again] })
    const expected = [
      { time: START + MINUTE, until: START + MINUTE, author: "ann", inserted: 5, deleted: 0 },
      { time: START + 2 * MINUTE, until: START + 2 * MINUTE, author: "ben", inserted: 0, deleted: 3 },
    ]
    expect(await d.store.history("d")).toEqual(expected)
    await d.store.compact("d")
    expect(await d.store.history("d")).toEqual(expected)
  })

  test("seconds of writing are one entry, and a deletion of much in the middle of them another", async () => {
    await using d = await diary()
    const second = 1 / 60
    for (let n = 0; n < 5; n++) await d.write("ann", (text) => text.insert(text.length, "0123456789"), second)
    await d.write("ann", (text) => text.delete(0, 3), second)
    await d.write("ann", (text) => text.delete(0, text.length), second)
    await d.write("ann", (text) => text.insert(0, "new"), second)
    expect(await d.store.history("d")).toEqual([
      { time: at(1), until: at(6), author: "ann", inserted: 50, deleted: 3 },
      { time: at(7), until: at(7), author: "ann", inserted: 0, deleted: 47 },
      { time: at(8), until: at(8), author: "ann", inserted: 3, deleted: 0 },
    ])
    expect(await d.textAt(at(6))).toBe("0123456789".repeat(5).slice(3))
    // The archive knows ten seconds of one author as one: coarser, and nothing is missing before the deletion.
    await d.store.compact("d")
    const sharp = (await d.store.history("d")).find(({ deleted }) => deleted >= 47)
    expect(await d.textAt((sharp?.time ?? 0) - 1)).toContain("0123456789".repeat(5))
  })

  test("an absent document has no history, a removed one fails as reading it does", async () => {
    await using d = await diary()
    expect(await d.store.history("absent")).toEqual([])
    await d.write("ann", (text) => text.insert(0, "12345"))
    await d.store.remove("d", 9)
    await expect(d.store.history("d")).rejects.toMatchObject({ code: "DOCUMENT_REMOVED" })
    await expect(d.store.stateAt("d", 9)).rejects.toMatchObject({ code: "DOCUMENT_REMOVED" })
    await expect(d.store.stateAt("d", NaN)).rejects.toThrow(RangeError)
  })
})

test("clock ranges are a union", () => {
  const random = seededRandom(7)
  for (let round = 0; round < 200; round++) {
    const ranges = new ClockRanges()
    const plain = new Set<number>()
    for (let n = 0; n < 20; n++) {
      const from = random.integer(60)
      const to = from + random.integer(10)
      const before = plain.size
      for (let clock = from; clock < to; clock++) plain.add(clock)
      expect(ranges.add(1, from, to), `round ${round}`).toBe(plain.size - before)
    }
    const listed = [...ranges.byClient.values()].flat()
    expect(listed.reduce((sum, { from, to }) => sum + to - from, 0)).toBe(plain.size)
    for (const [n, range] of listed.entries()) expect(range.from).toBeGreaterThan(listed[n - 1]?.to ?? -1)
  }
})
