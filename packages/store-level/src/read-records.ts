import { StoreError, type StoredRecord } from "@ligature/store"
import { entriesOf, type Reading } from "./database.ts"
import { checkpointKey, rangeOf, recordKey, rowNameOf, setSequence, summaryKey } from "./keys.ts"
import { type Summary, unsealChunk, unsealRecords, unsealSummary } from "./payloads.ts"
import { Damage, unseal } from "./sealed-value.ts"

/** A document's records in order, in pages. Throws Damage on a bad value, a hole, or a record too many; DOCUMENT_REMOVED. */
export async function* readPages(
  from: Reading,
  document: string,
  onSummary?: (summary: Summary | null) => void,
): AsyncGenerator<StoredRecord[], void, undefined> {
  const summary = await readSummary(from, document)
  refuseRemoved(document, summary)
  onSummary?.(summary)
  if (summary === null) return
  const { through, chunks, last } = summary
  let index = 0
  for await (const page of from.pages(rangeOf("checkpoint", document))) {
    const records: StoredRecord[] = []
    for (const [key, value] of page) {
      expectKey(key, checkpointKey(document, through, index), "checkpoint chunk", index)
      records.push({ kind: "checkpoint", sequence: through, ...unsealChunk(key, value), author: null })
      index += 1
    }
    yield records
  }
  if (index !== chunks) throw new Damage(`${index} of ${chunks} checkpoint chunks are there`)
  let sequence = through
  const expected = recordKey(document, sequence)
  for await (const page of from.pages(rangeOf("record", document))) {
    const records: StoredRecord[] = []
    for (const [key, value] of page) {
      setSequence(expected, sequence + 1)
      expectKey(key, expected, "record", sequence + 1)
      for (const { update, time, author } of unsealRecords(key, value)) {
        sequence += 1
        records.push({ kind: "update", sequence, update, time, author })
      }
    }
    yield records
  }
  if (sequence !== last) throw new Damage(`the log ends at record ${sequence} of ${last}`)
}

/** A document's rows. Throws like `readRecords`. */
export async function readRows(
  from: Reading,
  document: string,
  onSummary?: (summary: Summary | null) => void,
): Promise<Map<string, Uint8Array>> {
  const rows = new Map<string, Uint8Array>()
  const summary = await readSummary(from, document)
  refuseRemoved(document, summary)
  onSummary?.(summary)
  if (summary === null) return rows
  for await (const [key, value] of entriesOf(from, rangeOf("row", document))) {
    rows.set(rowNameOf(key), unseal("row", key, value))
  }
  if (rows.size !== summary.rows) throw new Damage(`${rows.size} of ${summary.rows} rows are there`)
  return rows
}

/** null for an absent document. Throws Damage, also when there are records without a summary. */
export async function readSummary(from: Reading, document: string): Promise<Summary | null> {
  const key = summaryKey(document)
  const value = await from.get(key)
  if (value !== undefined) return unsealSummary(key, value)
  // Side by side: nobody is told that a document is absent before all of them have ended.
  const orphans = await Promise.all(ORPHANS.map((kind) => isThere(from, kind, document)))
  const orphan = ORPHANS.find((_, n) => orphans[n])
  if (orphan !== undefined) throw new Damage(`a ${orphan} is there without the summary`)
  return null
}

const ORPHANS = ["checkpoint", "record", "row"] as const

async function isThere(from: Reading, kind: (typeof ORPHANS)[number], document: string): Promise<boolean> {
  for await (const _ of from.keys(rangeOf(kind, document))) return true
  return false
}

export function refuseRemoved(document: string, summary: Summary | null): void {
  if (summary?.state !== "removed") return
  const message = `Document ${JSON.stringify(document)} was removed.`
  throw new StoreError("DOCUMENT_REMOVED", message, { documents: [document] })
}

function expectKey(found: Uint8Array, expected: Uint8Array, what: string, number: number): void {
  if (Buffer.compare(found, expected) !== 0) throw new Damage(`${what} ${number} is not where it should be`)
}
