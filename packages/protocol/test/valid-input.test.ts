import { describe, expect, test } from "vitest"
import * as Y from "yjs"
import { checkUpdate, decodeStateVector, DEFAULT_LIMITS, diffUpdate, KnownState } from "../src/index.ts"
import { contents, Random, randomSession } from "./random-sessions.ts"
import { SmallServer } from "./small-server.ts"

function seeds(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1)
}

/** What one sees of a document, and how far each client has come in it. */
function seen(doc: Y.Doc): unknown {
  return { contents: contents(doc), clocks: Y.encodeStateVector(doc) }
}

describe("what Yjs sends is never refused", () => {
  test("typing is accepted byte for byte", () => {
    const doc = new Y.Doc()
    const known = new KnownState()
    const changed: string[] = []
    doc.on("update", (update: Uint8Array) => {
      const verdict = checkUpdate(update, known, { owns: () => true, limits: DEFAULT_LIMITS })
      if (verdict.verdict === "accepted") known.absorb(verdict.change)
      if (verdict.verdict !== "accepted" || verdict.update !== update) changed.push(verdict.verdict)
    })
    for (let i = 0; i < 20; i++) doc.getText("flow").insert(i, "a😀b")
    doc.getText("flow").delete(4, 20)
    doc.getMap("attrs").set("one", new Y.Map([["x", 1]]))
    expect(changed).toEqual([])
    expect(known.encodeStateVector()).toEqual(Y.encodeStateVector(doc))
  })

  test.each(seeds(300))("every edit of a session as it happens, seed %i", (seed) => {
    const server = new SmallServer()
    const docs = randomSession(seed, {
      peers: 2 + (seed % 3),
      edits: 50,
      gc: seed % 3 > 0,
      undo: seed % 2 === 0,
      on: (update, peer) => server.hear(update, peer),
    })
    server.settle(docs)
    const served = seen(server.open())
    for (const doc of docs) {
      expect(seen(doc)).toEqual(served)
      expect(server.receive(Y.encodeStateAsUpdate(doc), "step2")).toBe("nothing-new")
    }
  })

  test.each(seeds(100))("whole states, merged and repeated, in any order, seed %i", (seed) => {
    const random = new Random(seed)
    const server = new SmallServer()
    const held: { update: Uint8Array; peer: Y.Doc }[] = []
    const docs = randomSession(seed, {
      edits: 60,
      undo: true,
      gc: seed % 2 > 0,
      on: (update, peer) => held.push({ update, peer }),
    })
    for (const { update, peer } of held) {
      if (random.chance(0.1)) server.receive(Y.encodeStateAsUpdate(peer), "step2")
      if (random.chance(0.1)) {
        const mine = held.filter((other) => other.peer === peer).map((other) => other.update)
        server.hear(Y.mergeUpdates(mine), peer)
      }
      if (random.chance(0.5)) server.hear(update, peer)
    }
    for (const { update, peer } of held) server.hear(update, peer)
    server.settle(docs)
    const served = seen(server.open())
    for (const doc of docs) expect(seen(doc)).toEqual(served)
  })

  test.each(seeds(100))("a client with parts it cannot use itself, seed %i", (seed) => {
    // It lost a third of what it was sent, so its step2 holds skips, and deletes of what it never saw.
    const random = new Random(seed)
    const updates: Uint8Array[] = []
    const docs = randomSession(seed, {
      edits: 60,
      undo: true,
      gc: seed % 2 > 0,
      on: (update) => updates.push(update),
    })
    const server = new SmallServer()
    const client = new Y.Doc()
    for (const update of updates) if (random.chance(0.66)) Y.applyUpdate(client, update)
    server.receive(Y.encodeStateAsUpdate(client), "step2")
    expect(seen(server.open())).toEqual(seen(client))
    server.settle([...docs, client])
    const served = seen(server.open())
    for (const doc of docs) expect(seen(doc)).toEqual(served)
  })

  test.each(seeds(50))("a returning client gets what it lacks, seed %i", (seed) => {
    const server = new SmallServer()
    randomSession(seed, { edits: 60, undo: true, on: (update, peer) => server.hear(update, peer) })
    const whole = Y.encodeStateAsUpdate(server.open())
    const client = new Y.Doc()
    for (const update of server.stored.slice(0, server.stored.length / 2)) Y.applyUpdate(client, update)
    const diff = diffUpdate(whole, decodeStateVector(Y.encodeStateVector(client)))
    expect(diff?.length).toBeLessThanOrEqual(whole.length)
    if (diff) Y.applyUpdate(client, diff)
    Y.applyUpdate(client, server.known.encodeDeletes())
    expect(client.store.pendingStructs).toBeNull()
    expect(contents(client)).toEqual(contents(server.open()))
    expect(Y.encodeStateVector(client)).toEqual(server.known.encodeStateVector())
  })
})
