import { newSummary } from "./batch.ts"
import type { Operation } from "./commit-loop.ts"
import { checkpointKey, quarantineKey, rangeOf, rowKey, summaryKey } from "./keys.ts"
import { sealChunk, type Summary, unsealSummary } from "./payloads.ts"
import { Damage, seal } from "./sealed-value.ts"

/** What stays of a damaged document, in the place of all that was there. */
export interface Remains {
  readonly chunks: readonly Uint8Array[]
  readonly rows: ReadonlyMap<string, Uint8Array>
  /** Of the last sound update. */
  readonly last: { readonly sequence: number; readonly time: number }
  /** The archive proved sound, and stays. */
  readonly keepsArchive: boolean
}

/** Lifts the quarantine of a document that is sound after all. */
export function liftOperation(document: string): Operation {
  return {
    document,
    bytes: 0,
    alone: false,
    onlyTidies: false,
    apply: async (batch) => batch.del(quarantineKey(document)),
  }
}

/** Makes what is left the whole document. */
export function releaseOperation(document: string, { chunks, rows, last, keepsArchive }: Remains): Operation {
  return {
    document,
    bytes: chunks.reduce((sum, chunk) => sum + chunk.length, 0),
    alone: true,
    onlyTidies: false,
    async apply(batch) {
      const before = summaryOrNull(await batch.database.get(summaryKey(document)), document)
      const gone = ["record", "checkpoint", "row", "quarantine"] as const
      for (const kind of keepsArchive ? gone : ([...gone, "archive"] as const)) {
        for await (const key of batch.database.keys(rangeOf(kind, document))) batch.del(key)
      }
      // Numbers of updates never come twice.
      const through = Math.max(before?.last ?? 0, last.sequence, 1)
      for (const [index, chunk] of chunks.entries()) {
        const key = checkpointKey(document, through, index)
        batch.put(key, sealChunk(key, last.time, chunk))
      }
      for (const [name, value] of rows) {
        const key = rowKey(document, name)
        batch.put(key, seal("row", key, value))
      }
      const after: Summary = {
        ...newSummary(),
        changed: last.time,
        last: through,
        through,
        chunks: chunks.length,
        checkpointBytes: chunks.reduce((sum, chunk) => sum + chunk.length, 0),
        rows: rows.size,
        segments: keepsArchive ? (before?.segments ?? 0) : 0,
        archiveBytes: keepsArchive ? (before?.archiveBytes ?? 0) : 0,
      }
      if (before === null) batch.totals.documents -= 1
      batch.setSummary(document, before, after)
    },
  }
}

function summaryOrNull(value: Uint8Array | undefined, document: string): Summary | null {
  try {
    return value === undefined ? null : unsealSummary(summaryKey(document), value)
  } catch (error) {
    if (error instanceof Damage) return null
    throw error
  }
}
