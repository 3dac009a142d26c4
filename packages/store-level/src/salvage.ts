import { CHECKPOINT_ROW } from "@ligature/protocol"
import { StoreError, type StoredRecord } from "@ligature/store"
import * as encoding from "lib0/encoding"
import { entriesOf, type Entry, type Reading } from "./database.ts"
import type { Remains } from "./release-operation.ts"
import { RECOVERING_ROW } from "./restore-backup.ts"
import { type KEY_LETTER, rangeOf, rowNameOf, sequenceOf, summaryKey } from "./keys.ts"
import { codesOf } from "./open-error.ts"
import { unsealChunk, unsealRecords, unsealSummary } from "./payloads.ts"
import { refuseRemoved } from "./read-records.ts"
import { Damage, unseal } from "./sealed-value.ts"

/** The values of a document that prove to be what was written, whatever is missing between them. */
export interface SoundPieces {
  readonly updates: readonly Uint8Array[]
  /** Archive segments, oldest first. */
  readonly archive: readonly Uint8Array[]
  /** Of the last sound update. */
  readonly last: Pick<StoredRecord, "sequence" | "time">
  /** Values that do not. */
  readonly lost: number
}

/** Throws DOCUMENT_REMOVED, and whatever the database throws that is no damage. */
export async function readSoundPieces(from: Reading, document: string): Promise<SoundPieces> {
  await refuseIfRemoved(from, document)
  const updates: Uint8Array[] = []
  const archive: Uint8Array[] = []
  let last = { sequence: 0, time: 0 }
  let lost = 0
  const read = async (kind: keyof typeof KEY_LETTER, take: (entry: Entry) => void): Promise<void> => {
    try {
      for await (const page of from.pages(rangeOf(kind, document))) {
        for (const entry of page) if (!isSound(() => take(entry))) lost += 1
      }
    } catch (error) {
      // LevelDB itself cannot go on behind a broken block.
      if (!codesOf(error).includes("LEVEL_CORRUPTION")) throw error
      lost += 1
    }
  }
  await read("archive", ([key, value]) => void archive.push(unseal("archive", key, value)))
  await read("checkpoint", ([key, value]) => {
    const { update, time } = unsealChunk(key, value)
    updates.push(update)
    last = { ...last, time }
  })
  await read("record", ([key, value]) => {
    const records = unsealRecords(key, value)
    for (const { update, time } of records) {
      updates.push(update)
      last = { sequence: sequenceOf(key) + records.length - 1, time }
    }
  })
  return { updates, archive, last, lost }
}

/** What the document is from now on. What is known of the old checkpoint holds no more; the rest of the rows that can be read stays. */
export async function remainsOf(
  from: Reading,
  document: string,
  { chunks, last, archive }: Pick<SoundPieces, "last" | "archive"> & { readonly chunks: readonly Uint8Array[] },
  now: number,
): Promise<Remains> {
  const rows = new Map<string, Uint8Array>()
  for await (const [key, value] of entriesOf(from, rangeOf("row", document))) {
    if (rowNameOf(key) !== CHECKPOINT_ROW) isSound(() => void rows.set(rowNameOf(key), unseal("row", key, value)))
  }
  rows.set(
    RECOVERING_ROW,
    encoding.encode((encoder) => encoding.writeVarUint(encoder, now)),
  )
  let segments = 0
  for await (const _ of from.keys(rangeOf("archive", document))) segments += 1
  return { chunks, rows, last: { ...last, time: last.time || now }, keepsArchive: segments === archive.length }
}

async function refuseIfRemoved(from: Reading, document: string): Promise<void> {
  const key = summaryKey(document)
  try {
    const value = await from.get(key)
    if (value !== undefined) refuseRemoved(document, unsealSummary(key, value))
  } catch (error) {
    if (error instanceof StoreError) throw error
    if (!(error instanceof Damage) && !codesOf(error).includes("LEVEL_CORRUPTION")) throw error
  }
}

function isSound(take: () => void): boolean {
  try {
    take()
    return true
  } catch (error) {
    if (error instanceof Damage) return false
    throw error
  }
}
