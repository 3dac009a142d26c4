import { cutUpdate } from "@ligature/protocol/cut-update"
import * as Y from "yjs"
import { decodeArchiveSegment } from "./archive-segment.ts"

export interface SalvageJob {
  readonly kind: "salvage"
  /** Updates that proved to be what was written, in the order in which they were. */
  readonly updates: readonly Uint8Array[]
  /** Archive segments as they are stored: they may hold what a lost checkpoint held. */
  readonly archive: readonly Uint8Array[]
  readonly maxChunkBytes: number
}

/** What the pieces give together, without those that stand on a lost one: chunks in causal order, none for an empty document. */
export function salvageUpdates({ updates, archive, maxChunkBytes }: SalvageJob): readonly Uint8Array[] {
  const doc = new Y.Doc({ gc: true })
  Y.transact(doc, () => {
    for (const segment of archive) applyIfWhole(doc, () => decodeArchiveSegment(segment).update)
    for (const update of updates) applyIfWhole(doc, () => update)
  })
  // Encoding would take along what waits for the lost pieces.
  doc.store.pendingStructs = null
  doc.store.pendingDs = null
  if (doc.store.clients.size === 0) return []
  return cutUpdate(Y.encodeStateAsUpdate(doc), maxChunkBytes)
}

/** A piece with a good checksum that is no update all the same is one more lost piece. */
function applyIfWhole(doc: Y.Doc, update: () => Uint8Array): void {
  try {
    const bytes = update()
    // Decoded whole before it is applied: one that breaks off half-way would leave half of itself.
    Y.decodeUpdate(bytes)
    Y.applyUpdate(doc, bytes)
  } catch (error) {
    if (!(error instanceof Error)) throw error
  }
}
