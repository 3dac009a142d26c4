import { StoreError, type StoredRecord } from "@ligature/store"
import type { Reading } from "./database.ts"
import { checkpointKey, rangeOf, recordKey, rowNameOf, summaryKey } from "./keys.ts"
import { type Summary, unsealChunk, unsealRecord, unsealSummary } from "./payloads.ts"
import { Damage, unseal } from "./sealed-value.ts"

/** A document's records in order. Throws Damage on a bad value, a hole, or a record too many; DOCUMENT_REMOVED. */
export async function* readRecords(from: Reading, document: string): AsyncGenerator<StoredRecord, void, undefined> {
  const summary = await readSummary(from, document)
  if (summary === null) return
  refuseRemoved(document, summary)
  let index = 0
  for await (const [key, value] of from.entries(rangeOf("checkpoint", document))) {
    expectKey(key, checkpointKey(document, summary.through, index), `checkpoint chunk ${index}`)
    const { time, update } = unsealChunk(key, value)
    index += 1
    yield { kind: "checkpoint", sequence: summary.through, update, time, author: null }
  }
  if (index !== summary.chunks) throw new Damage(`${index} of ${summary.chunks} checkpoint chunks are there`)
  let sequence = summary.through
  for await (const [key, value] of from.entries(rangeOf("record", document))) {
    sequence += 1
    expectKey(key, recordKey(document, sequence), `record ${sequence}`)
    yield { kind: "update", sequence, ...unsealRecord(key, value) }
  }
  if (sequence !== summary.last) throw new Damage(`the log ends at record ${sequence} of ${summary.last}`)
}

/** A document's rows. Throws like `readRecords`. */
export async function readRows(from: Reading, document: string): Promise<Map<string, Uint8Array>> {
  const rows = new Map<string, Uint8Array>()
  const summary = await readSummary(from, document)
  if (summary === null) return rows
  refuseRemoved(document, summary)
  for await (const [key, value] of from.entries(rangeOf("row", document))) {
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
  for (const kind of ["checkpoint", "record", "row"] as const) {
    for await (const _ of from.keys(rangeOf(kind, document))) throw new Damage(`a ${kind} is there without the summary`)
  }
  return null
}

export function refuseRemoved(document: string, summary: Summary | null): void {
  if (summary?.state !== "removed") return
  const message = `Document ${JSON.stringify(document)} was removed.`
  throw new StoreError("DOCUMENT_REMOVED", message, { documents: [document] })
}

function expectKey(found: Uint8Array, expected: Uint8Array, what: string): void {
  if (Buffer.compare(found, expected) !== 0) throw new Damage(`${what} is not where it should be`)
}
