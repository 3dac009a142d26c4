import { type DocumentStore, openMemoryStore, StoreError } from "@ligature/store"
import { expect, test } from "vitest"
import { applyUpdate, Doc, encodeStateAsUpdate } from "yjs"
import { CrashingStore } from "./crashing-store.ts"
import { LivingRooms, turn } from "./living-rooms.ts"

/** A store that fails to read, with this code, while it is told to, and then has so many records left. */
function unreadable(
  store: DocumentStore,
  failing: { code: StoreError["code"] | null },
  left: () => number = () => 0,
): DocumentStore {
  return new Proxy(store, {
    get(target, property) {
      if (property === "salvage") {
        return async function* salvage(document: string) {
          let records = 0
          for await (const record of target.read(document)) if (records++ < left()) yield record
        }
      }
      if (property === "read" && failing.code !== null) {
        const { code } = failing
        return async function* read(document: string) {
          let first = true
          for await (const record of target.read(document)) {
            // Half of a document is as bad as none.
            if (first) yield record
            first = false
          }
          throw new StoreError(code, "the disk does not answer")
        }
      }
      const value: unknown = Reflect.get(target, property, target)
      return typeof value === "function" ? (value.bind(target) as unknown) : value
    },
  })
}

for (const [code, close] of [
  ["STORE_UNAVAILABLE", 4503],
  ["STORE_DAMAGED", 4503],
  ["STORE_QUARANTINED", 4503],
  ["DOCUMENT_REMOVED", 4404],
] as const) {
  test(`a document that cannot be loaded (${code}) never looks empty: nothing is answered, and the store is left alone`, async () => {
    const failing: { code: StoreError["code"] | null } = { code: null }
    const store = openMemoryStore()
    const before = new LivingRooms({ store })
    const writer = before.join()
    writer.type("one")
    await before.settle()
    writer.type(" two")
    await before.settle()
    await before.rooms.close()

    failing.code = code
    const errors: unknown[] = []
    const house = new LivingRooms({
      store: unreadable(store, failing),
      on: { loadFailed: (_, error) => errors.push(error) },
    })
    const newcomer = house.join({ speaks: "ligature.v1" })
    newcomer.type("typed into the void")
    newcomer.up()
    await turn()
    expect(newcomer.socket.take()).toEqual([])
    expect(newcomer.socket.state).toMatchObject({ state: "closed", code: close })
    expect(errors).toHaveLength(1)
    expect(await house.stored().catch(() => "unreadable")).toBe("unreadable")

    failing.code = null
    expect(await house.stored()).toHaveLength(2)
    newcomer.connect(house.rooms)
    await house.settle()
    expect(newcomer.text).toContain("one two")
  })
}

test("of a damaged document, what can still be read is shown to everybody, and nobody writes behind it", async () => {
  const store = openMemoryStore()
  const before = new LivingRooms({ store })
  const writer = before.join({ speaks: "ligature.v1" })
  writer.type("one")
  await before.settle()
  writer.type(" two")
  await before.settle()
  await before.rooms.close()
  writer.disconnect()

  const failing: { code: StoreError["code"] | null } = { code: "STORE_DAMAGED" }
  const salvaged: unknown[] = []
  const house = new LivingRooms({
    store: unreadable(store, failing, () => 1),
    on: { salvaged: (document) => salvaged.push(document) },
  })
  const ours = house.join({ speaks: "ligature.v1" })
  const stock = house.join()
  await house.settle()
  expect([ours.text, stock.text]).toEqual(["one", "one"])
  expect(salvaged).toEqual(["document"])
  expect(ours).toMatchObject({ access: "read", accessReason: "damaged" })

  ours.type(" typed by ours")
  stock.type(" typed by stock")
  // It has more than the server can read; that waits for the repair.
  house.clients.push(writer.connect(house.rooms))
  await house.settle()
  expect([ours.text, stock.text]).toEqual(["one typed by ours", "one typed by stock"])
  expect(ours.isConnected && stock.isConnected && writer.isConnected).toBe(true)
  expect(stock.log).toContain("auth")
  expect(writer.receipts).toBeLessThan(writer.sentUpdates.length)
  failing.code = null
  expect(await house.stored()).toHaveLength(2)
})

