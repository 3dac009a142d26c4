import { CHECKPOINT_ROW, decodeDownstream, encodeCheckpointRow } from "@ligature/protocol"
import { cutUpdate } from "@ligature/protocol/cut-update"
import { type DocumentStore, openMemoryStore } from "@ligature/store"
import { generateTrace } from "@ligature/testing"
import { expect, test } from "vitest"
import { applyUpdate, Doc, encodeStateAsUpdate } from "yjs"
import { LivingRooms, turn } from "./living-rooms.ts"

/** A store with a checkpoint of `edits` edits, the row for it, and a log behind it. */
async function compactedDocument(
  rowOf: (through: number, chunks: readonly Uint8Array[]) => Uint8Array,
): Promise<DocumentStore> {
  const store = openMemoryStore()
  const author = new Doc()
  author.clientID = 7
  const updates: Uint8Array[] = []
  author.on("update", (update: Uint8Array) => void updates.push(update))
  const text = author.getText("text")
  for (const { patches } of generateTrace(3, 2000).txns) {
    for (const [position, deleted, inserted] of patches) {
      if (deleted > 0) text.delete(position, deleted)
      if (inserted !== "") text.insert(position, inserted)
    }
  }
  const through = updates.length
  const chunks = cutUpdate(encodeStateAsUpdate(author), 512)
  text.insert(0, "the end of the log: ")
  text.delete(30, 5)
  await store.append({ document: "document", updates: updates.map((update) => ({ update, time: 0, author: null })) })
  const rows = new Map([[CHECKPOINT_ROW, rowOf(through, chunks)]])
  await store.replacePrefix("document", { through, chunks, archive: null, rows })
  return store
}

async function openedBy(store: DocumentStore): Promise<{ house: LivingRooms; text: string }> {
  const house = new LivingRooms({ store })
  const reader = house.join()
  await house.settle()
  expect(reader.hasPending).toBe(false)
  return { house, text: reader.doc.getText("text").toJSON() }
}

async function expectedText(store: DocumentStore): Promise<string> {
  const doc = new Doc()
  for await (const { update } of store.read("document")) applyUpdate(doc, update)
  return doc.getText("text").toJSON()
}

test("a document whose checkpoint is known opens whole, and goes on", async () => {
  const store = await compactedDocument(encodeCheckpointRow)
  const { house, text } = await openedBy(store)
  expect(text).toBe(await expectedText(store))
  const writer = house.join()
  const other = house.join()
  await house.settle()
  writer.type("new words ", 5)
  writer.delete(40, 8)
  await house.settle()
  expect(other.doc.getText("text").toJSON()).toBe(writer.doc.getText("text").toJSON())
  expect(await expectedText(store)).toBe(writer.doc.getText("text").toJSON())
})

test("a row that speaks of another checkpoint is passed over", async () => {
  const store = await compactedDocument((through) => encodeCheckpointRow(through - 1, []))
  const { text } = await openedBy(store)
  expect(text).toBe(await expectedText(store))
})

test("a row of a later version is passed over", async () => {
  const store = await compactedDocument(() => Uint8Array.of(99, 1, 2, 3))
  const { text } = await openedBy(store)
  expect(text).toBe(await expectedText(store))
})

test("the chunks of a known checkpoint go to a joiner as they are", async () => {
  const store = await compactedDocument(encodeCheckpointRow)
  const chunks: Uint8Array[] = []
  for await (const { kind, update } of store.read("document")) if (kind === "checkpoint") chunks.push(update)
  expect(chunks.length).toBeGreaterThan(3)
  const house = new LivingRooms({ store })
  const reader = house.join()
  for (let n = 0; n < 5; n++) {
    reader.up()
    await turn()
  }
  const updates = reader.socket.take(100).flatMap((frame) => {
    const message = decodeDownstream(frame)
    return message.type === "update" ? [message.update] : []
  })
  expect(updates.slice(0, chunks.length)).toEqual(chunks)
})
