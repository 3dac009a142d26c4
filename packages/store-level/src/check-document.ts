import { KnownState, ProtocolError } from "@ligature/protocol"
import * as Y from "yjs"
import { decodeArchiveSegment } from "./archive-segment.ts"
import { entriesOf, type Reading } from "./database.ts"
import { archiveKeyParts, quarantineKey, rangeOf, recordKey, sequenceOf } from "./keys.ts"
import { codesOf } from "./open-error.ts"
import { type Summary, unsealSummary } from "./payloads.ts"
import { readPages, readRows } from "./read-records.ts"
import { Damage, unseal } from "./sealed-value.ts"

export interface DocumentCheck {
  /** null when it is damaged. */
  readonly summary: Summary | null
  /** Sentence parts, one for each part of the document that is not what was written. */
  readonly damages: readonly string[]
  readonly records: number
  /** null when they cannot be read. */
  readonly rows: ReadonlyMap<string, Uint8Array> | null
}

/** Reads everything that belongs to a document, given its summary as it is stored. */
export async function checkDocument(
  from: Reading,
  document: string,
  [key, value]: readonly [Uint8Array, Uint8Array],
): Promise<DocumentCheck> {
  const damages: string[] = []
  const collect = async (check: () => Promise<void> | void): Promise<void> => {
    try {
      await check()
    } catch (error) {
      damages.push(reasonOf(error))
    }
  }
  let summary: Summary | null = null
  let records = 0
  await collect(() => {
    summary = unsealSummary(key, value)
  })
  await collect(() => refuseQuarantined(from, document))
  // Assigned in a callback, which the compiler does not follow.
  const found = summary as Summary | null
  if (found === null) return { summary: null, damages, records, rows: null }
  if (found.state === "removed") {
    await collect(() => expectNothing(from, document))
    return { summary: found, damages, records, rows: null }
  }
  let rows: ReadonlyMap<string, Uint8Array> | null = null
  await collect(async () => {
    records = await checkRecords(from, document, found)
  })
  await collect(async () => {
    rows = await readRows(from, document)
  })
  await collect(() => expectNoMore(from, document, found))
  await collect(() => checkArchive(from, document, found))
  return { summary: found, damages, records, rows }
}

/** The records, their sum, and that they are one document: each parses and refers only to what came before. */
async function checkRecords(from: Reading, document: string, summary: Summary): Promise<number> {
  const known = new KnownState()
  const bytes = { checkpoint: 0, update: 0 }
  let records = 0
  let lastTime: number | null = null
  for await (const page of readPages(from, document)) {
    for (const { kind, sequence, update, time } of page) {
      try {
        known.absorbStored(update)
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error
        throw new Damage(`${kind} ${sequence} is no update of this document: ${error.message}`)
      }
      bytes[kind] += update.length
      records += 1
      lastTime = time
    }
  }
  expectEqual("bytes in the checkpoint", bytes.checkpoint, summary.checkpointBytes)
  expectEqual("bytes in the log", bytes.update, summary.logBytes)
  if (lastTime !== null) expectEqual("as the time of the last change", lastTime, summary.changed)
  return records
}

/** Readers go by the keys that the summary tells of, and do not see what else is there. */
async function expectNoMore(from: Reading, document: string, { through, chunks }: Summary): Promise<void> {
  let count = 0
  for await (const _ of from.keys(rangeOf("checkpoint", document))) count += 1
  expectEqual("chunks in the checkpoint", count, chunks)
  const before = { ...rangeOf("record", document), lt: recordKey(document, through + 1) }
  for await (const key of from.keys(before)) {
    throw new Damage(`record ${sequenceOf(key)} is in the log, and in the checkpoint up to ${through}`)
  }
}

/** Each segment can be read, none is missing. */
async function checkArchive(from: Reading, document: string, summary: Summary): Promise<void> {
  let bytes = 0
  let last: number | null = null
  for await (const [key, value] of entriesOf(from, rangeOf("archive", document))) {
    const { segment } = archiveKeyParts(key)
    const sealed = unseal("archive", key, value)
    // The oldest are let go in time, never one between others.
    if (last !== null && segment !== last + 1) throw new Damage(`archive segment ${last + 1} is missing`)
    try {
      Y.decodeUpdate(decodeArchiveSegment(sealed).update)
    } catch (cause) {
      throw new Damage(`archive segment ${segment} cannot be read`, { cause })
    }
    bytes += value.length
    last = segment
  }
  if (last !== null) expectEqual("as the last archive segment", last, summary.segments)
  expectEqual("bytes in the archive", bytes, summary.archiveBytes)
}

async function expectNothing(from: Reading, document: string): Promise<void> {
  for (const kind of ["checkpoint", "record", "row", "archive"] as const) {
    for await (const _ of from.keys(rangeOf(kind, document))) throw new Damage(`it was removed, and a ${kind} is left`)
  }
}

async function refuseQuarantined(from: Reading, document: string): Promise<void> {
  const key = quarantineKey(document)
  const value = await from.get(key)
  if (value === undefined) return
  throw new Damage(`the server has shut it off: ${Buffer.from(unseal("quarantine", key, value)).toString()}`)
}

function expectEqual(what: string, found: number, expected: number): void {
  if (found !== expected) throw new Damage(`its summary says ${expected} ${what}, there are ${found}`)
}

/** Damage in our words, or in LevelDB's; anything else is a fault of ours. */
function reasonOf(error: unknown): string {
  if (error instanceof Damage) return error.message
  if (error instanceof Error && codesOf(error).includes("LEVEL_CORRUPTION")) return error.message
  throw error
}