test("a document that was mended past its room opens afresh: who comes back may write", async () => {
  const store = openMemoryStore()
  const before = new LivingRooms({ store })
  const writer = before.join({ speaks: "ligature.v1" })
  writer.type("one")
  await before.settle()
  writer.disconnect()
  await before.rooms.close()
  const failing: { code: StoreError["code"] | null } = { code: "STORE_DAMAGED" }
  const house = new LivingRooms({ store: unreadable(store, failing, () => 1) })
  const reader = house.join({ speaks: "ligature.v1" })
  await house.settle()
  expect(reader.access).toBe("read")
  failing.code = null
  house.rooms.reopenDocument("document", "it was mended")
  expect(reader.socket.state).toMatchObject({ state: "closed", code: 1012 })
  reader.connect(house.rooms)
  reader.type(" two")
  await house.settle()
  expect(reader.access).toBe("write")
  expect(reader.receipts).toBe(reader.sent)
})

test("whoever comes while the document is read shares the load, and what they say meanwhile is not lost", async () => {
  let reads = 0
  const store = openMemoryStore()
  const counting = new Proxy(store, {
    get(target, property) {
      if (property === "read") reads++
      const value: unknown = Reflect.get(target, property, target)
      return typeof value === "function" ? (value.bind(target) as unknown) : value
    },
  })
  const house = new LivingRooms({ store: counting })
  const people = [house.join(), house.join(), house.join()]
  for (const [index, person] of people.entries()) {
    person.type(`${index}`)
    person.up()
  }
  await house.settle()
  expect(reads).toBe(1)
  for (const person of people) expect(person.text).toHaveLength(3)
})

test("joining, looking around and leaving creates nothing", async () => {
  const house = new LivingRooms()
  const a = house.join({ speaks: "ligature.v1", schema: 3 })
  a.awareness.setLocalState({ here: true })
  await house.settle()
  a.disconnect()
  house.clock.advance(60_000)
  await house.settle()
  expect(await house.store.state("document")).toBe("absent")
  expect(house.rooms.stats()).toMatchObject({ rooms: 0, sessions: 0 })
})

test("a room closes some seconds after its last session, and opens afresh with everything", async () => {
  const house = new LivingRooms()
  const a = house.join()
  a.type("kept")
  await house.settle()
  a.disconnect()
  house.clock.advance(5000)
  expect(house.rooms.stats().rooms).toBe(1)
  const b = house.join()
  await house.settle()
  house.clock.advance(60_000)
  expect(house.rooms.stats().rooms).toBe(1)
  b.disconnect()
  house.clock.advance(60_000)
  await turn()
  expect(house.rooms.stats().rooms).toBe(0)
  const c = house.join()
  await house.settle()
  expect(c.text).toBe("kept")
})

test("a room with unstored changes stays until they are on disk; who comes meanwhile waits and has them", async () => {
  const machine = new CrashingStore()
  const house = new LivingRooms({ store: machine.store })
  const a = house.join()
  await house.settle()
  a.type("last words")
  a.up()
  a.disconnect()
  await turn()
  house.clock.advance(60_000)
  await turn()
  expect(house.rooms.stats()).toMatchObject({ rooms: 0, closing: 1 })
  const b = house.join()
  b.type("first words, ")
  b.up()
  await turn()
  expect(b.socket.take()).toEqual([])
  await machine.land()
  await house.settle()
  await machine.land()
  await house.settle()
  expect(b.synced).toBe(true)
  expect(b.text).toContain("last words")
  expect(b.text).toContain("first words")
  expect(house.rooms.stats()).toMatchObject({ rooms: 1, closing: 0 })
})

test("closing says goodbye to all, waits for the disk, and names what did not get there", async () => {
  const machine = new CrashingStore()
  const house = new LivingRooms({ store: machine.store })
  const a = house.join()
  await house.settle()
  a.type("in time")
  a.up()
  const closing = house.rooms.close()
  expect(a.socket.state).toMatchObject({ state: "closed", code: 1012 })
  await machine.land()
  expect(await closing).toEqual({ unstored: [] })
  expect(house.join().socket.state).toMatchObject({ state: "closed", code: 1012 })

  const late = new LivingRooms({ store: new CrashingStore().store })
  const b = late.join()
  await late.settle()
  b.type("too late")
  b.up()
  const closingLate = late.rooms.close()
  await turn()
  late.clock.advance(60_000)
  expect(await closingLate).toEqual({ unstored: ["document"] })
})

