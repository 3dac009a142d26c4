import { createEncoder, toUint8Array, writeVarString, writeVarUint } from "lib0/encoding"
import { describe, expect, test } from "vitest"
import { applyAwarenessUpdate, Awareness, encodeAwarenessUpdate } from "y-protocols/awareness"
import * as Y from "yjs"
import { type AwarenessVerdict, checkAwareness, DEFAULT_LIMITS, encodePresence } from "../src/index.ts"
import { bytes, join } from "./update-bytes.ts"

const alone = { ownClient: null, isTaken: () => false, limits: DEFAULT_LIMITS }

/** The check's answer to one entry of client 5 whose state is this JSON. */
function checkJson(json: string): AwarenessVerdict {
  const encoder = createEncoder()
  for (const number of [1, 5, 1]) writeVarUint(encoder, number)
  writeVarString(encoder, json)
  return checkAwareness(toUint8Array(encoder), alone)
}

function refusal(verdict: AwarenessVerdict): string {
  return verdict.verdict === "refused" ? verdict.reason : verdict.verdict
}

/** What the room shows of a state. */
function shown(state: object, as?: { id?: string; name?: string; color?: string }): unknown {
  const verdict = checkAwareness(encodePresence([{ client: 5, clock: 1, state }]), as ? { ...alone, as } : alone)
  return verdict.verdict === "presence" ? verdict.state : verdict
}

describe("whose presence it is", () => {
  const everybody = encodePresence([
    { client: 1, clock: 9, state: { user: { name: "one" } } },
    { client: 2, clock: 0, state: { user: { name: "two" } } },
    { client: 3, clock: 4, state: null },
  ])

  test("the first clientID that nobody has becomes the connection's", () => {
    expect(checkAwareness(everybody, { ...alone, isTaken: (client) => client === 1 })).toEqual({
      verdict: "presence",
      client: 2,
      state: { user: { name: "two" } },
    })
  })

  test("from then on entries of others are passed over", () => {
    expect(checkAwareness(everybody, { ...alone, ownClient: 3 })).toEqual({
      verdict: "presence",
      client: 3,
      state: null,
    })
    expect(checkAwareness(everybody, { ...alone, ownClient: 4 })).toEqual({ verdict: "ignored" })
    expect(checkAwareness(everybody, { ...alone, isTaken: () => true })).toEqual({ verdict: "ignored" })
  })

  test("nobody becomes a client by saying that it is gone", () => {
    expect(checkAwareness(encodePresence([{ client: 3, clock: 4, state: null }]), alone)).toEqual({
      verdict: "ignored",
    })
  })

  test("a stock client's own words are understood, and it understands ours", () => {
    const stock = new Awareness(new Y.Doc())
    stock.setLocalState({ user: { name: "Ada", color: "#30bced" }, cursor: null })
    const verdict = checkAwareness(encodeAwarenessUpdate(stock, [stock.clientID]), alone)
    expect(verdict).toMatchObject({ verdict: "presence", client: stock.clientID })
    const other = new Awareness(new Y.Doc())
    if (verdict.verdict === "presence") {
      applyAwarenessUpdate(
        other,
        encodePresence([{ client: verdict.client, clock: Date.now(), state: verdict.state }]),
        null,
      )
    }
    expect(other.getStates().get(stock.clientID)).toEqual(stock.getLocalState())
    stock.destroy()
    other.destroy()
  })
})

describe("what is refused", () => {
  test.each([
    ["", "truncated"],
    ["01", "count-too-large"],
    ["ff ff ff 07 00 00 00", "count-too-large"],
    ["01 05 01 09 7b 7d", "truncated"],
    ["01 05 01 02 7b 7d 00", "leftover-bytes"],
    ["01 05 01 02 c3 28", "invalid-text"],
    ["01 80 80 80 80 80 80 80 10 01 02 7b 7d", "number-out-of-range"],
  ])("bytes that are no awareness: %j", (hex, reason) => {
    expect(refusal(checkAwareness(bytes(hex), alone))).toBe(reason)
  })

  test.each([
    ["[]", "invalid-value"],
    ["5", "invalid-value"],
    ["{", "invalid-value"],
    ["", "invalid-value"],
    ['{"__proto__":{"a":1}}', "prototype-name"],
    ['{"a":'.repeat(7) + "1" + "}".repeat(7), "value-too-deep"],
    [JSON.stringify({ a: "x".repeat(2048) }), "presence-too-large"],
  ])("a state of %j", (json, reason) => {
    expect(refusal(checkJson(json))).toBe(reason)
  })

  test("six levels and 2048 bytes pass", () => {
    expect(refusal(checkJson('{"a":'.repeat(6) + "1" + "}".repeat(6)))).toBe("presence")
    expect(refusal(checkJson(JSON.stringify({ a: "x".repeat(2048 - 8) })))).toBe("presence")
  })

  test("the entries of others are not looked into", () => {
    const others = join(2, 1, 0, bytes("02 ff ff"), 5, 0, bytes("02 7b 7d"))
    expect(checkAwareness(others, { ...alone, ownClient: 5 })).toEqual({ verdict: "presence", client: 5, state: {} })
  })
})

