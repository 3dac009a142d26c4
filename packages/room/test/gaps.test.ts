import { encodeUpstream } from "@ligature/protocol"
import { expect, test } from "vitest"
import { Doc, encodeStateAsUpdate, encodeStateVector } from "yjs"
import { LivingRooms } from "./living-rooms.ts"
import { SimulatedClient } from "./simulated-client.ts"

/** An update that stands on one the room never gets. */
function gap(): Uint8Array {
  const doc = new Doc()
  doc.getText("text").insert(0, "base")
  const known = encodeStateVector(doc)
  doc.getText("text").insert(4, " and more")
  return encodeStateAsUpdate(doc, known)
}

for (const speaks of ["y-websocket", "ligature.v1"] as const) {
  test(`a ${speaks} client types while it reconnects: its update comes ahead of what it stands on, and nothing is lost`, async () => {
    const house = new LivingRooms()
    const a = house.join({ speaks })
    const b = house.join()
    a.type("one")
    await house.settle()
    a.disconnect()
    a.type(" two")
    a.connect(house.rooms)
    a.type(" three")
    a.up()
    expect(a.receipts).toBe(0)
    a.type(" four")
    await house.settle()
    expect(b.text).toBe("one two three four")
    expect(a.receipts).toBe(speaks === "ligature.v1" ? a.sent : 0)
    expect(a.socket.state.state).toBe("open")
  })
}

test("what stands on something unknown is neither stored nor relayed nor receipted, and asked for once", async () => {
  const house = new LivingRooms()
  const a = house.join({ speaks: "ligature.v1" })
  await house.settle()
  const before = a.receipts
  a.log = []
  a.repeat(gap())
  a.repeat(gap())
  a.up()
  expect(a.socket.take().length).toBe(1)
  expect(await house.stored()).toEqual([])
  a.type("word")
  await house.settle()
  expect(await house.stored()).toHaveLength(1)
  expect(a.receipts).toBe(before)
})

test("a gap that the answer does not close ends the connection", async () => {
  const house = new LivingRooms()
  const a = house.join()
  const b = house.join()
  await house.settle()
  a.repeat(gap())
  await house.settle()
  expect(a.socket.state).toMatchObject({ state: "closed", code: 4422 })
  b.type("unharmed")
  await house.settle()
  expect(await house.stored()).toHaveLength(1)
})

test("messages that wait are bounded", async () => {
  const house = new LivingRooms({ limits: { heldBytes: 200 } })
  const a = house.join()
  await house.settle()
  for (let i = 0; i < 20; i++) a.repeat(gap())
  a.up()
  expect(a.socket.state).toMatchObject({ state: "closed", code: 4529 })
})

test("malformed frames and updates end the connection, unknown messages do not", async () => {
  const house = new LivingRooms()
  const [frame, update, future] = [house.join(), house.join(), house.join()]
  await house.settle()
  frame.send(new Uint8Array([0, 2, 200]))
  update.send(encodeUpstream({ type: "update", update: new Uint8Array([1, 1, 1]) }))
  future.send(new Uint8Array([99, 1, 2, 3]))
  await house.settle()
  expect(frame.socket.state).toMatchObject({ state: "closed", code: 4422 })
  expect(update.socket.state).toMatchObject({ state: "closed", code: 4422 })
  future.type("still here")
  await house.settle()
  expect(await house.stored()).toHaveLength(1)
})

test("stock tabs carry each other's words past the server: all of them arrive, and nobody is sent away", async () => {
  const house = new LivingRooms()
  const a = house.join()
  const b = house.join()
  const reader = house.join()
  await house.settle()
  for (let i = 0; i < 10; i++) {
    a.type("a")
    b.hearFromTab(a)
    b.type("b")
    // B's word stands on A's, and reaches the server first.
    b.up()
    b.down()
    b.up()
  }
  await house.settle()
  expect(reader.text).toHaveLength(20)
  expect(reader.text).toBe(a.text)
  expect(reader.text).toBe(b.text)
  for (const client of [a, b]) expect(client.socket.state.state).toBe("open")
})

test("what a tab brings of another that is not connected is stored, and claims nothing", async () => {
  const house = new LivingRooms()
  const offline = new SimulatedClient()
  offline.type("written offline")
  const tab = house.join()
  tab.hearFromTab(offline)
  tab.disconnect()
  tab.connect(house.rooms)
  await house.settle()
  expect(await house.stored()).toHaveLength(1)
  house.clients.push(offline)
  offline.connect(house.rooms)
  offline.type(", and later", 15)
  await house.settle()
  expect(tab.text).toBe("written offline, and later")
})
