import { expect, test } from "vitest"
import { CrashingStore } from "./crashing-store.ts"
import { LivingRooms, turn } from "./living-rooms.ts"

const limits = { slowBytes: 10_000, stuckBytes: 80_000, stuckMs: 10_000 }

test("a slow reader loses presence, never an update, and is not read from until it has caught up", async () => {
  const house = new LivingRooms({ limits })
  const writer = house.join()
  const slow = house.join()
  await house.settle()
  slow.socket.stalled = true
  for (let i = 0; i < 6; i++) {
    writer.type(`${i}`.repeat(3000))
    await house.settle()
  }
  expect(slow.socket.paused).toBe(true)
  writer.awareness.setLocalState({ last: true })
  await house.settle()

  slow.socket.stalled = false
  for (let frames = 1; frames > 0; frames = slow.down()) await turn()
  expect(slow.socket.paused).toBe(false)
  await house.settle()
  expect(slow.text).toBe(writer.text)
  expect(slow.awareness.getStates().get(writer.doc.clientID)).toEqual({ last: true })
})

test("a reader with too much waiting is cut off, and comes back to everything", async () => {
  const house = new LivingRooms({ limits })
  const writer = house.join()
  const stuck = house.join()
  await house.settle()
  stuck.socket.stalled = true
  for (let i = 0; i < 12; i++) {
    writer.type(`${i}`.repeat(10_000))
    await house.settle()
    house.clock.advance(200)
  }
  expect(stuck.socket.state.state).toBe("terminated")
  expect(writer.socket.state.state).toBe("open")
  stuck.disconnect()
  stuck.connect(house.rooms)
  await house.settle()
  expect(stuck.text).toBe(writer.text)
})

test("one large paste cuts nobody off, however large it is beside the limit", async () => {
  const house = new LivingRooms({ limits })
  const writer = house.join()
  const reader = house.join()
  await house.settle()
  reader.socket.stalled = true
  writer.type("word ".repeat(40_000))
  await house.settle()
  expect(reader.socket.state.state).toBe("open")
  for (let frames = 1; frames > 0; frames = reader.down()) await turn()
  expect(reader.text).toBe(writer.text)
})

test("a reader that takes nothing for ten seconds is cut off, one that takes a little is not", async () => {
  const house = new LivingRooms({ limits })
  const writer = house.join()
  const [stuck, slow] = [house.join(), house.join()]
  await house.settle()
  for (const client of [stuck, slow]) client.socket.stalled = true
  for (let i = 0; i < 8; i++) {
    writer.type(`${i}`.repeat(4000))
    await house.settle()
  }
  for (let i = 0; i < 3; i++) {
    house.clock.advance(5000)
    slow.down(1)
  }
  expect(stuck.socket.state.state).toBe("terminated")
  expect(slow.socket.state.state).toBe("open")
})

test("a joiner that takes nothing of a first sync is cut off, one that takes a little at a time is not", async () => {
  const house = new LivingRooms()
  const writer = house.join()
  writer.type("word ".repeat(1_000_000))
  await house.settle()
  const [stuck, slow] = [house.join(), house.join()]
  for (const client of [stuck, slow]) {
    client.socket.stalled = true
    client.up()
  }
  await turn()
  for (let i = 0; i < 6; i++) {
    house.clock.advance(5000)
    slow.down(1)
    await turn()
  }
  expect(stuck.socket.state.state).toBe("terminated")
  expect(slow.socket.state.state).toBe("open")
})

test("whoever writes faster than the disk is not read from until it has caught up", async () => {
  const machine = new CrashingStore()
  const house = new LivingRooms({ store: machine.store, limits: { unstoredBytes: 10_000 } })
  const a = house.join()
  await house.settle()
  for (let i = 0; i < 5; i++) a.type(`${i}`.repeat(3000))
  a.up()
  expect(a.socket.paused).toBe(true)
  expect(house.rooms.stats().unstoredBytes).toBeGreaterThan(10_000)
  for (let i = 0; i < 3; i++) {
    await machine.land()
    await turn()
  }
  expect(a.socket.paused).toBe(false)
  expect(house.rooms.stats().unstoredBytes).toBe(0)
})

test("frames that wait for a room to open are bounded", async () => {
  const house = new LivingRooms({ limits: { waitingBytes: 1000 } })
  const a = house.join()
  for (let i = 0; i < 100; i++) a.type(`${i} is a number`)
  a.up()
  expect(a.socket.paused).toBe(true)
  await house.settle()
  expect(a.socket.paused).toBe(false)
  expect((await house.stored()).length).toBeGreaterThan(0)
})
