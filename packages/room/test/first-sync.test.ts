import { decodeDownstream } from "@ligature/protocol"
import { generateTrace } from "@ligature/testing"
import { openMemoryStore, type DocumentStore } from "@ligature/store"
import { expect, test } from "vitest"
import { applyUpdate, Doc, encodeStateAsUpdate } from "yjs"
import { LivingRooms, turn } from "./living-rooms.ts"
import { SimulatedClient } from "./simulated-client.ts"

/** A store with a document that two authors typed, one record per edit. */
async function typedDocument(edits: number): Promise<{ store: DocumentStore; text: string }> {
  const store = openMemoryStore()
  const authors = [new Doc(), new Doc()]
  const updates: Uint8Array[] = []
  for (const author of authors) {
    author.on("update", (update: Uint8Array, origin: unknown) => {
      if (origin === "network") return
      updates.push(update)
      for (const other of authors) if (other !== author) applyUpdate(other, update, "network")
    })
  }
  const { txns } = generateTrace(1, edits)
  for (const [index, { patches }] of txns.entries()) {
    const text = authors[Math.floor(index / 100) % 2]?.getText("text")
    for (const [position, deleted, inserted] of patches) {
      if (deleted > 0) text?.delete(position, deleted)
      if (inserted !== "") text?.insert(position, inserted)
    }
  }
  await store.append({ document: "document", updates: updates.map((update) => ({ update, time: 0, author: null })) })
  return { store, text: authors[0]?.getText("text").toJSON() ?? "" }
}

/** A store with a document of large blocks, each on the one before. */
async function largeDocument(blocks: number): Promise<{ store: DocumentStore; text: string }> {
  const store = openMemoryStore()
  const doc = new Doc()
  const updates: Uint8Array[] = []
  doc.on("update", (update: Uint8Array) => void updates.push(update))
  for (let i = 0; i < blocks; i++) doc.getText("text").insert(doc.getText("text").length, `${i} `.repeat(10_000))
  await store.append({ document: "document", updates: updates.map((update) => ({ update, time: 0, author: null })) })
  return { store, text: doc.getText("text").toJSON() }
}

/** Reads what waits for a client one frame at a time, and checks each one. */
function readFrames(client: SimulatedClient): string[] {
  const types: string[] = []
  for (let [frame] = client.socket.take(1); frame !== undefined; [frame] = client.socket.take(1)) {
    expect(frame.length).toBeLessThanOrEqual(256 * 1024 + 16)
    const message = decodeDownstream(frame)
    types.push(message.type)
    if (message.type !== "update" && message.type !== "sync-step-2") continue
    applyUpdate(client.doc, message.update, client)
    expect(client.hasPending).toBe(false)
  }
  return types.filter((type) => type === "update" || type === "sync-step-2")
}

test("a newcomer gets a document of thousands of small records in few frames, the last as step2", async () => {
  const { store, text } = await typedDocument(5000)
  const house = new LivingRooms({ store })
  const a = house.join()
  a.up()
  while (house.rooms.stats().rooms === 0) await turn()
  await turn()
  const types = readFrames(a)
  expect(types.length).toBeLessThanOrEqual(3)
  expect(types.at(-1)).toBe("sync-step-2")
  expect(a.text).toBe(text)
})

test("a large document comes in chunks, each standing on those before it", async () => {
  const { store, text } = await largeDocument(40)
  const house = new LivingRooms({ store })
  const a = house.join()
  a.up()
  while (house.rooms.stats().rooms === 0) await turn()
  await turn()
  const types = readFrames(a)
  expect(types.length).toBeGreaterThan(5)
  expect(types.filter((type) => type === "sync-step-2")).toEqual(["sync-step-2"])
  expect(types.at(-1)).toBe("sync-step-2")
  expect(a.text).toBe(text)
})

