import { describe, expect, test } from "vitest"
import * as Y from "yjs"
import {
  checkUpdate,
  DEFAULT_LIMITS,
  KnownState,
  type Limits,
  refusalCloseCode,
  type UpdateRefusal,
} from "../src/index.ts"
import { bytes, type Group, item, join, text, typed, uint, update } from "./update-bytes.ts"

function check(
  hostile: Uint8Array,
  limits: Partial<Limits> = {},
  before: readonly Uint8Array[] = [],
  kind: "step2" | "update" = "update",
): string {
  const known = new KnownState()
  for (const earlier of before) known.absorbStored(earlier)
  const verdict = checkUpdate(hostile, known, { owns: () => true, limits: { ...DEFAULT_LIMITS, ...limits }, kind })
  return verdict.verdict === "refused" ? verdict.reason : verdict.verdict
}

/** One struct of client 1 with this content in the root "t". */
function one(kind: number, content: Uint8Array): Uint8Array {
  return update([{ client: 1, structs: [item(kind, { root: "t" }, content)] }])
}

function any(value: Uint8Array): Uint8Array {
  return one(8, join(1, value))
}

function json(value: string): Uint8Array {
  return one(5, text(value))
}

const EMPTY = bytes("00 00")
const DEEP = 65
const HELLO = update([{ client: 1, structs: [typed("hello")] }])

