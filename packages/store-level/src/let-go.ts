import * as Y from "yjs"
import { decodeArchiveSegment, encodeSegment } from "./archive-segment.ts"
import { readHistory } from "./change-runs.ts"
import { baseOf } from "./state-at.ts"

/** The oldest segments of an archive, which are to become one without what nobody needs any more. */
export interface LetGoJob {
  readonly kind: "let-go"
  /** An unbroken beginning of the archive, oldest first. */
  readonly archive: readonly Uint8Array[]
  /** Chunks of the checkpoint: all that is left of what no segment holds. */
  readonly checkpoint: readonly Uint8Array[]
}

/**
 * One segment in place of several. Text that had been deleted by their end is gone from it; everything that was still there then stays, for who
 * deletes it later may want it back, and so does who wrote and deleted what when.
 */
export function letGo({ archive, checkpoint }: LetGoJob): Uint8Array {
  const segments = archive.map(decodeArchiveSegment)
  const { runs, updates } = readHistory({ archive, checkpoint, log: [] })
  const base = baseOf(checkpoint, runs)
  const whole = documentOf(updates, base, false)
  const kept = Y.encodeStateAsUpdate(documentOf(updates, base, true))
  const again = documentOf([kept], null, false)
  if (!Y.equalSnapshots(Y.snapshot(whole), Y.snapshot(again))) {
    throw new Error("what is left of the archive is not the document it was")
  }
  const inserted = segments.flatMap((segment) => segment.inserted)
  const deleted = segments.flatMap((segment) => segment.deleted)
  return encodeSegment({ update: kept, inserted, deleted })
}

/** @param gc whether what is deleted at the end loses its content */
function documentOf(updates: readonly Uint8Array[], base: { readonly update: Uint8Array } | null, gc: boolean): Y.Doc {
  const doc = new Y.Doc({ gc })
  Y.transact(doc, () => {
    if (base !== null) Y.applyUpdate(doc, base.update)
    for (const update of updates) Y.applyUpdate(doc, update)
  })
  if (doc.store.pendingStructs !== null || doc.store.pendingDs !== null) {
    throw new Error("the archive leaves something pending")
  }
  return doc
}