test("a document that is removed under its room sends everybody away", async () => {
  const house = new LivingRooms()
  const a = house.join()
  a.type("here")
  await house.settle()
  await house.store.remove("document", house.clock.now())
  a.type(" and gone")
  await house.settle()
  expect(a.socket.state).toMatchObject({ state: "closed", code: 4404 })
  a.connect(house.rooms)
  await house.settle()
  expect(a.socket.state).toMatchObject({ state: "closed", code: 4404 })
})

test("while the store takes no writes, writers are told, and what they write waits for it", async () => {
  const machine = new CrashingStore()
  const listeners = new Set<(health: DocumentStore["health"]) => void>()
  const store: DocumentStore = {
    ...machine.store,
    onHealth: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  const house = new LivingRooms({ store })
  const a = house.join({ speaks: "ligature.v1" })
  const b = house.join()
  await house.settle()
  for (const tell of listeners) tell({ state: "failing", since: house.clock.now(), cause: new Error("disk full") })
  a.type("written on a full disk")
  await house.settle()
  expect(a.access).toBe("read")
  expect(b.text).toBe("")
  for (const tell of listeners) tell({ state: "ok" })
  await machine.land()
  await house.settle()
  expect(a.access).toBe("write")
  expect(a.receipts).toBe(a.sent)
  expect(b.text).toBe("written on a full disk")
})

test("a message that meets a fault of ours ends the room, not the server: who comes back has all that was accepted", async () => {
  const machine = new CrashingStore()
  const faults: unknown[] = []
  const house = new LivingRooms({
    store: machine.store,
    on: {
      token: () => {
        throw new TypeError("nobody thought of this")
      },
      fault: (document, _, error) => faults.push(document, error),
    },
  })
  const a = house.join()
  const b = house.join({ speaks: "ligature.v1" })
  await house.settle()
  a.type("accepted")
  a.up()
  b.send(new Uint8Array([66, 2, 111, 107]))
  b.up()
  expect(faults).toEqual(["document", new TypeError("nobody thought of this")])
  expect(b.socket.state).toMatchObject({ state: "closed", code: 1011 })
  expect(a.socket.state).toMatchObject({ state: "closed", code: 4503 })
  const newcomer = house.join()
  await house.settle()
  expect(newcomer.synced).toBe(false)
  await machine.land()
  await house.settle()
  expect(newcomer.synced).toBe(true)
  expect(newcomer.text).toBe("accepted")
  expect(house.rooms.stats()).toMatchObject({ rooms: 1, closing: 0 })
})

test("a room that is never left may write more than a document may hold, as long as compaction keeps it small", async () => {
  const house = new LivingRooms({ limits: { documentBytes: 20_000 } })
  const a = house.join()
  const b = house.join()
  for (let round = 0; round < 30; round++) {
    a.type("some hundred bytes that are deleted again ".repeat(30))
    a.doc.getText("text").delete(0, a.text.length)
    await house.settle()
    const { through, chunks } = await compacted(house)
    await house.store.replacePrefix("document", { through, chunks, archive: null })
    house.clock.advance(60_000)
    await turn()
  }
  a.type("still here")
  await house.settle()
  expect(a.socket.state).toMatchObject({ state: "open" })
  expect(b.text).toBe("still here")
})

/** What compaction would put in place of all that is stored. */
async function compacted(house: LivingRooms): Promise<{ through: number; chunks: Uint8Array[] }> {
  const doc = new Doc()
  let through = 0
  for await (const { update, sequence } of house.store.read("document")) {
    applyUpdate(doc, update)
    through = sequence
  }
  return { through, chunks: [encodeStateAsUpdate(doc)] }
}

test("a token is handed to whoever can check it, and an unknown message is counted", async () => {
  const seen: string[] = []
  const house = new LivingRooms({
    on: {
      token: (document, session, token) => {
        seen.push(`${document} ${token}`)
        session.setAccess("read", "token-expired")
      },
      unknownMessage: (_, __, number) => seen.push(`unknown ${number}`),
    },
  })
  const a = house.join({ speaks: "ligature.v1" })
  a.send(new Uint8Array([66, 2, 111, 107]))
  a.send(new Uint8Array([77]))
  await house.settle()
  expect(seen).toEqual(["document ok", "unknown 77"])
  expect(a.access).toBe("read")
})