for (const [name, syncCacheBytes] of [
  ["from the frames that the room keeps", 8 * 1024 * 1024],
  ["from the store, where the document is too large to be kept", 100 * 1024],
] as const) {
  test(`everybody gets everything ${name}: newcomers, those who return, those who lack only deletions`, async () => {
    const { store, text } = await largeDocument(12)
    const house = new LivingRooms({ store, limits: { syncCacheBytes } })
    const a = house.join()
    await house.settle()
    expect(a.text).toBe(text)
    const [absent, faithful] = [house.join(), house.join()]
    await house.settle()
    absent.disconnect()
    a.type("while you were away", 5)
    a.delete(0, 3)
    await house.settle()
    faithful.disconnect()
    a.delete(0, 10)
    await house.settle()
    for (const client of [absent, faithful]) client.connect(house.rooms)
    const newcomer = house.join()
    await house.settle()
    for (const client of [absent, faithful, newcomer]) {
      expect(client.synced).toBe(true)
      expect(client.text).toBe(a.text)
      expect(client.hasPending).toBe(false)
    }
  })
}

test("who returns gets what changed, not the document", async () => {
  const { store } = await largeDocument(12)
  const house = new LivingRooms({ store })
  const [a, b] = [house.join(), house.join()]
  await house.settle()
  b.disconnect()
  a.type("news ", 0)
  await house.settle()
  b.connect(house.rooms)
  b.up()
  await turn()
  const bytes = b.socket.take().reduce((sum, frame) => sum + frame.length, 0)
  expect(bytes).toBeLessThan(1000)
})

test("updates that land while a first sync is on its way come after what they stand on", async () => {
  const { store } = await largeDocument(60)
  const house = new LivingRooms({ store, limits: { syncCacheBytes: 100 * 1024 } })
  const writer = house.join()
  await house.settle()
  const slow = house.join()
  slow.socket.stalled = true
  slow.up()
  await turn()
  for (let i = 0; i < 20; i++) {
    writer.type(`${i} `)
    await house.settle()
  }
  for (let frames = 1; frames > 0;) {
    frames = 0
    while (slow.down(1) === 1) {
      expect(slow.hasPending).toBe(false)
      frames++
      await turn()
    }
  }
  expect(slow.synced).toBe(true)
  expect(slow.text).toBe(writer.text)
})

test("a thousand step1 messages cost one answer until it has left", async () => {
  const { store } = await largeDocument(20)
  const house = new LivingRooms({ store })
  const a = house.join()
  await house.settle()
  a.socket.stalled = true
  for (let i = 0; i < 1000; i++) a.session.receive(new Uint8Array([0, 0, 1, 0]))
  await turn()
  const answers = a.socket.take().map(decodeDownstream)
  expect(answers.filter(({ type }) => type === "sync-step-2").length).toBeLessThanOrEqual(1)
})

test("records that were appended while the cache was being rebuilt are not lost to the next joiner", async () => {
  const { store } = await largeDocument(10)
  const house = new LivingRooms({ store })
  const a = house.join()
  await house.settle()
  // The room forgets its frames, then two join while one writes.
  house.clock.advance(60_000)
  expect(house.rooms.stats().cachedBytes).toBe(0)
  const b = house.join()
  b.up()
  a.type(" during")
  a.up()
  await turn()
  const c = house.join()
  a.type(" after")
  await house.settle()
  for (const client of [b, c]) {
    expect(client.text).toBe(a.text)
    expect(client.hasPending).toBe(false)
  }
  expect(house.rooms.stats().cachedBytes).toBeGreaterThan(0)
})

test("the update frame of a lone change is the one its writer sent, byte for byte", async () => {
  const house = new LivingRooms()
  const [a, b] = [house.join(), house.join()]
  await house.settle()
  b.socket.take()
  a.type("x")
  const [sent] = a.upstream
  a.up()
  await turn()
  expect(b.socket.take()).toEqual([sent])
  expect(encodeStateAsUpdate(a.doc)).toEqual((await house.stored())[0])
})
