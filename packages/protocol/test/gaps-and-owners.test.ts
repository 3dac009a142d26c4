import { describe, expect, test } from "vitest"
import * as Y from "yjs"
import { checkUpdate, DEFAULT_LIMITS, KnownState, type UpdateVerdict } from "../src/index.ts"
import { bytes, hex, item, text, typed, update } from "./update-bytes.ts"

interface Room {
  readonly known: KnownState
  hear(from: Uint8Array, o?: { owner?: number; kind?: "step2" | "update" }): UpdateVerdict
}

/** A room that absorbs what it accepts. An `owner` may extend only that client. */
function room(...stored: readonly Uint8Array[]): Room {
  const known = new KnownState()
  for (const one of stored) known.absorbStored(one)
  return {
    known,
    hear(from, { owner, kind = "update" } = {}) {
      const verdict = checkUpdate(from, known, {
        owns: (client) => owner === undefined || client === owner,
        limits: DEFAULT_LIMITS,
        kind,
      })
      if (verdict.verdict === "accepted") known.absorb(verdict.change)
      return verdict
    },
  }
}

const ADA = 1
const BOB = 2
const HELLO = update([{ client: ADA, structs: [typed("hello")] }])
const WORLD = update([{ client: ADA, clock: 5, structs: [item(4, { origin: [ADA, 4] }, text(" world"))] }])
const BOBS = update([{ client: BOB, structs: [item(4, { origin: [ADA, 4] }, text("!"))] }])

function deletes(client: number, clock: number, length: number): Uint8Array {
  return update([], [[client, clock, length]])
}

/** The text after a reader has the stored part and the trimmed rest; the rest has a first clock of `from`. */
function trimmed(whole: Uint8Array, storedPart: Uint8Array, from: number): string {
  const r = room(storedPart)
  const verdict = r.hear(whole)
  if (verdict.verdict !== "accepted") throw new Error(verdict.verdict)
  expect(verdict.change.clients).toMatchObject([{ client: ADA, from }])
  const doc = new Y.Doc()
  Y.applyUpdate(doc, storedPart)
  Y.applyUpdate(doc, verdict.update)
  expect(doc.store.pendingStructs).toBeNull()
  return doc.getText("t").toJSON()
}

describe("gaps", () => {
  const GAP = { verdict: "gap", missing: "structs" }

  test("what comes before the part it follows waits for it", () => {
    const r = room()
    expect(r.hear(WORLD)).toEqual(GAP)
    expect(r.hear(BOBS)).toEqual(GAP)
    expect(r.hear(update([{ client: BOB, structs: [item(4, { right: [ADA, 0] }, text("!"))] }]))).toEqual(GAP)
    expect(r.hear(update([{ client: BOB, structs: [item(4, { parent: [ADA, 0] }, text("!"))] }]))).toEqual(GAP)
    expect(r.hear(deletes(ADA, 0, 1))).toEqual(GAP)
    expect(r.hear(HELLO).verdict).toBe("accepted")
    expect(r.hear(WORLD).verdict).toBe("accepted")
    expect(r.hear(BOBS).verdict).toBe("accepted")
    expect(r.hear(deletes(ADA, 0, 1)).verdict).toBe("accepted")
  })

  test("a delete that reaches beyond what is known waits whole, and in a step2 in part", () => {
    const r = room(HELLO)
    expect(r.hear(deletes(ADA, 3, 4))).toEqual(GAP)
    const verdict = r.hear(deletes(ADA, 3, 4), { kind: "step2" })
    expect(verdict).toMatchObject({ verdict: "accepted", incomplete: true, missing: "structs" })
    expect(verdict.verdict === "accepted" && hex(verdict.update)).toBe("00 01 01 01 03 02")
  })

  test("an update is taken whole or not at all, a step2 as far as it goes", () => {
    const both = update([
      { client: BOB, structs: [item(4, { root: "u" }, text("a")), item(4, { origin: [9, 9] }, text("b")), typed("c")] },
      { client: ADA, structs: [typed("hello")] },
    ])
    const r = room()
    expect(r.hear(both)).toEqual(GAP)
    expect(r.hear(both, { kind: "step2" })).toMatchObject({ verdict: "accepted", incomplete: true, missing: "structs" })
    expect([...r.known.stateVector]).toEqual([
      [BOB, 1],
      [ADA, 5],
    ])
  })

  test("what lies behind a skip waits, unless all that it skips is known", () => {
    const skipping = update([{ client: ADA, structs: [bytes("0a 05"), item(4, { origin: [ADA, 4] }, text(" world"))] }])
    expect(room().hear(skipping)).toEqual(GAP)
    const r = room(HELLO)
    const verdict = r.hear(skipping)
    expect(verdict.verdict === "accepted" && hex(verdict.update)).toBe(hex(WORLD))
    expect(r.hear(skipping)).toEqual({ verdict: "nothing-new" })
  })

  test("nothing at all, and what is known, is nothing new", () => {
    const r = room(HELLO, deletes(ADA, 1, 2))
    expect(r.hear(bytes("00 00"))).toEqual({ verdict: "nothing-new" })
    expect(r.hear(HELLO)).toEqual({ verdict: "nothing-new" })
    expect(r.hear(deletes(ADA, 2, 1))).toEqual({ verdict: "nothing-new" })
  })
})

