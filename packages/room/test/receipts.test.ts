import { expect, test } from "vitest"
import { applyUpdate, Doc, encodeStateAsUpdate } from "yjs"
import { CrashingStore } from "./crashing-store.ts"
import { LivingRooms, turn } from "./living-rooms.ts"

test("two writers see each other's words, and are told that they are on disk", async () => {
  const house = new LivingRooms()
  const a = house.join({ speaks: "ligature.v1" })
  const b = house.join()
  await house.settle()
  a.type("one")
  b.type(" two")
  await house.settle()
  expect(a.text).toBe(b.text)
  expect(a.text).toHaveLength(7)
  expect(a.receipts).toBe(a.sent)
})

test("nobody hears of an update before it is on disk: no receipt, no relay, no echo, no first sync", async () => {
  const machine = new CrashingStore()
  const house = new LivingRooms({ store: machine.store })
  const writer = house.join({ speaks: "ligature.v1" })
  const stock = house.join()
  const reader = house.join()
  await house.settle()
  const before = writer.receipts
  stock.log = []
  writer.type("from ligature")
  stock.type("from stock ")
  await house.settle()
  expect(writer.receipts).toBe(before)
  expect(reader.text).toBe("")
  expect(stock.log).not.toContain("update")
  const late = house.join()
  await house.settle()
  expect(late.synced).toBe(true)
  expect(late.text).toBe("")

  for (let i = 0; i < 2; i++) {
    await machine.land()
    await house.settle()
  }
  expect(writer.receipts).toBe(writer.sent)
  expect(reader.text).toContain("from ligature")
  expect(late.text).toContain("from stock")
  expect(stock.log).toContain("update")
})

test("a deletion that is not on disk is not shown to who has every word already", async () => {
  const machine = new CrashingStore()
  const house = new LivingRooms({ store: machine.store })
  const a = house.join()
  a.type("word")
  await house.settle()
  await machine.land()
  const b = house.join()
  await house.settle()
  expect(b.text).toBe("word")
  b.disconnect()
  a.delete(0, 4)
  await house.settle()
  b.connect(house.rooms)
  await house.settle()
  expect(b.text).toBe("word")
  expect(b.synced).toBe(false)
  await machine.land()
  await house.settle()
  expect(b.text).toBe("")
  expect(b.synced).toBe(true)
})

test("what arrives while an append is under way is the next batch: one append and one frame to a reader", async () => {
  const machine = new CrashingStore()
  const house = new LivingRooms({ store: machine.store })
  const writers = [house.join({ speaks: "ligature.v1" }), house.join({ speaks: "ligature.v1" })]
  const reader = house.join()
  await house.settle()
  for (const [index, writer] of writers.entries()) {
    for (let i = 0; i < 5; i++) writer.type(`${index}`)
  }
  for (const writer of writers) writer.up()
  await turn()
  expect(machine.waiting).toBe(1)
  await machine.land()
  await turn()
  expect(machine.waiting).toBe(1)
  await house.settle()
  reader.log = []
  await machine.land()
  await turn()
  expect(machine.waiting).toBe(0)
  reader.down()
  expect(reader.log.filter((type) => type === "update")).toHaveLength(1)
  await house.settle()
  expect(reader.text).toHaveLength(10)
})

test("a ligature writer is spared its own updates, a stock writer gets its echo", async () => {
  const house = new LivingRooms()
  const ours = house.join({ speaks: "ligature.v1" })
  const stock = house.join()
  await house.settle()
  ours.log = []
  ours.type("a")
  await house.settle()
  expect(ours.log).toEqual(["receipt"])
  stock.log = []
  stock.type("b")
  await house.settle()
  expect(stock.log).toEqual(["update"])
})

test("messages that bring nothing count at once", async () => {
  const house = new LivingRooms()
  const a = house.join({ speaks: "ligature.v1" })
  a.type("word")
  await house.settle()
  const { sent } = a
  a.repeat(encodeStateAsUpdate(new Doc()))
  a.repeat(encodeStateAsUpdate(a.doc))
  await house.settle()
  expect(a.receipts).toBe(sent + 2)
})

test("a repeated update is not receipted before the first one is on disk", async () => {
  const machine = new CrashingStore()
  const house = new LivingRooms({ store: machine.store })
  const a = house.join({ speaks: "ligature.v1" })
  await house.settle()
  const before = a.receipts
  a.type("word")
  a.repeat(encodeStateAsUpdate(a.doc))
  await house.settle()
  expect(a.receipts).toBe(before)
  await machine.land()
  await house.settle()
  expect(a.receipts).toBe(before + 2)
})

test("a reader's update is refused, not counted and not stored; a stock reader is told why", async () => {
  const house = new LivingRooms()
  const ours = house.join({ speaks: "ligature.v1", access: "read" })
  const stock = house.join({ access: "comment" })
  await house.settle()
  expect(ours.access).toBe("read")
  const counted = ours.receipts
  ours.type("x")
  ours.repeat(encodeStateAsUpdate(new Doc()))
  stock.type("y")
  stock.type("z")
  await house.settle()
  expect(ours.receipts).toBe(counted)
  expect(stock.log.filter((type) => type === "auth")).toHaveLength(1)
  expect(await house.stored()).toEqual([])
  expect(ours.socket.state.state).toBe("open")
})

