import type { Millis } from "@ligature/protocol"
import type { Operation } from "./commit-loop.ts"
import type { Reading } from "./database.ts"
import { findOldSegments, letGoOperation, startOfLog } from "./let-go-operation.ts"
import type { LetGoJob } from "./let-go.ts"
import { readPages } from "./read-records.ts"
import { unseal } from "./sealed-value.ts"

/** What of a store this needs. */
interface Store {
  readonly retentionMs: Millis
  readonly now: Millis
  /** Reads of one document, from one snapshot. */
  read<T>(read: (from: Reading) => Promise<T>): Promise<T>
  /** See `LevelStore.compact`. */
  compact(): Promise<boolean>
  letGo(job: Omit<LetGoJob, "kind">): Promise<Uint8Array>
  commit(operation: Operation): Promise<void>
}

/** Where no history is wanted at all a log is merged once it is this old, so that it is not done over and over. */
const DAY_MS: Millis = 86_400_000

/** See `LevelStore.forgetHistory`. */
export async function forgetHistory(document: string, store: Store): Promise<boolean> {
  const { retentionMs, now } = store
  if (retentionMs === Number.POSITIVE_INFINITY) return false
  // A log is history, too, however short. In the archive its time counts from the last of its changes on.
  const logStart = await store.read((from) => startOfLog(from, document))
  const isLogOld = logStart !== null && logStart < now - Math.max(retentionMs, retentionMs === 0 ? DAY_MS : 0)
  const hasCompacted = isLogOld && (await store.compact())
  // Both as they are at one moment: a compaction in between may take from the checkpoint what only that still has.
  const { old, checkpoint } = await store.read(async (from) => {
    const found = await findOldSegments(from, document, now - retentionMs)
    return { old: found, checkpoint: found === null ? [] : await chunksOf(from, document) }
  })
  if (old === null) return hasCompacted
  if (retentionMs === 0) {
    await store.commit(letGoOperation(document, old, null))
    return true
  }
  const archive = old.keys.map((key, n) => unseal("archive", key, old.values[n] ?? new Uint8Array()).slice())
  await store.commit(letGoOperation(document, old, await store.letGo({ archive, checkpoint })))
  return true
}

async function chunksOf(from: Reading, document: string): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = []
  for await (const page of readPages(from, document)) {
    for (const { kind, update } of page) if (kind === "checkpoint") chunks.push(update.slice())
  }
  return chunks
}
