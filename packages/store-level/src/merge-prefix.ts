import { encodeCheckpointRow } from "@ligature/protocol"
import { cutUpdate } from "@ligature/protocol/cut-update"
import * as Y from "yjs"
import { encodeArchiveSegment } from "./archive-segment.ts"
import type { RecordPayload } from "./payloads.ts"

/** What the compaction worker is given. */
export interface MergeJob {
  /** The chunks of the old checkpoint, in order. */
  readonly checkpoint: readonly Uint8Array[]
  readonly log: readonly RecordPayload[]
  /** The sequence of the last record. */
  readonly through: number
  readonly maxChunkBytes: number
  readonly archive: boolean
}

export interface MergeResult {
  readonly chunks: readonly Uint8Array[]
  readonly archive: Uint8Array | null
  /** What is known of the chunks, so that nobody who opens the document has to parse them. */
  readonly checkpointRow: Uint8Array
}

/**
 * Merges checkpoint and log, collects garbage, cuts the result into chunks in causal order and checks that the chunks
 * give the same document, one by one. The archive segment is made of the log alone, without garbage collection.
 */
export function mergePrefix({ checkpoint, log, through, maxChunkBytes, archive }: MergeJob): MergeResult {
  const merged = new Y.Doc({ gc: true })
  Y.transact(merged, () => {
    for (const update of checkpoint) Y.applyUpdate(merged, update)
    for (const { update } of log) Y.applyUpdate(merged, update)
  })
  if (isPending(merged)) throw new Error("the records leave something pending")
  const chunks = cutUpdate(Y.encodeStateAsUpdate(merged), maxChunkBytes)
  const rebuilt = new Y.Doc({ gc: true })
  for (const [index, chunk] of chunks.entries()) {
    Y.applyUpdate(rebuilt, chunk)
    if (isPending(rebuilt)) throw new Error(`chunk ${index} of ${chunks.length} leaves something pending`)
  }
  if (!Y.equalSnapshots(Y.snapshot(merged), Y.snapshot(rebuilt))) {
    throw new Error("the chunks do not give the document they were cut from")
  }
  return {
    chunks,
    archive: archive && log.length > 0 ? encodeArchiveSegment(log) : null,
    checkpointRow: encodeCheckpointRow(through, chunks),
  }
}

function isPending({ store }: Y.Doc): boolean {
  return store.pendingStructs !== null || store.pendingDs !== null
}