describe("owners", () => {
  test("structs of others are cut out, and what hangs on them", () => {
    const tabs = update([
      {
        client: BOB,
        structs: [item(4, { root: "u" }, text("a")), item(4, { origin: [ADA, 4] }, text("!")), typed("b")],
      },
      { client: ADA, structs: [typed("hello")] },
    ])
    const r = room()
    const verdict = r.hear(tabs, { owner: BOB })
    expect(verdict).toMatchObject({ verdict: "accepted", incomplete: true, missing: "foreign" })
    expect([...r.known.stateVector]).toEqual([[BOB, 1]])
    expect(r.hear(tabs, { owner: BOB })).toEqual({ verdict: "gap", missing: "foreign" })
    expect(r.hear(HELLO, { owner: ADA }).verdict).toBe("accepted")
    expect(r.hear(tabs, { owner: BOB })).toMatchObject({ verdict: "accepted", incomplete: false, missing: null })
    expect(r.hear(tabs, { owner: BOB })).toEqual({ verdict: "nothing-new" })
  })

  test("structs of others that are known already are no offence", () => {
    const r = room(HELLO)
    const whole = update([
      { client: BOB, structs: [item(4, { origin: [ADA, 4] }, text("!"))] },
      { client: ADA, structs: [typed("hello")] },
    ])
    const verdict = r.hear(whole, { owner: BOB })
    expect(verdict.verdict === "accepted" && hex(verdict.update)).toBe(hex(BOBS))
    expect(verdict).toMatchObject({ incomplete: false })
  })

  test("deletes of cut-out structs wait with them; anybody may delete what is there", () => {
    const r = room(HELLO)
    const theirs = update(
      [{ client: ADA, clock: 5, structs: [item(4, { origin: [ADA, 4] }, text(" world"))] }],
      [[ADA, 5, 6]],
    )
    expect(r.hear(theirs, { owner: BOB })).toEqual({ verdict: "gap", missing: "foreign" })
    expect(r.hear(deletes(ADA, 0, 5), { owner: BOB }).verdict).toBe("accepted")
  })

  test("something that is missing weighs more than something that is others'", () => {
    const both = update([
      { client: BOB, structs: [item(4, { origin: [9, 0] }, text("!"))] },
      { client: ADA, structs: [typed("hello")] },
    ])
    expect(room().hear(both, { owner: BOB })).toEqual({ verdict: "gap", missing: "structs" })
  })

  test("the owner is asked once per client, and only for something new", () => {
    const asked: number[] = []
    const known = room(HELLO).known
    const owns = (client: number): boolean => asked.push(client) > 0
    checkUpdate(HELLO, known, { owns, limits: DEFAULT_LIMITS })
    expect(asked).toEqual([])
    checkUpdate(update([{ client: BOB, structs: [typed("a"), typed("b")] }]), known, { owns, limits: DEFAULT_LIMITS })
    expect(asked).toEqual([BOB])
  })
})

