import { CLOSE, encodeUpstream } from "@ligature/protocol"
import { DEFAULT_ROOM_LIMITS } from "@ligature/room"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import * as Y from "yjs"
import { DEFAULT_SERVER_LIMITS } from "../src/index.ts"
import { RawClient } from "./raw-client.ts"
import { closeFrame, frame, OPCODE, RawSocket } from "./raw-frames.ts"
import { testServer, type TestServer } from "./test-server.ts"

// In the spirit of the Autobahn suite: what RFC 6455 says about frames, against this listener and its limits.

let server: TestServer
/** Somebody who does nothing wrong, in a document of their own, during all of it. */
let bystander: RawClient
beforeAll(async () => {
  server = await testServer({ limits: { closeTimeoutMs: 500 } })
  bystander = await new RawClient(`${server.sync}/bystander`).loaded()
})
afterAll(async () => {
  bystander.doc.getText("text").insert(0, "still here")
  await bystander.saved()
  bystander[Symbol.dispose]()
  await server[Symbol.asyncDispose]()
})

/** 1002: what came is no WebSocket frame, or not at this point. */
const PROTOCOL_ERROR = 1002
const POLICY = 1008

const QUESTION = encodeUpstream({ type: "sync-step-1", stateVector: Uint8Array.of(0) })
const binary = (payload: Uint8Array | string = QUESTION) => frame({ opcode: OPCODE.binary, payload })
const ping = (payload = "") => frame({ opcode: OPCODE.ping, payload })
const part = (opcode: number, payload: Uint8Array | string, fin = false) => frame({ opcode, payload, fin })

let documents = 0
async function opened(): Promise<RawSocket> {
  return RawSocket.open(server.port, `/sync/frames-${++documents}`)
}

