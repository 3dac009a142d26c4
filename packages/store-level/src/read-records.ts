import { isReserved, StoreError, type StoredRecord } from "@ligature/store"
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
  for (let index = 0; index < chunks; index += CHUNKS_AT_A_TIME) {
    yield await readChunks(from, document, summary, index)
  }
  const hasLog = last > through
  const beyond = [checkpointKey(document, through, chunks), ...(hasLog ? [] : [recordKey(document, last + 1)])]
  const tooMany = (await from.getMany(beyond)).findIndex((value) => value !== undefined)
  if (tooMany !== -1) throw new Damage(`a ${tooMany === 0 ? "checkpoint chunk" : "record"} behind the last is there`)
  if (!hasLog) return
  let sequence = through
  const expected = recordKey(document, sequence)
  for await (const page of from.pages({ gte: recordKey(document, through + 1), lt: rangeOf("record", document).lt })) {
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

/**
 * By their keys, each of which is known. A walk over their range costs far more where much was deleted: its first and its last step go over all
 * that was deleted beside it, other documents' too, and unpack it, until they meet something that is there.
 */
async function readChunks(from: Reading, document: string, summary: Summary, first: number): Promise<StoredRecord[]> {
  const { through, chunks } = summary
  const keys: Uint8Array[] = []
  for (let index = first; index < Math.min(first + CHUNKS_AT_A_TIME, chunks); index++) {
    keys.push(checkpointKey(document, through, index))
  }
  const values = await from.getMany(keys)
  return keys.map((key, n) => {
    const value = values[n]
    if (value === undefined) throw new Damage(`checkpoint chunk ${first + n} of ${chunks} is missing`)
    const { time, update } = unsealChunk(key, value)
    return { kind: "checkpoint", sequence: through, time, update, author: null }
  })
}

/** As many as one trip to the thread pool brings: each has 128 KB at most. */
const CHUNKS_AT_A_TIME = 2

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
  const kinds = isReserved(document) ? ROWS_ALONE : WALKED
  const [first, ...walked] = await Promise.all([
    from.get(recordKey(document, 1)),
    ...kinds.map((kind) => isThere(from, kind, document)),
  ])
  const orphan = first === undefined ? kinds.find((_, n) => walked[n]) : "record"
  if (orphan !== undefined) throw new Damage(`a ${orphan} is there without the summary`)
  return null
}

/** What stays as long as the document does. Not its records, of which the first is there until there is a checkpoint: they are deleted all the time, and a walk goes over all that was. */
const WALKED = ["checkpoint", "row"] as const
/** The server's own documents have no text. */
const ROWS_ALONE = ["row"] as const

async function isThere(from: Reading, kind: (typeof WALKED)[number], document: string): Promise<boolean> {
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