describe("what is cleaned", () => {
  test("unknown keys pass as they are", () => {
    const state = { mine: { x: [1, "<b>", null] }, selection: "any", user: { name: "Ada", role: "editor" } }
    expect(shown(state)).toEqual(state)
  })

  test("a name loses what cannot be drawn, and its end", () => {
    expect(shown({ user: { name: "A\u202eda\u0000\n \u2066Love\u200flace" } })).toEqual({
      user: { name: "Ada Lovelace" },
    })
    expect(shown({ user: { name: "😀".repeat(100) } })).toEqual({ user: { name: "😀".repeat(80) } })
    expect(shown({ user: { name: "x".repeat(200) } })).toEqual({ user: { name: "x".repeat(80) } })
    expect(shown({ user: { name: "👩‍👩‍👧" } })).toEqual({ user: { name: "👩‍👩‍👧" } })
    expect(shown({ user: { name: { toString: 1 } } })).toEqual({ user: {} })
    expect(shown({ user: "Ada" })).toEqual({})
  })

  test("a colour that is none is replaced", () => {
    expect(shown({ user: { color: "#30BCED", colorLight: "#30bced33" } })).toEqual({
      user: { color: "#30BCED", colorLight: "#30bced33" },
    })
    for (const color of ["red", "#fff", "#30bced;background:url(//x)", "url(x)", 5, null, "#30bced\n"]) {
      expect(shown({ user: { color, colorLight: color } })).toEqual({
        user: { color: "#6b7280", colorLight: "#6b728033" },
      })
    }
  })

  test("a cursor is two ends that readers can take apart, or nowhere", () => {
    const text = new Y.Doc().getText("t")
    text.insert(0, "hello")
    const position: unknown = JSON.parse(JSON.stringify(Y.createRelativePositionFromTypeIndex(text, 2)))
    const end: unknown = JSON.parse(JSON.stringify(Y.createRelativePositionFromTypeIndex(text, 5)))
    for (const cursor of [
      null,
      { anchor: position, head: end },
      { anchor: { client: 7, clock: 3, side: -1 }, head: { client: 0, clock: 0, side: 0 } },
      { anchor: { type: null, tname: "prosemirror", item: null, assoc: 0 }, head: { type: { client: 1, clock: 2 } } },
    ]) {
      expect(shown({ cursor })).toEqual({ cursor })
    }
  })

  test.each([
    [5],
    [[]],
    [{}],
    [{ anchor: {}, head: {} }],
    [{ anchor: null, head: null }],
    [{ anchor: { item: {} }, head: { item: {} } }],
    [{ anchor: { item: { client: -1, clock: 0 } }, head: { item: { client: 1, clock: 0 } } }],
    [{ anchor: { tname: 5 }, head: { tname: "t" } }],
    [{ anchor: { tname: "__proto__" }, head: { tname: "t" } }],
    [{ anchor: { tname: "t", assoc: "left" }, head: { tname: "t" } }],
    [{ anchor: { client: 1.5, clock: 0 }, head: { client: 1, clock: 0 } }],
    [{ anchor: { tname: "t", more: "x".repeat(512) }, head: { tname: "t" } }],
  ])("a cursor of %j is dropped", (cursor) => {
    expect(shown({ cursor, user: { name: "Ada" } })).toEqual({ user: { name: "Ada" } })
  })

  test("name, id and colour are the session's where it proved who it is", () => {
    const as = { id: "u1", name: "Ada\u202e", color: "#30bced" }
    expect(shown({ user: { name: "Admin", id: "root", color: "#000000", mood: "fine" } }, as)).toEqual({
      user: { id: "u1", name: "Ada", color: "#30bced", mood: "fine" },
    })
    expect(shown({}, as)).toEqual({ user: { id: "u1", name: "Ada", color: "#30bced" } })
    expect(shown({ user: { color: "#000000" } }, { name: "Ada" })).toEqual({ user: { name: "Ada", color: "#000000" } })
  })
})
