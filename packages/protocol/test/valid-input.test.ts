import { describe, expect, test } from "vitest"
import * as Y from "yjs"
import { checkUpdate, DEFAULT_LIMITS, diffUpdate, decodeStateVector, KnownState } from "../src/index.ts"
import { contents, Random, randomSession, syncAll } from "./random-sessions.ts"

/** A room in small: what it knows, what it stored, and what waits for a step2. */
class Server {
  readonly known = new KnownState()
  readonly stored: Uint8Array[] = []

  /** The verdict's name; an update that is taken is absorbed and stored. */
  receive(update: Uint8Array, kind: "update" | "step2"): string {
    const verdict = checkUpdate(update, this.known, { owns: () => true, limits: DEFAULT_LIMITS, kind })
    if (verdict.verdict === "refused") throw new Error(`refused: ${verdict.reason}, ${verdict.detail}`)
    if (verdict.verdict === "accepted") {
      this.known.absorb(verdict.change)
      this.stored.push(verdict.update.slice())
      return verdict.incomplete ? "incomplete" : "accepted"
    }
    return verdict.verdict
  }

  /** What a client that sends this update goes through until all of it is stored. */
  hear(update: Uint8Array, from: Y.Doc): void {
    if (this.receive(update, "update") !== "gap") return
    const step2 = Y.encodeStateAsUpdate(from, this.known.encodeStateVector())
    expect(this.receive(step2, "step2")).toMatch(/^(accepted|nothing-new)$/)
    expect(this.receive(update, "update")).toBe("nothing-new")
  }

  load(): Y.Doc {
    const doc = new Y.Doc()
    const loaded = new KnownState()
    for (const update of this.stored) {
      Y.applyUpdate(doc, update)
      expect(doc.store.pendingStructs).toBeNull()
      expect(doc.store.pendingDs).toBeNull()
      loaded.absorbStored(update)
    }
    expect(loaded.encodeStateVector()).toEqual(this.known.encodeStateVector())
    expect(loaded.encodeDeletes()).toEqual(this.known.encodeDeletes())
    return doc
  }
}

function seeds(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1)
}

describe("what Yjs sends is never refused", () => {
  test.each(seeds(300))("every edit of a session as it happens, seed %i", (seed) => {
    const server = new Server()
    const docs = randomSession(seed, {
      peers: 2 + (seed % 3),
      edits: 50,
      gc: seed % 3 > 0,
      undo: seed % 2 === 0,
      on: (update, peer) => server.hear(update, peer),
    })
    expectServed(server, docs)
  })

  test.each(seeds(100))("whole states, merged and repeated, in any order, seed %i", (seed) => {
    const random = new Random(seed)
    const server = new Server()
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
    expectServed(server, docs)
  })

  test.each(seeds(100))("a client with parts it cannot use itself, seed %i", (seed) => {
    // It lost a third of what it was sent, so its step2 holds skips and deletes of what it never saw.
    const random = new Random(seed)
    const updates: Uint8Array[] = []
    const docs = randomSession(seed, { edits: 60, undo: true, gc: seed % 2 > 0, on: (update) => updates.push(update) })
    const server = new Server()
    const client = new Y.Doc()
    for (const update of updates) if (random.chance(0.66)) Y.applyUpdate(client, update)
    server.receive(Y.encodeStateAsUpdate(client), "step2")
    expect(Y.encodeStateVector(server.load())).toEqual(Y.encodeStateVector(client))
    expect(contents(server.load())).toEqual(contents(client))
    for (const doc of docs) server.receive(Y.encodeStateAsUpdate(doc), "step2")
    server.receive(Y.encodeStateAsUpdate(client), "step2")
    expectServed(server, docs)
  })

  test.each(seeds(50))("a returning client gets what it lacks, seed %i", (seed) => {
    const server = new Server()
    const updates: Uint8Array[] = []
    randomSession(seed, {
      edits: 60,
      undo: true,
      on: (update, peer) => (server.hear(update, peer), updates.push(update)),
    })
    const whole = Y.encodeStateAsUpdate(server.load())
    const client = new Y.Doc()
    for (const update of server.stored.slice(0, server.stored.length / 2)) Y.applyUpdate(client, update)
    const diff = diffUpdate(whole, decodeStateVector(Y.encodeStateVector(client)))
    expect(diff?.length).toBeLessThanOrEqual(whole.length)
    if (diff) Y.applyUpdate(client, diff)
    Y.applyUpdate(client, server.known.encodeDeletes())
    expect(client.store.pendingStructs).toBeNull()
    expect(contents(client)).toEqual(contents(server.load()))
    expect(Y.encodeStateVector(client)).toEqual(server.known.encodeStateVector())
  })
})

/** The server has it all, and a fresh client sees what the writers see. */
function expectServed(server: Server, docs: readonly Y.Doc[]): void {
  // Syncing makes Yjs tidy up formats and delete overwritten map values, so it takes two rounds to come to rest.
  for (let round = 0; round < 2; round++) {
    syncAll(docs)
    for (const doc of docs) server.receive(Y.encodeStateAsUpdate(doc), "step2")
  }
  const served = server.load()
  for (const doc of docs) {
    expect(contents(served)).toEqual(contents(doc))
    expect(Y.encodeStateVector(served)).toEqual(Y.encodeStateVector(doc))
    expect(server.receive(Y.encodeStateAsUpdate(doc), "step2")).toBe("nothing-new")
  }
}