describe("trimming", () => {
  test("a struct that is known in part is sliced the way Yjs does it", () => {
    const doc = new Y.Doc()
    doc.clientID = ADA
    doc.getText("t").insert(0, "hel")
    const part = Y.encodeStateAsUpdate(doc)
    const vector = Y.encodeStateVector(doc)
    doc.getText("t").insert(3, "lo ü😀")
    const verdict = room(part).hear(Y.encodeStateAsUpdate(doc))
    expect(verdict.verdict === "accepted" && hex(verdict.update)).toBe(hex(Y.encodeStateAsUpdate(doc, vector)))
  })

  test("text, values, collected and deleted content can all be known in part", () => {
    const type = update([{ client: ADA, structs: [typed("a😀b")] }])
    expect(trimmed(type, update([{ client: ADA, structs: [typed("a😀")] }]), 3)).toBe("a😀b")
    const values = (from: number, ...rest: string[]): Uint8Array =>
      update([
        { client: ADA, clock: from, structs: [item(8, { root: "t" }, bytes(["0" + rest.length, ...rest].join(" ")))] },
      ])
    const r = room(values(0, "7e", "78"))
    const verdict = r.hear(values(0, "7e", "78", "77 01 61", "7d 05"))
    expect(verdict.verdict === "accepted" && hex(verdict.update)).toBe("01 01 01 02 88 01 01 02 77 01 61 7d 05 00")
    const collected = room(bytes("01 01 01 00 00 02 00")).hear(bytes("01 01 01 00 00 05 00"))
    expect(collected.verdict === "accepted" && hex(collected.update)).toBe("01 01 01 02 00 03 00")
    const right = update([{ client: ADA, structs: [item(1, { root: "t" }, bytes("05"))] }])
    const deleted = room(update([{ client: ADA, structs: [item(1, { root: "t" }, bytes("02"))] }])).hear(right)
    expect(deleted.verdict === "accepted" && hex(deleted.update)).toBe("01 01 01 02 81 01 01 03 00")
  })

  test("the right neighbour stays, the parent goes", () => {
    const base = update([{ client: BOB, structs: [typed("z")] }])
    const before = (content: string): Uint8Array =>
      update([{ client: ADA, structs: [item(4, { right: [BOB, 0] }, text(content))] }])
    const verdict = room(base, before("ab")).hear(before("abc"))
    expect(verdict.verdict === "accepted" && hex(verdict.update)).toBe("01 01 01 02 c4 01 01 02 00 01 63 00")
  })

  test("a character that was stored as two halves stays two halves", () => {
    // A client that types a surrogate pair in two steps sends U+FFFD for each, and the pair when it sends all again.
    const half = update([{ client: ADA, structs: [typed("a\ufffd")] }])
    expect(trimmed(update([{ client: ADA, structs: [typed("a😀b")] }]), half, 2)).toBe("a\ufffd\ufffdb")
  })

  test("the rest of a struct stands beside what is known of it, not where the message says", () => {
    const keyed = update([{ client: ADA, structs: [item(8, { root: "t", key: "k" }, bytes("01 7e"))] }])
    const elsewhere = update([{ client: ADA, structs: [item(8, { root: "t" }, bytes("03 7e 7e 7e"))] }])
    expect(room(keyed).hear(elsewhere)).toMatchObject({ verdict: "refused", reason: "several-under-key" })
    expect(room().hear(elsewhere).verdict).toBe("accepted")
  })

  test("known deletes are dropped and the rest is kept in pieces", () => {
    const verdict = room(HELLO, deletes(ADA, 2, 1)).hear(deletes(ADA, 0, 5))
    expect(verdict.verdict === "accepted" && hex(verdict.update)).toBe("00 01 01 02 00 02 03 02")
    expect(verdict).toMatchObject({ change: { deletes: [ADA, 0, 2, ADA, 3, 5] } })
  })

  test("a group of nothing is not stored", () => {
    const verdict = room().hear(bytes("02 00 07 00 01 01 00 04 01 01 74 01 61 01 09 00"))
    expect(verdict.verdict === "accepted" && hex(verdict.update)).toBe("01 01 01 00 04 01 01 74 01 61 00")
  })
})

describe("what is known", () => {
  test("an update that could not have been stored is no stored update", () => {
    for (const bad of [WORLD, bytes("01"), deletes(ADA, 0, 1)]) {
      expect(() => room(bad)).toThrow(expect.objectContaining({ code: "MALFORMED_UPDATE" }))
    }
  })

  test("a change is absorbed once", () => {
    const r = room()
    const verdict = r.hear(HELLO)
    expect(() => verdict.verdict === "accepted" && r.known.absorb(verdict.change)).toThrow(RangeError)
    expect(r.known.bytes).toBe(HELLO.length)
  })

  test("it says what Yjs says of the same document", () => {
    const doc = new Y.Doc()
    doc.getText("t").insert(0, "hello")
    doc.getText("t").delete(1, 2)
    const r = room(Y.encodeStateAsUpdate(doc))
    expect(r.known.encodeStateVector()).toEqual(Y.encodeStateVector(doc))
    const copy = new Y.Doc()
    copy.on("update", (change: Uint8Array) => expect(hex(change)).toBe(hex(r.known.encodeDeletes())))
    Y.applyUpdate(copy, r.known.encodeDeletes())
    expect([...r.known.roots]).toEqual(["t"])
  })
})
