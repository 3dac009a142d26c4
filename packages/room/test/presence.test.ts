import { decodeDownstream, encodeUpstream } from "@ligature/protocol"
import { expect, test } from "vitest"
import { CrashingStore } from "./crashing-store.ts"
import { LivingRooms, turn } from "./living-rooms.ts"
import { presenceIn, type SimulatedClient } from "./simulated-client.ts"

/** The awareness messages that wait for a client, decoded. */
function presenceFor(client: SimulatedClient): ReturnType<typeof presenceIn>[] {
  return client.socket
    .take()
    .map(decodeDownstream)
    .flatMap((message) => (message.type === "awareness" ? [presenceIn(message.update)] : []))
}

test("people see each other come, move and go", async () => {
  const house = new LivingRooms()
  const a = house.join()
  const b = house.join({ access: "read" })
  a.awareness.setLocalStateField("user", { name: "Ada" })
  await house.settle()
  expect(b.awareness.getStates().get(a.doc.clientID)).toEqual({ user: { name: "Ada" } })
  b.awareness.setLocalStateField("user", { name: "a reader" })
  await house.settle()
  expect(a.awareness.getStates().get(b.doc.clientID)).toEqual({ user: { name: "a reader" } })
  const late = house.join()
  await house.settle()
  expect(late.awareness.getStates().size).toBe(3)
  a.disconnect()
  await house.settle()
  expect(b.awareness.getStates().has(a.doc.clientID)).toBe(false)
})

test("a host may see who is connected, and end it for everybody", async () => {
  const house = new LivingRooms()
  const a = house.join({ identities: ["ada"] })
  house.join({ access: "read" })
  a.awareness.setLocalStateField("user", { name: "Ada" })
  await house.settle()
  expect(house.rooms.sessionsIn("document")).toMatchObject([
    { access: "write", identities: ["ada"], presence: { user: { name: "Ada" } } },
    { access: "read", identities: [] },
  ])
  expect(house.rooms.sessionsIn("another")).toEqual([])
  house.rooms.closeDocument("another", 4404, "nobody is there to hear")
  house.rooms.closeDocument("document", 4404, "it was deleted")
  expect(house.rooms.sessionsIn("document")).toEqual([])
  for (const { socket } of house.clients) expect(socket.state).toMatchObject({ state: "closed", code: 4404 })
})

test("nobody is told of himself, and everybody of everybody else, also when all move at once", async () => {
  const house = new LivingRooms()
  const people = Array.from({ length: 70 }, () => house.join())
  await house.settle()
  for (const [index, person] of people.entries()) {
    expect(person.awareness.getStates().size).toBe(70)
    person.awareness.setLocalState({ index })
    person.up()
  }
  house.clock.advance(50)
  for (const person of people) {
    const told = presenceFor(person).flat()
    expect(told.map(({ client }) => client)).not.toContain(person.doc.clientID)
    expect(new Set(told.map(({ client }) => client)).size).toBe(69)
  }
})

test("the room numbers presence itself, from the wall clock on, and every frame rises", async () => {
  const house = new LivingRooms()
  const start = house.clock.now()
  const a = house.join()
  const b = house.join()
  await house.settle()
  let last = start
  for (let i = 0; i < 5; i++) {
    a.awareness.setLocalState({ i })
    a.up()
    house.clock.advance(50)
    const [entry] = presenceFor(b).flat()
    expect(entry).toMatchObject({ client: a.doc.clientID, state: { i } })
    expect(entry?.clock).toBeGreaterThan(last)
    last = entry?.clock ?? Infinity
  }
  house.clock.advance(60_000)
  const late = house.join()
  late.up()
  await turn()
  house.clock.advance(50)
  for (const { clock } of presenceFor(late).flat()) expect(clock).toBeGreaterThan(last)
})

test("an attempt to freeze another's presence with a huge clock is without effect", async () => {
  const house = new LivingRooms()
  const victim = house.join()
  const reader = house.join()
  await house.settle()
  const attacker = house.join()
  await house.settle()
  const frozen = new Uint8Array([1, ...varUint(victim.doc.clientID), 255, 255, 255, 255, 15, 2, 123, 125])
  attacker.send(encodeUpstream({ type: "awareness", update: frozen }))
  await house.settle()
  victim.awareness.setLocalState({ moved: true })
  await house.settle()
  expect(reader.awareness.getStates().get(victim.doc.clientID)).toEqual({ moved: true })
})

test("presence comes at most 20 times a second, with the last state", async () => {
  const house = new LivingRooms()
  const a = house.join()
  const b = house.join()
  await house.settle()
  presenceFor(b)
  for (let ms = 0; ms < 1000; ms += 10) {
    a.awareness.setLocalState({ ms })
    a.up()
    house.clock.advance(10)
  }
  const frames = presenceFor(b)
  expect(frames.length).toBeLessThanOrEqual(21)
  expect(frames.length).toBeGreaterThanOrEqual(19)
  expect(frames.at(-1)?.[0]?.state).toEqual({ ms: 990 })
})

test("a cursor follows the words it stands in", async () => {
  const machine = new CrashingStore()
  const house = new LivingRooms({ store: machine.store })
  const a = house.join()
  const b = house.join()
  await house.settle()
  a.type("word")
  a.awareness.setLocalState({ behind: "word" })
  await house.settle()
  expect(b.awareness.getStates().get(a.doc.clientID)).toEqual({})
  await machine.land()
  await house.settle()
  expect(b.text).toBe("word")
  expect(b.awareness.getStates().get(a.doc.clientID)).toEqual({ behind: "word" })
})

test("asking who is there is answered, also when nobody is", async () => {
  const house = new LivingRooms()
  const a = house.join()
  const b = house.join()
  await house.settle()
  b.send(encodeUpstream({ type: "query-awareness" }))
  b.up()
  house.clock.advance(50)
  expect(presenceFor(b)).toMatchObject([[{ client: a.doc.clientID }]])
  a.disconnect()
  await house.settle()
  b.send(encodeUpstream({ type: "query-awareness" }))
  b.up()
  house.clock.advance(50)
  expect(presenceFor(b)).toEqual([[]])
})

test("a silent connection gets something at least every 20 s, and a busy one nothing extra", async () => {
  const house = new LivingRooms()
  const silent = house.join()
  await house.settle()
  for (let minute = 0; minute < 3; minute++) {
    house.clock.advance(20_000)
    expect(silent.socket.take()).toContainEqual(new Uint8Array([1, 1, 0]))
  }
})

test("a returning client is seen at once, and is not told of its own broken connection", async () => {
  const house = new LivingRooms()
  const a = house.join()
  const b = house.join()
  a.awareness.setLocalState({ at: "first" })
  await house.settle()
  const broken = a.session
  a.disconnect(true)
  a.awareness.setLocalState({ at: "second" })
  a.connect(house.rooms)
  await house.settle()
  expect(a.awareness.getLocalState()).toEqual({ at: "second" })
  broken.closed()
  a.awareness.setLocalState({ at: "third" })
  await house.settle()
  expect(b.awareness.getStates().get(a.doc.clientID)).toEqual({ at: "third" })
})

test("a presence that is too large ends the connection of its sender only", async () => {
  const house = new LivingRooms()
  const a = house.join()
  const b = house.join()
  await house.settle()
  a.awareness.setLocalState({ text: "x".repeat(5000) })
  await house.settle()
  expect(a.socket.state).toMatchObject({ state: "closed", code: 4422 })
  expect(b.socket.state.state).toBe("open")
  expect(b.awareness.getStates().has(a.doc.clientID)).toBe(false)
})

function varUint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varUint(Math.floor(value / 128))]
}
