import { describe, expect, test } from "vitest"
import * as Y from "yjs"
import { cutUpdate } from "../src/cut-update.ts"
import { diffStructs, diffUpdate, KnownState } from "../src/index.ts"
import { contents, Random, randomSession, syncAll } from "./random-sessions.ts"
import { bytes, hex, item, text, typed, update } from "./update-bytes.ts"

function expectWholeInOrder(chunks: readonly Uint8Array[], whole: Uint8Array): void {
  const doc = new Y.Doc()
  const known = new KnownState()
  for (const chunk of chunks) {
    Y.applyUpdate(doc, chunk)
    expect(doc.store.pendingStructs).toBeNull()
    expect(doc.store.pendingDs).toBeNull()
    known.absorbStored(chunk)
  }
  const expected = new Y.Doc()
  Y.applyUpdate(expected, whole)
  // Not byte by byte: how Yjs merges what it integrates, and which formats it tidies up, depends on the steps.
  expect(contents(doc)).toEqual(contents(expected))
  expect(Y.encodeStateVector(doc)).toEqual(Y.encodeStateVector(expected))
  const knownWhole = new KnownState()
  knownWhole.absorbStored(whole)
  expect(known.encodeStateVector()).toEqual(knownWhole.encodeStateVector())
  expect(known.encodeDeletes()).toEqual(knownWhole.encodeDeletes())
}

describe("cutUpdate", () => {
  for (let seed = 1; seed <= 60; seed++) {
    test(`chunks apply in order with nothing pending, seed ${seed}`, () => {
      const docs = randomSession(seed, { edits: 150, undo: true, gc: seed % 3 > 0 })
      syncAll(docs)
      const [doc] = docs
      if (!doc) throw new Error("no peers")
      const whole = Y.encodeStateAsUpdate(doc)
      const size = 256 + (seed % 5) * 100
      const chunks = cutUpdate(whole, size)
      for (const chunk of chunks) expect(chunk.length).toBeLessThanOrEqual(size)
      expectWholeInOrder(chunks, whole)
    })
  }

  test("a long text is split between whole characters", () => {
    const doc = new Y.Doc()
    const long = "naïve 😀 👩‍👩‍👧 中文 ".repeat(5000)
    doc.getText("flow").insert(0, long)
    const whole = Y.encodeStateAsUpdate(doc)
    for (const size of [256, 257, 1000, 65_536]) {
      const chunks = cutUpdate(whole, size)
      expect(chunks.length).toBeGreaterThanOrEqual(Math.ceil(whole.length / size))
      expect(chunks.length).toBeLessThan((2 * whole.length) / size + 2)
      for (const chunk of chunks) expect(chunk.length).toBeLessThanOrEqual(size)
      const copy = new Y.Doc()
      for (const chunk of chunks) Y.applyUpdate(copy, chunk)
      expect(copy.getText("flow").toJSON()).toBe(long)
    }
  })

  test("a long text with many holes brings each chunk's deletes along", () => {
    const doc = new Y.Doc({ gc: false })
    const flow = doc.getText("flow")
    flow.insert(0, "x".repeat(10_000))
    const random = new Random(1)
    for (let i = 0; i < 3000; i++) flow.delete(random.below(flow.length), 1)
    const whole = Y.encodeStateAsUpdate(doc)
    const chunks = cutUpdate(whole, 512)
    for (const chunk of chunks) expect(chunk.length).toBeLessThanOrEqual(512)
    expectWholeInOrder(chunks, whole)
  })

  test("long runs of values are split, one that is too large stays whole", () => {
    const doc = new Y.Doc()
    doc.getArray("list").insert(0, [...Array.from({ length: 3000 }, (_, i) => ({ i })), "x".repeat(1000), 1, 2])
    const whole = Y.encodeStateAsUpdate(doc)
    const chunks = cutUpdate(whole, 512)
    expect(chunks.filter((chunk) => chunk.length > 512)).toHaveLength(1)
    expectWholeInOrder(chunks, whole)
    const json = update([
      { client: 1, structs: [item(2, { root: "list" }, bytes(`e8 07 ${"04 74 72 75 65 ".repeat(1000)}`))] },
    ])
    expectWholeInOrder(cutUpdate(json, 300), json)
  })

  test("of two authors' text each chunk shows its share", () => {
    const [a, b] = [new Y.Doc(), new Y.Doc()]
    for (let i = 0; i < 400; i++) {
      const [writer, reader] = i % 2 === 0 ? [a, b] : [b, a]
      const flow = writer.getText("flow")
      flow.insert(flow.length, `sentence ${i}. `)
      Y.applyUpdate(reader, Y.encodeStateAsUpdate(writer, Y.encodeStateVector(reader)))
    }
    const chunks = cutUpdate(Y.encodeStateAsUpdate(a), 1024)
    const doc = new Y.Doc()
    for (const chunk of chunks.slice(0, chunks.length / 2)) Y.applyUpdate(doc, chunk)
    expect(doc.getText("flow").length).toBeGreaterThan(0.4 * a.getText("flow").length)
  })

  test("deletes of clocks outside come last, and an update that goes on from another's is cut as well", () => {
    const base = new Y.Doc()
    base.clientID = 1
    base.getText("flow").insert(0, "old ".repeat(200))
    const vector = Y.encodeStateVector(base)
    const stored = Y.encodeStateAsUpdate(base)
    base.getText("flow").insert(400, "new ".repeat(200))
    for (let i = 0; i < 150; i++) base.getText("flow").delete(i, 1)
    const tail = Y.encodeStateAsUpdate(base, vector)
    const chunks = cutUpdate(tail, 256)
    expect(chunks.length).toBeGreaterThan(4)
    expectWholeInOrder([stored, ...chunks], Y.encodeStateAsUpdate(base))
    expect(hex(chunks.at(-1) ?? bytes(""))).toMatch(/^00 01 01 /)
    expect(hex(chunks[0] ?? bytes(""))).toMatch(/^01 .* 00$/)
  })

  test("what an update skips begins another chunk", () => {
    const skipping = update([
      { client: 1, structs: [typed("a".repeat(300)), bytes("0a 05"), item(4, { origin: [1, 304] }, text("b"))] },
    ])
    const chunks = cutUpdate(skipping, 1000)
    expect(chunks).toEqual([skipping])
    const cut = cutUpdate(skipping, 256)
    expect(hex(cut.at(-1) ?? bytes(""))).toBe("01 01 01 b1 02 84 01 b0 02 01 62 00")
  })

  test("what fits comes back as it is, and what is no update is an error", () => {
    const small = update([{ client: 1, structs: [typed("a")] }])
    expect(cutUpdate(small, 256)[0]).toBe(small)
    expect(() => cutUpdate(small, 100)).toThrow(RangeError)
    expect(() => cutUpdate(new Uint8Array(300).fill(1), 256)).toThrow(
      expect.objectContaining({ code: "MALFORMED_UPDATE" }),
    )
  })
})