describe("is closed for", () => {
  const reserved = [1, 2, 3, 4, 5, 6, 7].flatMap((bits): [string, Buffer, number][] => [
    [
      `reserved bits ${bits} in a message`,
      frame({ opcode: OPCODE.binary, payload: QUESTION, reserved: bits }),
      PROTOCOL_ERROR,
    ],
    [`reserved bits ${bits} in a ping`, frame({ opcode: OPCODE.ping, reserved: bits }), PROTOCOL_ERROR],
  ])
  const opcodes = [3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode): [string, Buffer, number] => [
    `the reserved opcode ${opcode}`,
    frame({ opcode, payload: QUESTION }),
    PROTOCOL_ERROR,
  ])
  const unmasked = [OPCODE.binary, OPCODE.text, OPCODE.ping, OPCODE.pong, OPCODE.close].map(
    (opcode): [string, Buffer, number] => [
      `a frame of opcode ${opcode} without a mask`,
      frame({ opcode, payload: opcode === OPCODE.close ? Buffer.from([3, 232]) : "x", masked: false }),
      PROTOCOL_ERROR,
    ],
  )
  const controls = [OPCODE.ping, OPCODE.pong, OPCODE.close].flatMap((opcode): [string, Buffer, number][] => [
    [`a control frame ${opcode} of 126 bytes`, frame({ opcode, payload: "x".repeat(126) }), PROTOCOL_ERROR],
    [`a control frame ${opcode} of 70,000 bytes`, frame({ opcode, payload: "x".repeat(70_000) }), PROTOCOL_ERROR],
    [
      `a control frame ${opcode} in parts`,
      Buffer.concat([frame({ opcode, fin: false }), part(0, "", true)]),
      PROTOCOL_ERROR,
    ],
  ])
  const orders: [string, Buffer, number][] = [
    ["a continuation of nothing", part(OPCODE.continuation, QUESTION, true), PROTOCOL_ERROR],
    ["a first continuation of nothing", part(OPCODE.continuation, QUESTION), PROTOCOL_ERROR],
    ["a message inside another", Buffer.concat([part(OPCODE.binary, "a"), binary()]), PROTOCOL_ERROR],
    [
      "a first part inside another message",
      Buffer.concat([part(OPCODE.binary, "a"), part(OPCODE.binary, "b")]),
      PROTOCOL_ERROR,
    ],
    [
      "a text inside a binary message",
      Buffer.concat([part(OPCODE.binary, "a"), frame({ opcode: OPCODE.text, payload: "b" })]),
      PROTOCOL_ERROR,
    ],
    [
      "a continuation after the last one",
      Buffer.concat([part(OPCODE.binary, QUESTION), part(0, "", true), part(0, "", true)]),
      PROTOCOL_ERROR,
    ],
    [
      "a continuation with reserved bits",
      Buffer.concat([part(OPCODE.binary, QUESTION), frame({ opcode: 0, reserved: 4 })]),
      PROTOCOL_ERROR,
    ],
  ]
  const { fragments } = DEFAULT_SERVER_LIMITS
  const { frameBytes } = DEFAULT_ROOM_LIMITS
  const sizes: [string, Buffer, number][] = [
    [
      "one byte more than a message may have, before it comes",
      frame({ opcode: OPCODE.binary, length: { field: 64, value: BigInt(frameBytes) + 1n } }),
      CLOSE.tooLarge,
    ],
    [
      "a message of four gigabytes",
      frame({ opcode: OPCODE.binary, length: { field: 64, value: 2n ** 32n } }),
      CLOSE.tooLarge,
    ],
    ["a length of 2^53", frame({ opcode: OPCODE.binary, length: { field: 64, value: 2n ** 53n } }), CLOSE.tooLarge],
    [
      "a length of 2^64 - 1",
      frame({ opcode: OPCODE.binary, length: { field: 64, value: 2n ** 64n - 1n } }),
      CLOSE.tooLarge,
    ],
    [
      "parts that are too much together",
      Buffer.concat([
        part(OPCODE.binary, new Uint8Array(frameBytes - 1)),
        frame({ opcode: 0, length: { field: 64, value: 2n } }),
      ]),
      CLOSE.tooLarge,
    ],
    [
      "more parts than are allowed, all empty",
      Buffer.concat([part(OPCODE.binary, ""), ...Array.from({ length: fragments }, () => part(0, ""))]),
      POLICY,
    ],
    [
      "a ping whose length is written for a large message",
      frame({ opcode: OPCODE.ping, length: { field: 16, value: 5n }, payload: "hello" }),
      PROTOCOL_ERROR,
    ],
  ]
  const texts: [string, Buffer, number][] = [
    ["a text", frame({ opcode: OPCODE.text, payload: "hello" }), CLOSE.unsupportedData],
    ["an empty text", frame({ opcode: OPCODE.text }), CLOSE.unsupportedData],
    ["a text in parts", Buffer.concat([part(OPCODE.text, "hel"), part(0, "lo", true)]), CLOSE.unsupportedData],
    [
      "a text whose letter is cut by a part",
      Buffer.concat([part(OPCODE.text, Buffer.from([0xc3])), part(0, Buffer.from([0xa9]), true)]),
      CLOSE.unsupportedData,
    ],
    ["a text of a megabyte", frame({ opcode: OPCODE.text, payload: "x".repeat(2 ** 20) }), CLOSE.unsupportedData],
    ["a text that is no UTF-8", frame({ opcode: OPCODE.text, payload: Buffer.from([0xc3, 0x28]) }), CLOSE.invalidText],
    [
      "a text with half a surrogate pair",
      frame({ opcode: OPCODE.text, payload: Buffer.from([0xed, 0xa0, 0x80]) }),
      CLOSE.invalidText,
    ],
    [
      "a text beyond Unicode",
      frame({ opcode: OPCODE.text, payload: Buffer.from([0xf4, 0x90, 0x80, 0x80]) }),
      CLOSE.invalidText,
    ],
    [
      "a text with an overlong letter",
      frame({ opcode: OPCODE.text, payload: Buffer.from([0xc0, 0xaf]) }),
      CLOSE.invalidText,
    ],
    [
      "a text that ends inside a letter",
      frame({ opcode: OPCODE.text, payload: Buffer.from([0xe2, 0x82]) }),
      CLOSE.invalidText,
    ],
  ]
  const messages: [string, Buffer, number][] = [
    ["a message of nothing", binary(""), CLOSE.malformed],
    ["a message with something behind it", binary(Buffer.concat([QUESTION, QUESTION])), CLOSE.malformed],
    ["half a message", binary(QUESTION.subarray(0, 2)), CLOSE.malformed],
  ]
  test.each([...reserved, ...opcodes, ...unmasked, ...controls, ...orders, ...sizes, ...texts, ...messages])(
    "%s",
    async (_name, bytes, code) => {
      using socket = await opened()
      socket.send(bytes)
      expect(await socket.closeCode()).toBe(code)
    },
  )
})