const CLASSES: readonly (readonly [string, Uint8Array, UpdateRefusal])[] = [
  ["no bytes at all", bytes(""), "truncated"],
  ["an end in the middle of a number", bytes("01 01 81 81 81 81"), "truncated"],
  ["an end in the middle of a text", HELLO.slice(0, 11), "truncated"],
  ["a byte after the end", join(EMPTY, 0), "leftover-bytes"],
  ["more clients than there are bytes", bytes("ff ff ff 07 00"), "count-too-large"],
  ["more structs than there are bytes", bytes("01 ff ff ff 07 01 00 00 01 00"), "count-too-large"],
  ["more deletes than there are bytes", bytes("00 01 01 ff ff ff 07"), "count-too-large"],
  ["more values than there are bytes", one(8, uint(2 ** 30)), "count-too-large"],
  [
    "a number of 150 bytes, which lib0 reads as NaN",
    join(...Array.from({ length: 150 }, () => 0x80), 0, 0),
    "number-out-of-range",
  ],
  ["a client of 2^53", join(1, 1, bytes("80 80 80 80 80 80 80 10"), 0, 0, 1, 0), "number-out-of-range"],
  ["text of no length", one(4, text("")), "zero-length"],
  ["a collected struct of no length", bytes("01 01 07 00 00 00 00"), "zero-length"],
  ["deleted content of no length", bytes("01 01 01 00 01 01 01 74 00 00"), "zero-length"],
  ["no values", one(8, bytes("00")), "zero-length"],
  ["no JSON values", one(2, bytes("00")), "zero-length"],
  ["a skip of no length", bytes("01 01 01 00 0a 00 00"), "zero-length"],
  ["a delete of no length", bytes("00 01 01 01 00 00"), "zero-length"],
  [
    "the same client twice",
    update([
      { client: 1, structs: [typed("a")] },
      { client: 1, clock: 1, structs: [typed("b")] },
    ]),
    "client-twice",
  ],
  ["the same client twice, far apart", update([...crowd(20), { client: 3, structs: [typed("b")] }]), "client-twice"],
  [
    "deletes from the same client twice",
    update(
      [],
      [
        [1, 0, 1],
        [1, 2, 1],
      ],
    ),
    "client-twice",
  ],
  [
    "a start clock beyond 2^31",
    update([{ client: 1, clock: 2 ** 31 + 1, structs: [bytes("00 01")] }]),
    "clock-too-large",
  ],
  [
    "structs to beyond 2^31",
    update([{ client: 1, structs: [join(0, uint(2 ** 31)), bytes("00 01")] }]),
    "clock-too-large",
  ],
  ["a delete to beyond 2^31", update([], [[1, 2 ** 31, 1]]), "clock-too-large"],
  ["deletes that overlap", bytes("00 01 01 02 00 03 02 03"), "deletes-unsorted"],
  ["deletes that go backwards", bytes("00 01 01 02 05 01 00 01"), "deletes-unsorted"],
  ["a struct of kind 11", one(11, bytes("01")), "unknown-kind"],
  ["a collected struct with flags", bytes("01 01 01 00 80 01 00"), "unknown-kind"],
  ["a parent that is neither root nor item", bytes("01 01 01 00 04 02 01 74 01 61 00"), "unknown-kind"],
  ["a type of kind 7", one(7, bytes("07")), "unknown-kind"],
  ["a document inside the document", one(9, join(text("guid"), bytes("7f"))), "subdocument"],
  ["text that is no UTF-8", one(4, bytes("02 c3 28")), "invalid-text"],
  ["half a surrogate pair", one(4, bytes("03 ed a0 80")), "invalid-text"],
  ["an overlong slash", one(4, bytes("02 c0 af")), "invalid-text"],
  ["a root name that is no UTF-8", bytes("01 01 01 00 04 01 01 ff 01 61 00"), "invalid-text"],
  ["an embed that is no JSON", json("{a:1}"), "invalid-value"],
  ["an embed of nothing", json(""), "invalid-value"],
  ["an embed with something after it", json("{} {}"), "invalid-value"],
  ["a format that is no JSON", one(6, join(text("bold"), text("undefined"))), "invalid-value"],
  ["a value of an unknown tag", any(bytes("70")), "invalid-value"],
  [
    "arrays inside each other",
    any(join(...Array.from({ length: DEEP }, () => bytes("75 01")), 0x7e)),
    "value-too-deep",
  ],
  [
    "objects inside each other",
    any(join(...Array.from({ length: DEEP }, () => bytes("76 01 01 61")), 0x7e)),
    "value-too-deep",
  ],
  ["JSON inside JSON", json("[".repeat(DEEP) + "]".repeat(DEEP)), "value-too-deep"],
  ["JSON inside JSON that does not end", json('{"a":'.repeat(100_000)), "value-too-deep"],
  ["a BigInt", any(bytes("7a 00 00 00 00 00 00 00 01")), "bigint"],
  ["__proto__ in a value", any(join(0x76, 1, text("__proto__"), 0x7e)), "prototype-name"],
  ["__proto__ in JSON", json('{"a":[{"__proto__":{}}]}'), "prototype-name"],
  ["__proto__ in JSON, in disguise", json(String.raw`{"__\u0070roto_\u005f":1}`), "prototype-name"],
  [
    "__proto__ as a key",
    update([{ client: 1, structs: [item(8, { root: "t", key: "__proto__" }, bytes("01 7e"))] }]),
    "prototype-name",
  ],
  ["__proto__ as a format", one(6, join(text("__proto__"), text("1"))), "prototype-name"],
  [
    "__proto__ as a root",
    update([{ client: 1, structs: [item(4, { root: "__proto__" }, text("a"))] }]),
    "prototype-name",
  ],
  [
    "a key of 1025 bytes",
    update([{ client: 1, structs: [item(8, { root: "t", key: "k".repeat(1025) }, bytes("01 7e"))] }]),
    "name-too-long",
  ],
  [
    "a struct right of itself",
    update([{ client: 1, structs: [item(4, { origin: [1, 0] }, text("a"))] }]),
    "impossible-reference",
  ],
  [
    "a struct left of a later one of its client",
    update([{ client: 1, structs: [item(4, { right: [1, 7] }, text("a"))] }]),
    "impossible-reference",
  ],
  [
    "a struct inside itself",
    update([{ client: 1, structs: [item(7, { parent: [1, 0] }, bytes("00"))] }]),
    "impossible-reference",
  ],
  [
    "two structs that each stand right of the other",
    update([
      { client: 2, structs: [item(4, { origin: [1, 0] }, text("a"))] },
      { client: 1, structs: [item(4, { origin: [2, 0] }, text("a"))] },
    ]),
    "impossible-reference",
  ],
  [
    "three that wait in a circle",
    update([
      { client: 1, structs: [typed("ok"), item(4, { origin: [2, 0] }, text("a"))] },
      { client: 2, structs: [item(4, { right: [3, 1] }, text("a"))] },
      { client: 3, structs: [typed("a"), item(7, { parent: [1, 2] }, bytes("00"))] },
    ]),
    "impossible-reference",
  ],
  [
    "text as a parent",
    update([{ client: 1, structs: [typed("a"), item(4, { parent: [1, 0] }, text("b"))] }]),
    "parent-is-no-type",
  ],
]

