import { expect, test } from "vitest"
import { LivingRooms } from "./living-rooms.ts"
import { SimulatedClient } from "./simulated-client.ts"

/** A client that has all of the victim's document, and writes on under the victim's clientID. */
function thiefOf(victim: SimulatedClient, identities: readonly string[]): SimulatedClient {
  const thief = new SimulatedClient({ speaks: "ligature.v1", identities })
  thief.hearFromTab(victim)
  thief.doc.clientID = victim.doc.clientID
  thief.awareness.clientID = victim.doc.clientID
  thief.awareness.setLocalState({})
  return thief
}

test("no other identity may extend a clientID, also after a restart", async () => {
  const first = new LivingRooms()
  const owner = first.join({ speaks: "ligature.v1", identities: ["browser:owner"] })
  owner.type("mine")
  await first.settle()
  owner.disconnect()
  await first.rooms.close()

  const house = new LivingRooms({ store: first.store })
  const thief = thiefOf(owner, ["browser:thief"])
  house.clients.push(thief)
  thief.connect(house.rooms)
  await house.settle()
  for (let i = 0; i < 3; i++) thief.type("stolen")
  await house.settle()
  expect(thief.socket.state).toMatchObject({ state: "closed", code: 4403 })
  expect(await house.stored()).toHaveLength(1)

  house.clients.push(owner)
  owner.connect(house.rooms)
  owner.type(" and mine")
  await house.settle()
  expect(owner.receipts).toBe(owner.sent)
  expect(await house.stored()).toHaveLength(2)
})

test("any identity of a session suffices, and a subject inherits what its browser owned", async () => {
  const house = new LivingRooms()
  const before = house.join({ speaks: "ligature.v1", identities: ["browser:x"], clientID: 7 })
  before.type("signed out")
  await house.settle()
  before.disconnect()

  const signedIn = thiefOf(before, ["subject:s", "browser:x"])
  house.clients.push(signedIn)
  signedIn.connect(house.rooms)
  signedIn.type(", signed in")
  await house.settle()
  expect(signedIn.receipts).toBe(signedIn.sent)
  signedIn.disconnect()

  const elsewhere = thiefOf(signedIn, ["subject:s", "browser:other"])
  house.clients.push(elsewhere)
  elsewhere.connect(house.rooms)
  elsewhere.type(", elsewhere")
  await house.settle()
  expect(elsewhere.receipts).toBe(elsewhere.sent)
  expect(await house.store.readRows("document")).toHaveProperty("size", 1)
})

test("an anonymous client has its clientIDs while it is connected, from its presence on", async () => {
  const house = new LivingRooms()
  const victim = house.join()
  await house.settle()
  const thief = thiefOf(victim, [])
  house.clients.push(thief)
  house.clock.advance(1000)
  thief.connect(house.rooms)
  await house.settle()
  victim.awareness.setLocalState({ here: true })
  await house.settle()
  for (let i = 0; i < 3; i++) thief.type("stolen")
  await house.settle()
  expect(thief.socket.state).toMatchObject({ state: "closed", code: 4403 })
  expect(await house.stored()).toEqual([])
  victim.type("mine")
  await house.settle()
  expect(await house.stored()).toHaveLength(1)
})

test("a client whose old connection broke unnoticed is no thief of itself", async () => {
  const house = new LivingRooms()
  const a = house.join()
  const reader = house.join()
  await house.settle()
  a.type("before")
  await house.settle()
  const broken = a.session
  a.disconnect(true)
  house.clock.advance(1000)
  a.connect(house.rooms)
  for (let i = 0; i < 10; i++) a.type(".")
  await house.settle()
  expect(a.socket.state.state).toBe("open")
  expect(reader.text).toBe("before")
  broken.closed()
  await house.settle()
  expect(reader.text).toBe("before..........")
})

test("a browser's own broken connection does not stand in its way", async () => {
  const house = new LivingRooms()
  const a = house.join({ speaks: "ligature.v1" })
  const reader = house.join()
  await house.settle()
  a.type("before")
  await house.settle()
  a.disconnect(true)
  a.connect(house.rooms)
  a.type(", after")
  a.awareness.setLocalStateField("cursor", null)
  await house.settle()
  expect(reader.text).toBe("before, after")
  expect(reader.awareness.getStates().has(a.doc.clientID)).toBe(true)
})
