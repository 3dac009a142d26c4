import { CLOSE, encodeUpstream } from "@ligature/protocol"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { WebSocket } from "ws"
import { livingRoom } from "./living-room.ts"
import { RawClient } from "./raw-client.ts"
import { testServer, type TestServer } from "./test-server.ts"
import { awarenessMessage, bytes, deletes, entry, item, structs, syncMessage, type Part } from "./update-bytes.ts"

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server[Symbol.asyncDispose]())

/** A clientID that nobody else has. */
const MINE = 4711
const letter = item(4, "a")
/** A varUint of 2⁵³, which no number holds exactly with its neighbour. */
const TWO_TO_53: Part = [128, 128, 128, 128, 128, 128, 128, 16]
const [ANY_NULL, ANY_BIGINT, ANY_OBJECT, ANY_ARRAY] = [126, 122, 118, 117]
const many = <T>(count: number, f: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => f(index))
const nested = (levels: number): Part[] => [...many(levels, (): Part[] => [[ANY_ARRAY], 1]).flat(), [ANY_NULL]]

/** Updates that are no updates, by the class of section "the update check" they belong to. */
const UPDATES: readonly (readonly [name: string, update: Uint8Array, code: number])[] = [
  ["bytes after the end", bytes(structs(MINE, 0, letter), [0]), CLOSE.malformed],
  ["an end in the middle", structs(MINE, 0, letter).slice(0, -3), CLOSE.malformed],
  ["no bytes at all", bytes(), CLOSE.malformed],
  ["a thousand million clients announced", bytes(1_000_000_000), CLOSE.malformed],
  ["a thousand million structs announced", bytes(1, 1_000_000_000, MINE, 0), CLOSE.malformed],
  ["a thousand million delete ranges announced", bytes(0, 1, MINE, 1_000_000_000), CLOSE.malformed],
  ["a text longer than the message", structs(MINE, 0, item(4, 2 ** 40)), CLOSE.malformed],
  ["a garbage-collected struct of no length (breaks every later open)", structs(MINE, 0, [[0], 0]), CLOSE.malformed],
  ["deleted content of no length (mutes the document for ever)", structs(MINE, 0, item(1, 0)), CLOSE.malformed],
  ["a text of no length", structs(MINE, 0, item(4, "")), CLOSE.malformed],
  ["values of no length", structs(MINE, 0, item(8, 0)), CLOSE.malformed],
  ["a delete of no length", deletes(MINE, [0, 0]), CLOSE.malformed],
  ["a clientID of 2^53", bytes(1, 1, TWO_TO_53, 0, ...letter, 0), CLOSE.malformed],
  ["a client twice", bytes(2, 1, MINE, 0, ...letter, 1, MINE, 1, ...letter, 0), CLOSE.malformed],
  ["deletes of a client twice", bytes(0, 2, MINE, 1, 0, 1, MINE, 1, 2, 1), CLOSE.malformed],
  ["delete ranges out of order", deletes(MINE, [5, 1], [0, 1]), CLOSE.malformed],
  ["delete ranges that overlap", deletes(MINE, [0, 3], [2, 3]), CLOSE.malformed],
  ["an unknown kind of content", structs(MINE, 0, item(11)), CLOSE.malformed],
  ["an unknown kind of type", structs(MINE, 0, item(7, 19)), CLOSE.malformed],
  ["a skip of no length", structs(MINE, 0, [[10], 0], letter), CLOSE.malformed],
  ["a document in the document", structs(MINE, 0, item(9, "guid", [ANY_OBJECT], 0)), CLOSE.malformed],
  ["values 65 deep", structs(MINE, 0, item(8, 1, ...nested(65))), CLOSE.malformed],
  ["JSON 65 deep", structs(MINE, 0, item(5, "[".repeat(65) + "]".repeat(65))), CLOSE.malformed],
  ["JSON that is none", structs(MINE, 0, item(5, "{oops")), CLOSE.malformed],
  ["a BigInt", structs(MINE, 0, item(8, 1, [ANY_BIGINT, 0, 0, 0, 0, 0, 0, 0, 1])), CLOSE.malformed],
  ["__proto__ in a value", structs(MINE, 0, item(8, 1, [ANY_OBJECT], 1, "__proto__", [ANY_NULL])), CLOSE.malformed],
  ["__proto__ in JSON", structs(MINE, 0, item(5, '{"__proto__":{}}')), CLOSE.malformed],
  ["__proto__ as a map's key", structs(MINE, 0, entry("__proto__", 8, 1, [ANY_NULL])), CLOSE.malformed],
  ["__proto__ as a format", structs(MINE, 0, item(6, "__proto__", "true")), CLOSE.malformed],
  ["__proto__ as a root", structs(MINE, 0, [[4], 1, "__proto__", "a"]), CLOSE.malformed],
  ["a clock of 2^31", structs(MINE, 2 ** 31, letter), CLOSE.malformed],
  ["a letter inside a letter", structs(MINE, 0, letter, [[4], 0, MINE, 0, "b"]), CLOSE.malformed],
  ["a letter inside itself", structs(MINE, 0, [[4], 0, MINE, 0, "b"]), CLOSE.malformed],
  ["text that is no UTF-8", structs(MINE, 0, item(4, 2, [0xc3, 0x28])), CLOSE.malformed],
  ["a root's name of 1,025 bytes", structs(MINE, 0, [[4], 1, "n".repeat(1025), "a"]), CLOSE.malformed],
  ["a map's key of 1,025 bytes", structs(MINE, 0, entry("k".repeat(1025), 8, 1, [ANY_NULL])), CLOSE.malformed],
  [
    "ten thousand and one new roots",
    structs(MINE, 0, ...many(10_001, (n): Part[] => [[4], 1, `r${n}`, "a"])),
    CLOSE.tooLarge,
  ],
  [
    "ten thousand and one new clients",
    bytes(10_001, ...many(10_001, (n): Part[] => [1, MINE + n, 0, ...letter]).flat(), 0),
    CLOSE.tooLarge,
  ],
]

