import type { IDBPObjectStore } from "idb"
import * as Y from "yjs"
import type { LocalSchema } from "./indexed-db-store.ts"

/** So many neighbours of one level are merged into one of the next: merging stays cheap because the sets are small. */
const SET = 32
/** A record of this size is left alone. */
const LARGE_BYTES = 256 * 1024

/** Merges one set of neighbouring small records of a copy, in the caller's transaction. Resolves to false when there is none. */
export async function compactRecords(
  updates: IDBPObjectStore<LocalSchema, readonly ("documents" | "updates" | "changes")[], "updates", "readwrite">,
  copy: string,
): Promise<boolean> {
  let set: { key: number; update: Uint8Array }[] = []
  let level = -1
  let cursor = await updates.index("copy").openCursor(copy)
  while (cursor !== null && set.length < SET) {
    const record = cursor.value
    if (record.update.length >= LARGE_BYTES || record.level !== level) set = []
    if (record.update.length < LARGE_BYTES) {
      level = record.level
      set.push({ key: cursor.primaryKey, update: record.update })
    }
    cursor = await cursor.continue()
  }
  const first = set[0]
  if (first === undefined || set.length < SET) return false
  const update = Y.mergeUpdates(set.map((record) => record.update))
  // Under the first key: the order of the records is the order in which they build on each other.
  await Promise.all([
    updates.put({ copy, update, level: level + 1 }, first.key),
    ...set.slice(1).map((record) => updates.delete(record.key)),
  ])
  return true
}