describe("a goodbye", () => {
  const good = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4400, 4999]
  test.each(good)("with code %i is answered with the same", async (code) => {
    using socket = await opened()
    socket.send(closeFrame(code))
    expect(await socket.closeCode()).toBe(code)
  })

  test.each([0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535])(
    "with the invalid code %i is an error",
    async (code) => {
      using socket = await opened()
      socket.send(closeFrame(code))
      expect(await socket.closeCode()).toBe(PROTOCOL_ERROR)
    },
  )

  test.each<[string, Buffer, number]>([
    ["without a code", frame({ opcode: OPCODE.close }), 1005],
    ["with half a code", frame({ opcode: OPCODE.close, payload: Buffer.from([3]) }), PROTOCOL_ERROR],
    ["with a reason", closeFrame(1000, "off to lunch"), 1000],
    ["with the longest reason", closeFrame(1000, "x".repeat(123)), 1000],
    ["with a reason one byte too long", closeFrame(1000, "x".repeat(124)), PROTOCOL_ERROR],
    ["with a reason that is no UTF-8", closeFrame(1000, Buffer.from([0xc3, 0x28])), CLOSE.invalidText],
    ["with a reason that ends inside a letter", closeFrame(1000, Buffer.from([0xe2, 0x82])), CLOSE.invalidText],
  ])("%s", async (_name, bytes, code) => {
    using socket = await opened()
    socket.send(bytes)
    expect(await socket.closeCode()).toBe(code)
  })

  test("ends it: what comes behind is not read", async () => {
    using socket = await opened()
    socket.send(closeFrame(1000), ping("too late"))
    expect(await socket.closeCode()).toBe(1000)
    expect(await socket.pong()).toBe(null)
  })

  test("of TCP alone, in the middle of a frame, leaves nothing behind", async () => {
    using socket = await opened()
    socket.send(binary().subarray(0, 5))
    socket.end()
    expect(await socket.closeCode()).toBe(null)
  })
})

