import { type Append, checkReplacement, type PrefixReplacement } from "@ligature/store"
import { type Batch, newSummary } from "./batch.ts"
import type { Operation } from "./commit-loop.ts"
import type { Reading } from "./database.ts"
import { archiveKey, checkpointKey, quarantineKey, rangeOf, recordKey, rowKey, sequenceOf } from "./keys.ts"
import { sealChunk, sealRecords, type Summary, unsealRecords } from "./payloads.ts"
import { readPages, readSummary, refuseRemoved } from "./read-records.ts"
import { Damage, seal } from "./sealed-value.ts"

// Every way to change a store. Each is applied when its batch is put together, on the documents as the operations before it leave them.

/** About what a record or row costs beyond its bytes: key, header, time, author, its part of the summary. */
export const RECORD_OVERHEAD_BYTES = 64

export function appendOperation(append: Append): Operation {
  const { document, updates, rows } = append
  let bytes = RECORD_OVERHEAD_BYTES * (1 + updates.length)
  for (const { update } of updates) bytes += update.length
  for (const value of rows?.values() ?? []) bytes += value.length + RECORD_OVERHEAD_BYTES
  return {
    document,
    bytes,
    alone: false,
    onlyTidies: false,
    apply(batch) {
      // Mostly everything is at hand: a commit of a thousand documents then waits for nothing but the disk.
      const known = batch.summaryAtHand(document)
      if (known === undefined || rows !== undefined) return readAndAppend(batch, append)
      refuseRemoved(document, known)
      return putUpdates(batch, document, updates, known, { ...known })
    },
  }
}

async function readAndAppend(batch: Batch, { document, updates, rows }: Append): Promise<void> {
  const before = await summaryIn(batch, document)
  refuseRemoved(document, before)
  const after = before === null ? newSummary() : { ...before }
  if (rows !== undefined) after.rows += await putRows(batch, document, rows)
  putUpdates(batch, document, updates, before, after)
}

function putUpdates(
  batch: Batch,
  document: string,
  updates: Append["updates"],
  before: Readonly<Summary> | null,
  after: Summary,
): void {
  for (let from = 0; from < updates.length;) {
    const to = endOfValue(updates, from)
    const key = recordKey(document, after.last + 1)
    batch.put(key, sealRecords(key, updates.slice(from, to)))
    after.last += to - from
    from = to
  }
  for (const { update } of updates) after.logBytes += update.length
  after.changed = updates.at(-1)?.time ?? after.changed
  batch.setSummary(document, before, after)
}

/** Returns how many of them were not there. */
async function putRows(batch: Batch, document: string, rows: ReadonlyMap<string, Uint8Array>): Promise<number> {
  const areNew = await Promise.all(Array.from(rows.keys(), (name) => batch.isNew(rowKey(document, name))))
  for (const [name, value] of rows) {
    const key = rowKey(document, name)
    batch.put(key, seal("row", key, value))
  }
  return areNew.filter(Boolean).length
}

/** Bytes of updates that share a value; larger ones would stall readers as well as writers. */
export const SHARED_VALUE_BYTES: number = 64 * 1024

function endOfValue(updates: Append["updates"], from: number): number {
  let to = from
  for (let bytes = 0; to < updates.length; to++) {
    bytes += updates[to]?.update.length ?? 0
    if (bytes > SHARED_VALUE_BYTES && to > from) break
  }
  return to
}

/** What must be known of a prefix to replace it; it stays true as long as the checkpoint does. */
export interface PrefixFacts {
  /** The end of the checkpoint that was there. */
  readonly checkpointThrough: number
  /** The last record of the prefix. */
  readonly last: number
  /** Bytes of the log records that go. */
  readonly logBytes: number
  /** Time of the last update that goes. */
  readonly time: number
}

async function readPrefixFacts(from: Reading, document: string, through: number): Promise<PrefixFacts> {
  const facts = { checkpointThrough: 0, last: 0, logBytes: 0, time: 0 }
  for await (const page of readPages(from, document)) {
    for (const { kind, sequence, time, update } of page) {
      if (sequence > through) return facts
      facts.last = sequence
      facts.time = time
      if (kind === "checkpoint") facts.checkpointThrough = sequence
      else facts.logBytes += update.length
    }
  }
  return facts
}