/** Clients 1 to n, who each typed a word into a root of their own. */
function crowd(n: number): Group[] {
  return Array.from({ length: n }, (_, i) => ({ client: i + 1, structs: [item(4, { root: `r${i}` }, text("word"))] }))
}

/** Types inside each other, and a delete of the outermost. */
function nested(levels: number): Uint8Array {
  const structs = Array.from({ length: levels }, (_, i) =>
    item(7, i === 0 ? { root: "t" } : { parent: [1, i - 1] }, bytes("00")),
  )
  return update([{ client: 1, structs }], [[1, 0, 1]])
}

describe("hostile updates", () => {
  test.each(CLASSES)("%s", (_name, hostile, reason) => {
    expect(check(hostile)).toBe(reason)
  })

  test.each([
    "",
    "[",
    '"',
    "1.",
    "-",
    "01",
    "+1",
    ".5",
    "1e",
    "tru",
    '{"a"}',
    '{"a":1,}',
    "[1,]",
    "[1 2]",
    '"\\x"',
    '"\\u12g4"',
    "\u00a01",
    "nul\\l",
    '"\t"',
    "NaN",
  ])("JSON that is none: %j", (value) => {
    expect(check(json(value))).toBe("invalid-value")
  })

  test("more than the caps", () => {
    expect(check(update(crowd(3)), { structs: 2 })).toBe("too-many-structs")
    expect(check(bytes("00 01 01 03 00 01 02 01 04 01"), { structs: 2 })).toBe("too-many-structs")
    expect(check(update(crowd(3)), { clients: 2 })).toBe("too-many-clients")
    expect(check(update(crowd(3)), { newClients: 2 })).toBe("too-many-clients")
    expect(check(update([{ client: 9, structs: [typed("a")] }]), { clients: 3 }, [update(crowd(3))])).toBe(
      "too-many-clients",
    )
    expect(check(update(crowd(3)), { newRoots: 2 })).toBe("too-many-roots")
    expect(check(update([{ client: 9, structs: [typed("a")] }]), { roots: 3 }, [update(crowd(3))])).toBe(
      "too-many-roots",
    )
    expect(check(HELLO, { documentBytes: 20 }, [update(crowd(1))])).toBe("document-too-large")
    expect(check(HELLO, { documentBytes: 20 })).toBe("accepted")
  })

  test("a parent that is known to be text", () => {
    const inText = update([{ client: 2, structs: [item(4, { parent: [1, 2] }, text("b"))] }])
    expect(check(inText, {}, [HELLO])).toBe("parent-is-no-type")
    // Once it is deleted nobody can tell what it was, and Yjs throws the child away.
    expect(check(inText, {}, [HELLO, update([], [[1, 0, 5]])])).toBe("accepted")
  })

  test("several values under one key are refused while they live", () => {
    const three = item(8, { root: "t", key: "k" }, bytes("03 7e 7e 7e"))
    expect(check(update([{ client: 1, structs: [three] }]))).toBe("several-under-key")
    expect(check(update([{ client: 1, structs: [three] }], [[1, 1, 2]]))).toBe("several-under-key")
    expect(check(update([{ client: 1, structs: [three] }], [[1, 0, 2]]))).toBe("accepted")
    const two = item(4, { origin: [1, 0] }, text("ab"))
    const beside = update([{ client: 1, structs: [item(8, { root: "t", key: "k" }, bytes("01 7e")), two] }])
    expect(check(beside)).toBe("several-under-key")
    const first = update([{ client: 1, structs: [item(8, { root: "t", key: "k" }, bytes("01 7e"))] }])
    expect(check(update([{ client: 2, structs: [two] }]), {}, [first])).toBe("several-under-key")
  })

  test("a value that replaces another under its key says that it is deleted", () => {
    const first = update([{ client: 1, structs: [item(8, { root: "t", key: "k" }, bytes("01 7e"))] }])
    const next = item(4, { origin: [1, 0] }, text("a"))
    // It may have been deleted while nobody could be reached: then the step2 says so, and what comes before that waits for it.
    expect(check(update([{ client: 2, structs: [next] }]), {}, [first])).toBe("gap")
    expect(check(update([{ client: 2, structs: [next] }]), {}, [first], "step2")).toBe("several-under-key")
    expect(check(update([{ client: 2, structs: [next] }], [[1, 0, 1]]), {}, [first])).toBe("accepted")
    const together = { client: 1, structs: [item(4, { root: "t", key: "k" }, text("a")), next] }
    expect(check(update([together]))).toBe("several-under-key")
    expect(check(update([together], [[1, 0, 1]]))).toBe("accepted")
  })

  test("what a person can fix is told apart from what no program of ours sends", () => {
    expect(refusalCloseCode("document-too-large")).toBe(4413)
    expect(refusalCloseCode("zero-length")).toBe(4422)
  })

  test("types inside each other are counted along neighbours too", () => {
    expect(check(nested(DEFAULT_LIMITS.typeDepth + 1))).toBe("accepted")
    expect(check(nested(DEFAULT_LIMITS.typeDepth + 2))).toBe("types-too-deep")
    // Each level stands beside a first child, so that its parent is written nowhere.
    const first = [item(7, { root: "t" }, bytes("00"))]
    const beside = Array.from({ length: 100 }, (_, i) => [
      item(8, { parent: [1, 2 * i] }, bytes("01 7e")),
      item(7, { origin: [1, 2 * i + 1] }, bytes("00")),
    ]).flat()
    const chain = update([{ client: 1, structs: [...first, ...beside] }])
    expect(check(chain)).toBe("accepted")
    expect(check(chain, { typeDepth: 99 })).toBe("types-too-deep")
    const further = update([{ client: 2, structs: [item(7, { parent: [1, 200] }, bytes("00"))] }])
    expect(check(further, { typeDepth: 101 }, [chain])).toBe("accepted")
    expect(check(further, { typeDepth: 100 }, [chain])).toBe("types-too-deep")
  })
})

