import type { Operation } from "./commit-loop.ts"
import { entriesOf, type Reading } from "./database.ts"
import { archiveKey, archiveKeyParts, rangeOf, recordKey } from "./keys.ts"
import { unsealRecords } from "./payloads.ts"
import { readSummary } from "./read-records.ts"
import { seal } from "./sealed-value.ts"

/** The first segments of a document's archive, all of whose changes are older than anybody wants to know. */
export interface OldSegments {
  readonly keys: readonly Uint8Array[]
  /** As they are stored, in the same order. */
  readonly values: readonly Uint8Array[]
}

/** A segment that was made of old ones has this in place of the time of its newest change, and is not made anew alone. */
const LET_GO = 0

/** null when there is nothing to let go. @param oldest segments that end before this time are old */
export async function findOldSegments(from: Reading, document: string, oldest: number): Promise<OldSegments | null> {
  const keys: Uint8Array[] = []
  const values: Uint8Array[] = []
  for await (const [key, value] of entriesOf(from, rangeOf("archive", document))) {
    if (archiveKeyParts(key).newest >= oldest) break
    keys.push(key)
    values.push(value)
  }
  return keys.some((key) => archiveKeyParts(key).newest !== LET_GO) ? { keys, values } : null
}

/** When the first record of a document's log was written; null when it has none. */
export async function startOfLog(from: Reading, document: string): Promise<number | null> {
  const range = { gte: recordKey(document, 0), lt: rangeOf("record", document).lt }
  for await (const [key, value] of entriesOf(from, range)) return unsealRecords(key, value)[0]?.time ?? null
  return null
}

/** Puts one segment in the place of old ones, in one batch; `null`: nothing. Does nothing when they are not there any more. */
export function letGoOperation(document: string, old: OldSegments, segment: Uint8Array | null): Operation {
  return {
    document,
    bytes: segment?.length ?? 0,
    alone: true,
    onlyTidies: true,
    async apply(batch) {
      const before = (await batch.summary(document)) ?? (await readSummary(batch.database, document))
      if (before === null || before.state === "removed" || !(await areThere(batch.database, old))) return
      const after = { ...before }
      for (const [n, key] of old.keys.entries()) {
        batch.del(key)
        after.archiveBytes -= old.values[n]?.length ?? 0
      }
      const last = old.keys.at(-1)
      if (segment !== null && last !== undefined) {
        const key = archiveKey(document, archiveKeyParts(last).segment, LET_GO)
        const value = seal("archive", key, segment)
        batch.put(key, value)
        after.archiveBytes += value.length
      }
      batch.setSummary(document, before, after)
    },
  }
}

async function areThere(from: Reading, { keys }: OldSegments): Promise<boolean> {
  for (const value of await from.getMany([...keys])) if (value === undefined) return false
  return true
}