describe.each(["update", "sync-step-2"] as const)("in an %s,", (kind) => {
  test.each(UPDATES)("%s", async (name, update, code) => {
    using room = await livingRoom(server.sync, `${kind} ${name}`)
    expect(await attack(room.url, syncMessage(kind, update))).toBe(code)
    expect(await room.isHealthy()).toBe(true)
  })
})

/** Messages whose fault is not in an update. */
const MESSAGES: readonly (readonly [name: string, frame: Uint8Array | string, code: number])[] = [
  ["an empty frame", bytes(), CLOSE.malformed],
  ["a sync message that ends at once", bytes(0), CLOSE.malformed],
  ["a state vector that announces too much", bytes(0, 0, 5, [0xff, 0xff, 0xff, 0xff, 0x0f]), CLOSE.malformed],
  ["a state vector with bytes after it", bytes(0, 0, 3, [0, 0, 0]), CLOSE.malformed],
  ["an awareness message that announces too much", bytes(1, 3, [0xff, 0xff, 0x0f]), CLOSE.malformed],
  ["presence that is no JSON", awarenessMessage(MINE, 1, "{oops"), CLOSE.malformed],
  ["presence of 3 KB", awarenessMessage(MINE, 1, JSON.stringify({ note: "x".repeat(3000) })), CLOSE.malformed],
  ["presence 7 deep", awarenessMessage(MINE, 1, '{"a":[[[[[[1]]]]]]}'), CLOSE.malformed],
  ["a text frame", "hello", CLOSE.unsupportedData],
]

test.each(MESSAGES)("%s", async (name, frame, code) => {
  using room = await livingRoom(server.sync, name)
  expect(await attack(room.url, frame)).toBe(code)
  expect(await room.isHealthy()).toBe(true)
})

test("a message of more than 16 MiB is too large for ever, not for now", async () => {
  using room = await livingRoom(server.sync, "large")
  expect(await attack(room.url, new Uint8Array(16 * 1024 * 1024 + 1))).toBe(CLOSE.tooLarge)
  expect(await room.isHealthy()).toBe(true)
})

/** Good updates that stand on what nobody has; asked for it, the attacker answers with nothing. */
test.each([
  ["a clock ahead", structs(MINE, 5, letter)],
  ["a skip before a letter", structs(MINE, 0, [[10], 3], letter)],
  ["an origin that is not there", structs(MINE, 0, [[0x84], MINE + 1, 7, "a"])],
  ["a parent that is not there", structs(MINE, 0, [[4], 0, MINE + 1, 7, "a"])],
  ["a delete of what is not there", deletes(MINE, [1000, 5])],
])("%s: a gap that is never closed", async (name, update) => {
  using room = await livingRoom(server.sync, name)
  expect(await attack(room.url, syncMessage("update", update))).toBe(CLOSE.malformed)
  expect(await room.isHealthy()).toBe(true)
})

test("writing in somebody else's name, three times", async () => {
  using room = await livingRoom(server.sync, "squatting")
  const { clientID } = room.ann.doc
  const clock = room.ann.doc.getText("text").length
  const forged = syncMessage("update", structs(clientID, clock, letter))
  expect(await attack(room.url, forged, forged, forged)).toBe(CLOSE.notAllowed)
  expect(await room.isHealthy()).toBe(true)
})

test("unknown messages are passed over and cost nothing", async () => {
  using room = await livingRoom(server.sync, "future")
  using client = await new RawClient(room.url).loaded()
  client.sendFrame(bytes(100, 1, 2, 3))
  client.doc.getText("text").insert(0, "still here ")
  await client.saved()
  expect(await room.isHealthy()).toBe(true)
})

test("presence of others is dropped without penalty", async () => {
  using room = await livingRoom(server.sync, "presence")
  using client = await new RawClient(room.url).loaded()
  client.sendFrame(awarenessMessage(client.doc.clientID, 1, '{"user":{"name":"Cy"}}'))
  client.sendFrame(awarenessMessage(room.ann.doc.clientID, 2 ** 31, '{"user":{"name":"not Ann"}}'))
  await client.saved()
  expect(await room.isHealthy()).toBe(true)
})

/** Sends the frames after an honest hello and answers every question with nothing; resolves with the code the server closes with. */
async function attack(url: string, ...frames: readonly (Uint8Array | string)[]): Promise<number> {
  const socket = new WebSocket(url)
  const closed = new Promise<number>((resolve) => socket.on("close", (code) => resolve(code)))
  socket.on("error", () => {})
  socket.on("message", ([kind, step]: Buffer) => {
    if (kind === 0 && step === 0) socket.send(syncMessage("sync-step-2", bytes(0, 0)))
  })
  socket.on("open", () => {
    socket.send(encodeUpstream({ type: "sync-step-1", stateVector: Uint8Array.of(0) }))
    for (const frame of frames) socket.send(frame)
  })
  return closed
}
