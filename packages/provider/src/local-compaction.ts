import type { IDBPObjectStore } from "idb"
import * as Y from "yjs"
import type { LocalSchema } from "./local-schema.ts"
import type { LocalRecord } from "./local-store.ts"

type Updates = IDBPObjectStore<LocalSchema, readonly ("documents" | "updates" | "changes")[], "updates", "readwrite">

/** So many records of one level are merged into one of the next: merging stays cheap because the sets are small. */
const SET = 32
/** A record of this size is left alone from then on: a merge must fit between two frames. */
const LARGE_BYTES = 64 * 1024
/** 32⁴ updates in a record are enough. */
const LAST_LEVEL = 4

/** Merges the oldest set of small records of a copy, in the caller's transaction. Resolves to false when there is none. */
export async function compactRecords(updates: Updates, copy: string): Promise<boolean> {
  const byLevel = updates.index("level")
  for (let level = 0; level < LAST_LEVEL; level++) {
    // Keys are cheap: the large records of a long document are not touched by this.
    const keys = await byLevel.getAllKeys([copy, level], SET)
    const [first, ...others] = keys
    if (first === undefined || keys.length < SET) continue
    const records = await byLevel.getAll([copy, level], SET)
    const update = Y.mergeUpdates(records.map((record) => record.update))
    // Under the first key: in this order the records build on each other.
    await Promise.all([
      updates.put({ copy, update, level: update.length < LARGE_BYTES ? level + 1 : LAST_LEVEL }, first),
      ...others.map((key) => updates.delete(key)),
    ])
    return true
  }
  return false
}

/** Puts `state` in the place of `records`, in the caller's transaction. Resolves to false if they are no longer what they were. */
export async function rewriteRecords(
  updates: Updates,
  copy: string,
  records: readonly LocalRecord[],
  state: Uint8Array,
): Promise<boolean> {
  const [first, ...others] = records
  if (first === undefined) return false
  const found = await Promise.all(records.map(({ key }) => updates.get(key)))
  if (found.some((record, place) => record?.level !== records[place]?.level)) return false
  await Promise.all([
    updates.put({ copy, update: state, level: Math.max(LAST_LEVEL, first.level) + 1 }, first.key),
    ...others.map(({ key }) => updates.delete(key)),
  ])
  return true
}