test("who is allowed to write after all is asked for its words, and only then gets the receipts", async () => {
  const house = new LivingRooms()
  const a = house.join({ speaks: "ligature.v1", access: "read" })
  const b = house.join()
  await house.settle()
  a.type("patience")
  await house.settle()
  expect(b.text).toBe("")
  a.session.setAccess("write", "rights-changed")
  a.type(" pays")
  await house.settle()
  expect(a.access).toBe("write")
  expect(b.text).toBe("patience pays")
  expect(a.receipts).toBe(a.sent)
})

test("who may not write any more is told, and who may not read any more is sent away", async () => {
  const house = new LivingRooms()
  const a = house.join({ speaks: "ligature.v1" })
  await house.settle()
  a.session.setAccess("read", "token-expired")
  await house.settle()
  expect(a.access).toBe("read")
  a.type("too late")
  await house.settle()
  expect(await house.stored()).toEqual([])
  a.session.setAccess("none", "rights-changed")
  expect(a.socket.state).toMatchObject({ state: "closed", code: 4403 })
})

test("a large update is stored in records that stall nobody, and relayed whole", async () => {
  const house = new LivingRooms()
  const a = house.join({ speaks: "ligature.v1" })
  const b = house.join()
  await house.settle()
  a.type("word ".repeat(200_000))
  await house.settle()
  expect(b.text).toBe(a.text)
  expect(a.receipts).toBe(a.sent)
  const records = await house.stored()
  expect(records.length).toBeGreaterThan(7)
  const doc = new Doc()
  for (const record of records) {
    expect(record.length).toBeLessThanOrEqual(128 * 1024)
    applyUpdate(doc, record)
    expect(doc.store.pendingStructs).toBe(null)
  }
})

test("what is written while the disk is busy becomes one record an author, in order, and every message gets its receipt", async () => {
  const machine = new CrashingStore()
  const house = new LivingRooms({ store: machine.store })
  const a = house.join({ speaks: "ligature.v1" })
  const b = house.join({ speaks: "ligature.v1" })
  await house.settle()
  for (const word of ["first ", "while ", "it ", "is ", "busy "]) {
    a.type(word)
    a.up()
  }
  for (const word of ["b", "c"]) {
    b.type(word)
    b.up()
  }
  a.doc.getText("text").delete(0, 2)
  a.up()
  for (let batches = 0; batches < 2; batches++) {
    await machine.land()
    await house.settle()
  }
  const authors: (string | null)[] = []
  for await (const { author } of machine.disk.read("document")) authors.push(author)
  const [ann, ben] = [`browser:${a.doc.clientID}`, `browser:${b.doc.clientID}`]
  expect(authors).toEqual([ann, ann, ben, ann])
  expect([a.receipts, b.receipts]).toEqual([a.sent, b.sent])
  expect(b.text).toBe(a.text)
  const newcomer = new LivingRooms({ store: machine.disk })
  const c = newcomer.join()
  await newcomer.settle()
  expect(c.text).toBe(a.text)
})

test("a schema version that nobody knows of locks nobody out", async () => {
  const house = new LivingRooms({ schemaVersion: 2 })
  const hostile = house.join({ speaks: "ligature.v1", schema: 999_999 })
  hostile.type("mine alone")
  await house.settle()
  const honest = house.join({ speaks: "ligature.v1", schema: 2 })
  const old = house.join({ speaks: "ligature.v1", schema: 1 })
  await house.settle()
  expect(honest.access).toBe("write")
  expect(old.access).toBe("read")

  // Nor does a version that was stored before the server knew better.
  const rows = new Map([["schema", new TextEncoder().encode("999999")]])
  await house.store.append({ document: "document", updates: [], rows })
  const again = new LivingRooms({ store: house.store, schemaVersion: 2 })
  const returned = again.join({ speaks: "ligature.v1", schema: 2 })
  await again.settle()
  expect(returned.access).toBe("write")
})

test("a writer with an older schema reads along from the first newer word on, and is told why", async () => {
  const house = new LivingRooms()
  const old = house.join({ speaks: "ligature.v1", schema: 1 })
  await house.settle()
  expect(old.access).toBe("write")
  const young = house.join({ speaks: "ligature.v1", schema: 2 })
  young.type("new")
  await house.settle()
  expect(old.access).toBe("read")
  old.type("old")
  await house.settle()
  expect(young.text).toBe("new")

  const again = new LivingRooms({ store: house.store })
  const returned = again.join({ speaks: "ligature.v1", schema: 1 })
  const stock = again.join()
  await again.settle()
  expect(returned.access).toBe("read")
  stock.type("not held to it ")
  await again.settle()
  expect(returned.text).toContain("not held to it")
})
