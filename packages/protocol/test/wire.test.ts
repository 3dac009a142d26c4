import * as decoding from "lib0/decoding"
import { describe, expect, test } from "vitest"
import {
  decodeDownstream,
  decodeUpstream,
  type Downstream,
  encodeDownstream,
  encodePresence,
  encodeUpstream,
  type Upstream,
} from "../src/index.ts"
import { bytes, hex } from "./update-bytes.ts"

// Changing these bytes breaks deployed clients and servers. A message of another meaning gets a number of its own; a change
// that both sides must make at once is a new subprotocol, `ligature.v2`, beside the old one.
const UP: readonly (readonly [Exclude<Upstream, { type: "unknown" }>, string])[] = [
  [{ type: "sync-step-1", stateVector: bytes("01 05 02") }, "00 00 03 01 05 02"],
  [{ type: "sync-step-2", update: bytes("00 00") }, "00 01 02 00 00"],
  [{ type: "update", update: bytes("00 00") }, "00 02 02 00 00"],
  [{ type: "awareness", update: bytes("00") }, "01 01 00"],
  [{ type: "query-awareness" }, "03"],
  [{ type: "token", token: "t" }, "42 01 74"],
]

const DOWN: readonly (readonly [Exclude<Downstream, { type: "unknown" }>, string])[] = [
  [{ type: "sync-step-1", stateVector: bytes("00") }, "00 00 01 00"],
  [{ type: "sync-step-2", update: bytes("00 00") }, "00 01 02 00 00"],
  [{ type: "update", update: bytes("00 00") }, "00 02 02 00 00"],
  [{ type: "awareness", update: bytes("00") }, "01 01 00"],
  [{ type: "auth", reason: "no" }, "02 00 02 6e 6f"],
  [{ type: "receipt", count: 300 }, "40 ac 02"],
  [{ type: "access", access: "none", reason: "granted" }, "41 00 00"],
  [{ type: "access", access: "read", reason: "rights-changed" }, "41 01 01"],
  [{ type: "access", access: "comment", reason: "token-expired" }, "41 02 02"],
  [{ type: "access", access: "write", reason: "version-skew" }, "41 03 03"],
  [{ type: "access", access: "admin", reason: "store-unavailable" }, "41 04 04"],
  [{ type: "access", access: "read", reason: "damaged" }, "41 01 05"],
  [{ type: "close", code: 4403 }, "43 b3 22"],
]

describe("on the wire", () => {
  test.each(UP)("a client's %o", (message, frame) => {
    expect(hex(encodeUpstream(message))).toBe(frame)
    expect(decodeUpstream(bytes(frame))).toEqual(message)
  })

  test.each(DOWN)("a server's %o", (message, frame) => {
    expect(hex(encodeDownstream(message))).toBe(frame)
    expect(decodeDownstream(bytes(frame))).toEqual(message)
  })

  test("presence of somebody, of somebody who is gone, and of nobody", () => {
    const entries = [
      { client: 5, clock: 1, state: { a: 1 } },
      { client: 6, clock: 300, state: null },
    ]
    expect(hex(encodePresence(entries))).toBe("02 05 01 07 7b 22 61 22 3a 31 7d 06 ac 02 04 6e 75 6c 6c")
    expect(hex(encodeDownstream({ type: "awareness", update: encodePresence([]) }))).toBe("01 01 00")
  })

  test("a payload is a view of its frame", () => {
    const frame = bytes("00 02 02 00 00")
    const message = decodeUpstream(frame)
    expect(message.type === "update" && message.update.buffer).toBe(frame.buffer)
  })

  test("a message of an unknown number is passed over, whatever it holds", () => {
    expect(decodeUpstream(bytes("4d ff ff ff"))).toEqual({ type: "unknown", number: 77 })
    expect(decodeDownstream(bytes("04"))).toEqual({ type: "unknown", number: 4 })
    expect(() => encodeUpstream({ type: "unknown", number: 77 })).toThrow(TypeError)
  })

  test("what only one side may send is unknown to the other", () => {
    expect(decodeUpstream(bytes("40 01")).type).toBe("unknown")
    expect(decodeDownstream(bytes("42 01 74")).type).toBe("unknown")
  })

  test("a reason that a newer server invented leaves the access readable", () => {
    expect(decodeDownstream(bytes("41 01 63"))).toEqual({ type: "access", access: "read", reason: "rights-changed" })
  })

  test.each([
    "",
    "00",
    "00 03 00",
    "00 00 02 00",
    "00 02 02 00 00 00",
    "01",
    "42 01 ff",
    "80 80 80 80 80 80 80 80 00",
    "ff ff ff ff ff ff ff ff",
    "03 00",
  ])("a frame that is no message: %j", (frame) => {
    expect(() => decodeUpstream(bytes(frame))).toThrow(expect.objectContaining({ code: "MALFORMED_FRAME" }))
  })

  test.each(["41 05 00", "41 00", "02 01 00", "40", "43", "40 01 01"])(
    "a frame that is no server's message: %j",
    (frame) => {
      expect(() => decodeDownstream(bytes(frame))).toThrow(expect.objectContaining({ code: "MALFORMED_FRAME" }))
    },
  )
})

test.each([0, 1, 127, 128, 16_383, 16_384, 300_000])(
  "an update of %i bytes is framed as stock clients read it",
  (length) => {
    const update = Uint8Array.from({ length }, (_, n) => n % 251)
    const frame = encodeDownstream({ type: "update", update })
    const decoder = decoding.createDecoder(frame)
    expect([decoding.readVarUint(decoder), decoding.readVarUint(decoder)]).toEqual([0, 2])
    expect(Buffer.compare(decoding.readVarUint8Array(decoder), update)).toBe(0)
    expect(decoding.hasContent(decoder)).toBe(false)
  },
)
