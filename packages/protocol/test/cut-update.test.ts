import { describe, expect, test } from "vitest"
import * as Y from "yjs"
import { cutUpdate, KnownState } from "../src/index.ts"
import { contents, randomSession, syncAll } from "./random-sessions.ts"

function expectWholeInOrder(chunks: readonly Uint8Array[], whole: Uint8Array): void {
  const doc = new Y.Doc()
  const known = new KnownState()
  for (const chunk of chunks) {
    Y.applyUpdate(doc, chunk)
    expect(doc.store.pendingStructs).toBeNull()
    expect(doc.store.pendingDs).toBeNull()
    known.absorbStored(chunk)
  }
  const expected = new Y.Doc()
  Y.applyUpdate(expected, whole)
  // Not byte by byte: how Yjs merges what it integrates, and which formats it tidies up, depends on the steps.
  expect(contents(doc)).toEqual(contents(expected))
  expect(Y.encodeStateVector(doc)).toEqual(Y.encodeStateVector(expected))
  const knownWhole = new KnownState()
  knownWhole.absorbStored(whole)
  expect(known.encodeStateVector()).toEqual(knownWhole.encodeStateVector())
  expect(known.encodeDeletes()).toEqual(knownWhole.encodeDeletes())
}

describe("cutUpdate", () => {
  for (let seed = 1; seed <= 60; seed++) {
    test(`chunks apply in order with nothing pending, seed ${seed}`, () => {
      const docs = randomSession(seed, { edits: 150, undo: true, gc: seed % 3 > 0 })
      syncAll(docs)
      const [doc] = docs
      if (!doc) throw new Error("no peers")
      const whole = Y.encodeStateAsUpdate(doc)
      const size = 256 + (seed % 5) * 100
      const chunks = cutUpdate(whole, size)
      for (const chunk of chunks) expect(chunk.length).toBeLessThanOrEqual(size)
      expectWholeInOrder(chunks, whole)
    })
  }
})