describe("stays open for", () => {
  test.each<[string, string]>([
    ["an empty ping", ""],
    ["a ping with words", "are you there?"],
    ["the largest ping", "x".repeat(125)],
    ["a ping with bytes of all kinds", "\u0000\u00ff\u0080\r\n"],
  ])("%s, and answers with the same", async (_name, payload) => {
    using socket = await opened()
    socket.send(frame({ opcode: OPCODE.ping, payload: Buffer.from(payload, "latin1") }))
    expect(await socket.pong()).toBe(payload)
  })

  test.each<[string, readonly Buffer[]]>([
    ["a pong nobody asked for", [frame({ opcode: OPCODE.pong, payload: "hello" }), binary()]],
    ["ten pings at once", [...Array.from({ length: 10 }, () => ping("x")), binary()]],
    ["a message in two parts", [part(OPCODE.binary, QUESTION.subarray(0, 2)), part(0, QUESTION.subarray(2), true)]],
    [
      "a message a byte a part",
      [...QUESTION].map((byte, at) =>
        part(at === 0 ? OPCODE.binary : 0, Buffer.from([byte]), at === QUESTION.length - 1),
      ),
    ],
    ["a message whose last part is empty", [part(OPCODE.binary, QUESTION), part(0, "", true)]],
    ["a message whose first part is empty", [part(OPCODE.binary, ""), part(0, QUESTION, true)]],
    [
      "as many parts as are allowed",
      [
        part(OPCODE.binary, ""),
        ...Array.from({ length: DEFAULT_SERVER_LIMITS.fragments - 2 }, () => part(0, "")),
        part(0, QUESTION, true),
      ],
    ],
    [
      "pings between the parts of a message",
      [
        part(OPCODE.binary, QUESTION.subarray(0, 1)),
        ping("a"),
        part(0, QUESTION.subarray(1, 2)),
        ping("b"),
        part(0, QUESTION.subarray(2), true),
      ],
    ],
    ["a mask of zeros", [Buffer.concat([Buffer.from([0x82, 0x80 | QUESTION.length, 0, 0, 0, 0]), QUESTION])]],
    [
      "a length written in more bytes than it needs",
      [frame({ opcode: OPCODE.binary, payload: QUESTION, length: { field: 16, value: BigInt(QUESTION.length) } })],
    ],
    [
      "a length written in eight bytes",
      [frame({ opcode: OPCODE.binary, payload: QUESTION, length: { field: 64, value: BigInt(QUESTION.length) } })],
    ],
    ["a message of a number nobody knows", [binary(Buffer.from([120, 1, 2, 3])), binary()]],
  ])("%s", async (_name, frames) => {
    using socket = await opened()
    socket.send(...frames)
    expect(await answers(socket)).toBe(true)
  })

  test("a message that comes a byte at a time", async () => {
    using socket = await opened()
    await socket.sendInPieces([...binary()].map((byte) => Buffer.from([byte])))
    expect(await answers(socket)).toBe(true)
  })

  const whole = Buffer.concat([ping("a"), binary(), ping("b")])
  test.each(Array.from({ length: whole.length - 1 }, (_, at) => at + 1))("frames cut at byte %i", async (at) => {
    using socket = await opened()
    await socket.sendInPieces([whole.subarray(0, at), whole.subarray(at)])
    expect(await answers(socket)).toBe(true)
    expect(await socket.next(({ opcode, payload }) => opcode === OPCODE.pong && payload.toString() === "b")).not.toBe(
      null,
    )
  })

  test("a flood of pings, whoever reads the answers; others are served meanwhile", async () => {
    using reader = await opened()
    using deaf = await opened()
    deaf.pause()
    const flood = Buffer.concat(Array.from({ length: 10_000 }, () => ping("x".repeat(125))))
    deaf.send(flood)
    reader.send(flood, ping("last"))
    const before = bystander.sent.length
    bystander.doc.getText("text").insert(0, "during the flood ")
    await bystander.saved()
    expect(bystander.sent.length).toBe(before + 1)
    expect(
      await Promise.race([reader.next(({ payload }) => payload.toString() === "last"), reader.closeCode()]),
    ).toMatchObject({ opcode: OPCODE.pong })
  })
})

test("a message of the greatest size, in parts, is taken", async () => {
  using writer = await new RawClient(`${server.sync}/large`).loaded()
  const doc = new Y.Doc()
  doc.getText("text").insert(0, "x".repeat(DEFAULT_ROOM_LIMITS.frameBytes - 200))
  const message = encodeUpstream({ type: "update", update: Y.encodeStateAsUpdate(doc) })
  expect(message.length).toBeLessThanOrEqual(DEFAULT_ROOM_LIMITS.frameBytes)
  writer.sent.push(message)
  for (let at = 0; at < message.length; at += 2 ** 20) {
    writer.websocket.send(message.subarray(at, at + 2 ** 20), { fin: at + 2 ** 20 >= message.length })
  }
  await writer.saved()
})

/** A step2 has come: the message was understood. */
async function answers(socket: RawSocket): Promise<boolean> {
  return (await socket.next(({ payload }) => payload[0] === 0 && payload[1] === 1)) !== null
}
