import * as Y from "yjs"
import { checkUpdate, DEFAULT_LIMITS, KnownState } from "../src/index.ts"
import { syncAll } from "./random-sessions.ts"

/** A room in small: what it knows and what it stored, nothing else. */
export class SmallServer {
  readonly known: KnownState = new KnownState()
  readonly stored: Uint8Array[] = []

  /** The verdict's name; an update that is taken is absorbed and stored. Throws for one that is refused. */
  receive(update: Uint8Array, kind: "update" | "step2"): "accepted" | "incomplete" | "nothing-new" | "gap" {
    const verdict = checkUpdate(update, this.known, { owns: () => true, limits: DEFAULT_LIMITS, kind })
    if (verdict.verdict === "refused") throw new Error(`refused: ${verdict.reason}, ${verdict.detail}`)
    if (verdict.verdict !== "accepted") return verdict.verdict
    this.known.absorb(verdict.change)
    this.stored.push(verdict.update.slice())
    return verdict.incomplete ? "incomplete" : "accepted"
  }

  /** What a client goes through that sends this update: after a gap it is asked for the rest. Throws if that does not help. */
  hear(update: Uint8Array, from: Y.Doc): void {
    if (this.receive(update, "update") !== "gap") return
    const answer = this.receive(Y.encodeStateAsUpdate(from, this.known.encodeStateVector()), "step2")
    if (answer !== "accepted" && answer !== "nothing-new") throw new Error(`the answer is ${answer}`)
    const again = this.receive(update, "update")
    if (again !== "nothing-new") throw new Error(`after the answer the update is ${again}`)
  }

  /** A fresh client that gets all records at once: between them Yjs would tidy up formats, which are edits of its own. */
  open(): Y.Doc {
    this.#checkRecords()
    const doc = new Y.Doc()
    doc.transact(() => this.stored.forEach((update) => Y.applyUpdate(doc, update)), "sync")
    return doc
  }

  /** Throws if a record leaves something pending, or if a load knows less than the running room. */
  #checkRecords(): void {
    const doc = new Y.Doc()
    const loaded = new KnownState()
    for (const update of this.stored) {
      Y.applyUpdate(doc, update)
      if (doc.store.pendingStructs !== null || doc.store.pendingDs !== null) throw new Error("a record is pending")
      loaded.absorbStored(update)
    }
    if (!equal(loaded.encodeStateVector(), this.known.encodeStateVector())) throw new Error("a load knows other clocks")
    if (!equal(loaded.encodeDeletes(), this.known.encodeDeletes())) throw new Error("a load knows other deletes")
    const restored = new KnownState()
    restored.restore(loaded.encode())
    if (!equal(restored.encode(), loaded.encode())) throw new Error("what was kept of it is not what was known")
    if (!equal(restored.encodeDeletes(), loaded.encodeDeletes())) throw new Error("other deletes were kept")
  }

  /** Brings everybody and the server to the same state. */
  settle(docs: readonly Y.Doc[]): void {
    // Syncing makes Yjs tidy up formats and delete overwritten map values, so it takes rounds to come to rest.
    for (let round = 0; round < 3; round++) {
      syncAll(docs)
      for (const doc of docs) this.receive(Y.encodeStateAsUpdate(doc), "step2")
    }
  }
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}
