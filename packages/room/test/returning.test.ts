import { decodeDownstream } from "@ligature/protocol"
import { expect, test } from "vitest"
import { LivingRooms, turn } from "./living-rooms.ts"
import type { SimulatedClient } from "./simulated-client.ts"

/** A house where one has written, and deleted every other word of it; she has gone, with all of it. */
async function houseWithDeletes(): Promise<{ house: LivingRooms; writer: SimulatedClient }> {
  const house = new LivingRooms()
  const writer = house.join()
  await house.settle()
  for (let n = 0; n < 600; n++) writer.type(`word ${n} `)
  for (let n = 0; n < 500; n++) writer.delete(n * 2, 1)
  await house.settle()
  writer.disconnect()
  return { house, writer }
}

/** The frames with parts of the document that wait for a client. */
function documentBytes(client: SimulatedClient): number {
  let bytes = 0
  for (const frame of client.socket.take(1000)) {
    const { type } = decodeDownstream(frame)
    if (type === "update" || type === "sync-step-2") bytes += frame.length
  }
  return bytes
}

/** The same, until a message of that type has come: a busy machine makes pauses between. */
async function bytesUntil(wanted: string, client: SimulatedClient): Promise<number> {
  let bytes = 0
  for (let hasCome = false; !hasCome; await turn()) {
    for (const frame of client.socket.take(1000)) {
      const { type } = decodeDownstream(frame)
      if (type === "update" || type === "sync-step-2") bytes += frame.length
      hasCome ||= type === wanted
    }
  }
  return bytes
}

test("who comes back and lacks nothing is not sent all that was ever deleted", async () => {
  const { house, writer } = await houseWithDeletes()
  writer.connect(house.rooms)
  const others = house.join()
  await house.settle()
  expect(others.doc.getText("text").toJSON()).toBe(writer.doc.getText("text").toJSON())
  writer.disconnect()

  writer.connect(house.rooms)
  writer.up()
  await turn()
  // It reads the server's question, and its answer leaves.
  writer.down(2)
  writer.up()
  await turn()
  expect(documentBytes(writer)).toBeLessThan(20)
})

test("who answers the server's question before it asks its own is not sent what it has just named either", async () => {
  const { house, writer } = await houseWithDeletes()
  writer.connect(house.rooms)
  const asking = writer.upstream.splice(0)
  await turn()
  writer.down()
  expect(writer.up()).toBeGreaterThan(0)
  for (const frame of asking) writer.session.receive(frame)
  expect(await bytesUntil("sync-step-2", writer)).toBeLessThan(20)
})

test("who comes back and lacks some deletes is sent those", async () => {
  const { house, writer } = await houseWithDeletes()
  const other = house.join()
  await house.settle()
  other.delete(0, 30)
  other.delete(100, 5)
  await house.settle()
  writer.connect(house.rooms)
  await house.settle()
  expect(writer.synced).toBe(true)
  expect(writer.doc.getText("text").toJSON()).toBe(other.doc.getText("text").toJSON())
})

test("who never answers the server's question gets all deletes after a second", async () => {
  const { house, writer } = await houseWithDeletes()
  writer.connect(house.rooms)
  writer.up()
  await turn()
  house.clock.advance(999)
  await turn()
  house.clock.advance(1)
  await turn()
  await turn()
  expect(documentBytes(writer)).toBeGreaterThan(1000)
})

test("who leaves while it is waited for leaves nothing behind", async () => {
  const { house, writer } = await houseWithDeletes()
  writer.connect(house.rooms)
  writer.up()
  await turn()
  writer.disconnect()
  await house.settle()
  house.clock.advance(60_000)
  await turn()
  expect(house.rooms.stats()).toMatchObject({ rooms: 0, sessions: 0 })
})

test("who comes back and lacks a little of a long document gets that little, deletes and all", async () => {
  const { house, writer } = await houseWithDeletes()
  const other = house.join()
  await house.settle()
  other.type("and one more")
  other.delete(0, 3)
  await house.settle()
  for (let round = 0; round < 2; round++) {
    writer.connect(house.rooms)
    writer.up()
    // It has the words before it has answered the server's question.
    expect(await bytesUntil("update", writer)).toBeGreaterThan(10)
    writer.disconnect()

    writer.connect(house.rooms)
    writer.up()
    for (; !writer.log.includes("sync-step-1"); await turn()) writer.down(1)
    writer.up()
    expect(await bytesUntil("sync-step-2", writer)).toBeLessThan(100)
    writer.disconnect()
  }
  writer.connect(house.rooms)
  await house.settle()
  expect(writer.text).toBe(other.text)
})

test("deletes of what lands while somebody comes back never come before what they delete", async () => {
  const { house, writer } = await houseWithDeletes()
  const other = house.join()
  await house.settle()
  other.type("news")
  await house.settle()
  writer.connect(house.rooms)
  writer.up()
  await turn()
  for (let n = 0; n < 5; n++) {
    other.type(`later ${n} `)
    other.delete(other.text.length - 4, 3)
    other.up()
    await turn()
  }
  for (let moved = 1; moved > 0;) {
    moved = writer.up()
    await turn()
    for (; writer.down(1) > 0; moved++) {
      expect(writer.hasPending).toBe(false)
      await turn()
    }
  }
  expect(writer.synced).toBe(true)
  await house.settle()
  expect(writer.text).toBe(other.text)
})