describe("diffUpdate", () => {
  const HELLO = update([{ client: 1, structs: [typed("hello")] }], [[1, 0, 2]])

  test("keeps what the vector lacks, and every delete", () => {
    expect(hex(diffUpdate(HELLO, new Map()) ?? bytes(""))).toBe(hex(HELLO))
    expect(hex(diffUpdate(HELLO, new Map([[1, 3]])) ?? bytes(""))).toBe("01 01 01 03 84 01 02 02 6c 6f 01 01 01 00 02")
    expect(hex(diffUpdate(HELLO, new Map([[1, 9]])) ?? bytes(""))).toBe("00 01 01 01 00 02")
  })

  test("without deletes it says how far each client comes", () => {
    const { lacking, ends } = diffStructs(HELLO, new Map([[1, 3]]))
    expect(hex(lacking ?? bytes(""))).toBe("01 01 01 03 84 01 02 02 6c 6f 00")
    expect(ends).toEqual(new Map([[1, 5]]))
    expect(diffStructs(HELLO, new Map([[1, 5]]))).toEqual({ lacking: null, ends: new Map([[1, 5]]) })
  })

  test("deletes beyond an update can be bounded by what somebody has", () => {
    const known = new KnownState()
    known.absorbStored(update([{ client: 1, structs: [typed("hello")] }], [[1, 0, 2]]))
    known.absorbStored(update([], [[1, 3, 2]]))
    const theirs = update([], [[1, 0, 1]])
    expect(hex(known.encodeDeletesBeyond(theirs))).toBe("00 01 01 02 01 01 03 02")
    expect(hex(known.encodeDeletesBeyond(theirs, new Map([[1, 4]])))).toBe("00 01 01 02 01 01 03 01")
    expect(hex(known.encodeDeletesBeyond(theirs, new Map()))).toBe("00 00")
  })

  test("is null where nothing remains", () => {
    expect(diffUpdate(update([{ client: 1, structs: [typed("a")] }]), new Map([[1, 1]]))).toBeNull()
    expect(diffUpdate(bytes("00 00"), new Map())).toBeNull()
  })

  test("does not begin with a skip", () => {
    const skipping = update([
      { client: 1, structs: [typed("a"), bytes("0a 05"), item(4, { origin: [1, 5] }, text("bc"))] },
    ])
    expect(hex(diffUpdate(skipping, new Map([[1, 3]])) ?? bytes(""))).toBe("01 01 01 06 84 01 05 02 62 63 00")
    expect(hex(diffUpdate(skipping, new Map([[1, 7]])) ?? bytes(""))).toBe("01 01 01 07 84 01 06 01 63 00")
  })

  test("replaces half a character as Yjs does", () => {
    const pair = update([{ client: 1, structs: [typed("a😀b")] }])
    expect(hex(diffUpdate(pair, new Map([[1, 2]])) ?? bytes(""))).toBe("01 01 01 02 84 01 01 04 ef bf bd 62 00")
    expect(hex(diffUpdate(pair, new Map([[1, 3]])) ?? bytes(""))).toBe("01 01 01 03 84 01 02 01 62 00")
  })
})
