import { describe, expect, test } from "vitest"
import { CLOSE, closeRule, mayRead, mayWrite, offerSubprotocols, parseDocumentName, parseOffer } from "../src/index.ts"

describe("subprotocols", () => {
  test("our client's offer comes back as it was meant", () => {
    const offer = offerSubprotocols({ token: "a.b+c/ü 😀", browserSecret: "secret" })
    expect(offer[0]).toBe("ligature.v1")
    for (const name of offer) expect(name).toMatch(/^[\w.-]+$/)
    expect(parseOffer(offer.join(", "))).toEqual({
      speaks: "ligature.v1",
      selected: "ligature.v1",
      token: "a.b+c/ü 😀",
      browserSecret: "secret",
    })
    expect(parseOffer(offerSubprotocols().join(","))).toEqual({ speaks: "ligature.v1", selected: "ligature.v1" })
  })

  test("stock clients offer nothing, or something of their own, and get it selected", () => {
    expect(parseOffer(undefined)).toEqual({ speaks: "y-websocket", selected: undefined })
    expect(parseOffer("")).toEqual({ speaks: "y-websocket", selected: undefined })
    expect(parseOffer("mine, other")).toEqual({ speaks: "y-websocket", selected: "mine" })
  })

  test("a credential is never selected, even alone or malformed", () => {
    expect(parseOffer("ligature.token.dA").selected).toBeUndefined()
    expect(parseOffer("ligature.token.***, ligature.browser.!")).toEqual({ speaks: "y-websocket", selected: undefined })
    expect(parseOffer("ligature.token.dA, mine")).toEqual({ speaks: "y-websocket", selected: "mine", token: "t" })
  })

  test("a token of 4 KB passes, a larger one, one that is no UTF-8 and a header that never ends do not", () => {
    const long = "x".repeat(4096)
    expect(parseOffer(offerSubprotocols({ token: long }).join()).token).toBe(long)
    expect(parseOffer(offerSubprotocols({ token: `${long}xxx` }).join()).token).toBeUndefined()
    expect(parseOffer("ligature.v1, ligature.token._w").token).toBeUndefined()
    expect(parseOffer(`${"a,".repeat(100_000)}ligature.v1`).speaks).toBe("y-websocket")
  })
})

describe("document names", () => {
  test.each(["a", "...", "a/../b", "9f8e7d", "a/b c", "Übersicht – 😀", "x".repeat(200)])("%j is one", (name) => {
    expect(parseDocumentName(name)).toBe(name)
  })

  test.each([
    "",
    ".",
    "..",
    "x".repeat(201),
    "ü".repeat(101),
    "a\nb",
    "a\u0000",
    "\u007f",
    "a\u0085",
    "a\u2028b",
    "\ud83d",
  ])("%j is none", (name) => {
    expect(() => parseDocumentName(name)).toThrow(expect.objectContaining({ code: "BAD_DOCUMENT_NAME" }))
  })
})

describe("close codes", () => {
  test("a stock client, which goes by the range, does what the table says", () => {
    for (const code of Object.values(CLOSE)) {
      const rule = closeRule(code)
      expect(CLOSE).toHaveProperty(rule.name, code)
      expect(rule.sentence).toMatch(/^[A-Z].*\.$/)
      expect(code < 4400 || (rule.retry === "never") === code < 4500).toBe(true)
    }
  })

  test("a code that is not in the table goes by its range", () => {
    expect(closeRule(4499)).toMatchObject({ name: "unknown", retry: "never" })
    expect(closeRule(4599)).toMatchObject({ name: "unknown", retry: "backoff" })
    expect(closeRule(1014)).toMatchObject({ name: "unknown", retry: "backoff" })
  })
})

test("access grows from nothing to everything", () => {
  expect(
    (["none", "read", "comment", "write", "admin"] as const).map((access) => [mayRead(access), mayWrite(access)]),
  ).toEqual([
    [false, false],
    [true, false],
    [true, false],
    [true, true],
    [true, true],
  ])
})