describe("what these bytes do to a document without the check", () => {
  test("ten bytes mute it", () => {
    const doc = new Y.Doc()
    let heard = 0
    doc.on("update", () => heard++)
    expect(() => Y.applyUpdate(doc, bytes("01 01 01 00 01 01 01 74 00 00"))).toThrow("Unexpected case")
    expect(() => doc.getText("t").insert(0, "lost")).not.toThrow()
    expect(heard).toBe(0)
  })

  test("seven bytes make every later opening fail", () => {
    const doc = new Y.Doc()
    Y.applyUpdate(doc, HELLO)
    Y.applyUpdate(doc, bytes("01 01 07 00 00 00 00"))
    expect(() => Y.applyUpdate(new Y.Doc(), Y.encodeStateAsUpdate(doc))).toThrow("Unexpected case")
  })

  test("types inside each other end the stack when the outermost is deleted", () => {
    const hostile = nested(20_000)
    expect(hostile.length).toBeLessThan(150_000)
    expect(() => Y.applyUpdate(new Y.Doc(), hostile)).toThrow(RangeError)
    expect(() => Y.applyUpdate(new Y.Doc(), nested(DEFAULT_LIMITS.typeDepth + 1))).not.toThrow()
  })

  test("several values under one key make the deletion of their map fail", () => {
    const doc = new Y.Doc()
    const map = item(7, { root: "t" }, bytes("01"))
    Y.applyUpdate(
      doc,
      update([{ client: 1, structs: [map, item(8, { parent: [1, 0], key: "k" }, bytes("02 7e 7e"))] }]),
    )
    Y.applyUpdate(doc, update([], [[1, 2, 1]]))
    expect(() => doc.getArray("t").delete(0)).toThrow("Unexpected case")
  })

  test("a key named __proto__ replaces a prototype", () => {
    const doc = new Y.Doc()
    Y.applyUpdate(
      doc,
      update([
        {
          client: 1,
          structs: [
            item(8, { root: "t", key: "k" }, join(1, 0x76, 1, text("__proto__"), 0x76, 1, text("admin"), 0x78)),
          ],
        },
      ]),
    )
    const value: unknown = doc.getMap("t").get("k")
    expect(value).toHaveProperty("admin", true)
    expect(Object.keys(Object(value))).toEqual([])
  })
})
