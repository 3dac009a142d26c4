import { describe, expect, test } from "vitest"
import * as Y from "yjs"
import { decodeStateVector, DEFAULT_LIMITS } from "../src/index.ts"
import { randomSession } from "./random-sessions.ts"
import { bytes } from "./update-bytes.ts"

describe("state vectors", () => {
  test("are read as Yjs reads them", () => {
    for (const doc of randomSession(1, { peers: 4 })) {
      const vector = Y.encodeStateVector(doc)
      expect(decodeStateVector(vector)).toEqual(Y.decodeStateVector(vector))
    }
    expect(decodeStateVector(bytes("00"))).toEqual(new Map())
  })

  test.each([
    ["no bytes", ""],
    ["too few", "02 01 01"],
    ["too many", "01 01 01 00"],
    ["more clients than bytes", "ff ff ff 07 01 01"],
    ["a client twice", "02 01 01 01 02"],
    ["a clock beyond 2^31", "01 01 81 80 80 80 08"],
    ["a client beyond 2^53", "01 80 80 80 80 80 80 80 10 01"],
  ])("with %s are refused", (_name, hex) => {
    expect(() => decodeStateVector(bytes(hex))).toThrow(expect.objectContaining({ code: "MALFORMED_STATE_VECTOR" }))
  })

  test("of more clients than the limit are refused", () => {
    const limits = { ...DEFAULT_LIMITS, clients: 1 }
    expect(() => decodeStateVector(bytes("02 01 01 02 01"), limits)).toThrow(
      expect.objectContaining({ code: "MALFORMED_STATE_VECTOR" }),
    )
  })
})