/** `known`: from somebody who has read the prefix anyway; null, or out of date: it is read here, and the commit loop waits. */
export function replaceOperation(
  document: string,
  replacement: PrefixReplacement,
  known: PrefixFacts | null,
): Operation {
  const { through, chunks, archive, rows } = replacement
  return {
    document,
    bytes: chunks.reduce((sum, chunk) => sum + chunk.length, archive?.length ?? 0),
    alone: true,
    onlyTidies: true,
    async apply(batch) {
      const before = await summaryIn(batch, document)
      refuseRemoved(document, before)
      checkReplacement(
        document,
        replacement,
        before === null || before.chunks === 0 ? 1 : before.through,
        before?.last ?? 0,
      )
      if (before === null) return
      const isCurrent = known !== null && known.checkpointThrough === before.through && known.last === through
      const facts = isCurrent ? known : await readPrefixFacts(batch.database, document, through)
      const after: Summary = {
        ...before,
        through,
        chunks: chunks.length,
        checkpointBytes: chunks.reduce((sum, chunk) => sum + chunk.length, 0),
        logBytes: before.logBytes - facts.logBytes,
      }
      for (let index = 0; index < before.chunks; index++) batch.del(checkpointKey(document, before.through, index))
      await deleteLog(batch, document, before.through, through)
      for (const [index, chunk] of chunks.entries()) {
        const key = checkpointKey(document, through, index)
        batch.put(key, sealChunk(key, facts.time, chunk))
      }
      if (rows !== undefined) after.rows += await putRows(batch, document, rows)
      if (archive !== null) {
        after.segments += 1
        const key = archiveKey(document, after.segments, facts.time)
        const value = seal("archive", key, archive)
        after.archiveBytes += value.length
        batch.put(key, value)
      }
      batch.setSummary(document, before, after)
    },
  }
}

/** Deletes the log from behind `before` up to `through`; what shares a value with the last of them stays, in a value of its own. */
async function deleteLog(batch: Batch, document: string, before: number, through: number): Promise<void> {
  const range = { gte: recordKey(document, before + 1), lt: recordKey(document, through + 1) }
  let last: Uint8Array | undefined
  for await (const key of batch.database.keys(range)) {
    batch.del(key)
    last = key
  }
  const value = last === undefined ? undefined : await batch.database.get(last)
  if (last === undefined || value === undefined) return
  const rest = unsealRecords(last, value).slice(through + 1 - sequenceOf(last))
  if (rest.length === 0) return
  const key = recordKey(document, through + 1)
  batch.put(key, sealRecords(key, rest))
}

export function removeOperation(document: string, at: number, isQuarantined: boolean): Operation {
  return {
    document,
    bytes: 0,
    alone: true,
    onlyTidies: false,
    async apply(batch) {
      // The summary of a quarantined document may be what is damaged; its tombstone then counts as one more.
      const before = isQuarantined
        ? await summaryIn(batch, document).catch(nullIfDamaged)
        : await summaryIn(batch, document)
      if (before?.state === "removed" || (before === null && !isQuarantined)) return
      const kinds = ["record", "checkpoint", "row", "archive", "quarantine", "trash"] as const
      const keys: Uint8Array[] = []
      for (const kind of kinds) {
        for await (const key of batch.database.keys(rangeOf(kind, document))) keys.push(key)
      }
      for (const key of keys) batch.del(key)
      if (before === null) batch.totals.documents -= 1
      batch.setSummary(document, before, { ...newSummary(), state: "removed", changed: at })
    },
  }
}

/** Keeps across restarts that a document is damaged, and why. */
export function quarantineOperation(document: string, reason: string): Operation {
  return {
    document,
    bytes: reason.length,
    alone: false,
    onlyTidies: true,
    async apply(batch) {
      const key = quarantineKey(document)
      batch.put(key, seal("quarantine", key, Buffer.from(reason)))
    },
  }
}

function nullIfDamaged(error: unknown): null {
  if (error instanceof Damage) return null
  throw error
}

async function summaryIn(batch: Batch, document: string): Promise<Summary | null> {
  return (await batch.summary(document)) ?? readSummary(batch.database, document)
}
