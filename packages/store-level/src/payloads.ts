import * as decoding from "lib0/decoding"
import * as encoding from "lib0/encoding"
import { seal, unseal, type ValueKind } from "./sealed-value.ts"

// What is inside the sealed values. Numbers are lib0 varUints, strings varStrings; docs/storage.md lists the fields.

/** An update of the log with when and by whom. */
export interface RecordPayload {
  readonly time: number
  readonly author: string | null
  readonly update: Uint8Array
}

/** Updates that were appended together share a value: one key, one header and one checksum for all of them. */
export function sealRecords(key: Uint8Array, records: readonly RecordPayload[]): Uint8Array {
  const encoder = startPayload()
  encoding.writeVarUint(encoder, records.length)
  let before = NO_RECORD
  for (const record of records) {
    // The difference: mostly zero, and negative when a clock was set back.
    encoding.writeVarInt(encoder, record.time - before.time)
    if (record.author === before.author) {
      encoding.writeUint8(encoder, AUTHOR.same)
    } else if (record.author === null) {
      encoding.writeUint8(encoder, AUTHOR.nobody)
    } else {
      encoding.writeUint8(encoder, AUTHOR.named)
      encoding.writeVarString(encoder, record.author)
    }
    encoding.writeVarUint8Array(encoder, record.update)
    before = record
  }
  return seal("record", key, payloadIn(encoder))
}

/** The updates are views into `value`. */
export function unsealRecords(key: Uint8Array, value: Uint8Array): RecordPayload[] {
  const decoder = open("record", key, value)
  const records: RecordPayload[] = []
  let { time, author } = NO_RECORD
  for (let left = decoding.readVarUint(decoder); left > 0; left--) {
    time += decoding.readVarInt(decoder)
    const known = decoding.readUint8(decoder)
    if (known === AUTHOR.named) author = decoding.readVarString(decoder)
    else if (known === AUTHOR.nobody) author = null
    records.push({ time, author, update: decoding.readVarUint8Array(decoder) })
  }
  return records
}

const AUTHOR = { same: 0, nobody: 1, named: 2 } as const
const NO_RECORD: Pick<RecordPayload, "time" | "author"> = { time: 0, author: null }

/** One chunk of a checkpoint; `time` is that of the last update it covers. */
export function sealChunk(key: Uint8Array, time: number, update: Uint8Array): Uint8Array {
  const head = encoding.createEncoder()
  encoding.writeVarUint(head, time)
  return seal("checkpoint", key, encoding.toUint8Array(head), update)
}

export function unsealChunk(key: Uint8Array, value: Uint8Array): { time: number; update: Uint8Array } {
  const decoder = open("checkpoint", key, value)
  return { time: decoding.readVarUint(decoder), update: decoding.readTailAsUint8Array(decoder) }
}

/** What is known of a document without reading it; rewritten in each of its commits, so that nothing is missing unnoticed. */
export interface Summary {
  state: "live" | "removed"
  /** Time of the last update or of the removal. */
  changed: number
  /** Sequence of the last update. */
  last: number
  /** Sequence of the last update in the checkpoint; 0 without one. The log holds through + 1 to last. */
  through: number
  /** Chunks of the checkpoint. */
  chunks: number
  checkpointBytes: number
  logBytes: number
  rows: number
  /** Archive segments written so far, deleted ones included. */
  segments: number
  archiveBytes: number
}

/** Counts over all documents, and the number of the last commit, by which a reopened database is recognised. */
export interface Totals {
  commit: number
  documents: number
  removed: number
  records: number
  bytes: number
  archiveBytes: number
  /** Of the documents, those that are the server's own. UNCOUNTED in a store that was last written before they were told apart. */
  reserved: number
}

export const UNCOUNTED = -1

export const SUMMARY_FIELDS: readonly Exclude<keyof Summary, "state">[] = [
  "changed",
  "last",
  "through",
  "chunks",
  "checkpointBytes",
  "logBytes",
  "rows",
  "segments",
  "archiveBytes",
]

export const TOTALS_FIELDS: readonly (keyof Totals)[] = [
  "commit",
  "documents",
  "removed",
  "records",
  "bytes",
  "archiveBytes",
  "reserved",
]

export function sealSummary(key: Uint8Array, summary: Summary): Uint8Array {
  const encoder = startPayload()
  encoding.writeUint8(encoder, summary.state === "live" ? 0 : 1)
  for (const field of SUMMARY_FIELDS) encoding.writeVarUint(encoder, summary[field])
  return seal("summary", key, payloadIn(encoder))
}

export function unsealSummary(key: Uint8Array, value: Uint8Array): Summary {
  const decoder = open("summary", key, value)
  const summary = emptySummary()
  summary.state = decoding.readUint8(decoder) === 0 ? "live" : "removed"
  for (const field of SUMMARY_FIELDS) summary[field] = decoding.readVarUint(decoder)
  return summary
}

export function sealTotals(key: Uint8Array, totals: Totals): Uint8Array {
  const encoder = startPayload()
  for (const field of TOTALS_FIELDS) encoding.writeVarUint(encoder, totals[field])
  return seal("totals", key, payloadIn(encoder))
}

export function unsealTotals(key: Uint8Array, value: Uint8Array): Totals {
  const decoder = open("totals", key, value)
  const totals = emptyTotals()
  for (const field of TOTALS_FIELDS) {
    const isThere = field !== "reserved" || decoding.hasContent(decoder)
    totals[field] = isThere ? decoding.readVarUint(decoder) : UNCOUNTED
  }
  return totals
}

export function emptySummary(): Summary {
  return {
    state: "live",
    changed: 0,
    last: 0,
    through: 0,
    chunks: 0,
    checkpointBytes: 0,
    logBytes: 0,
    rows: 0,
    segments: 0,
    archiveBytes: 0,
  }
}

export function emptyTotals(): Totals {
  return { commit: 0, documents: 0, removed: 0, records: 0, bytes: 0, archiveBytes: 0, reserved: 0 }
}

export interface Marker {
  readonly id: string
  readonly format: number
}

/** JSON, so that any later version can read which version wrote it. */
export function sealMarker(key: Uint8Array, marker: Marker): Uint8Array {
  return seal("marker", key, Buffer.from(JSON.stringify(marker)))
}

export function unsealMarker(key: Uint8Array, value: Uint8Array): Marker {
  const marker: unknown = JSON.parse(Buffer.from(unseal("marker", key, value)).toString())
  if (typeof marker === "object" && marker !== null && "id" in marker && "format" in marker) {
    const { id, format } = marker
    if (typeof id === "string" && typeof format === "number") return { id, format }
  }
  throw new TypeError("the marker has no id and format")
}

/** One encoder for all: each commit makes some values, and the buffers of an encoder cost more than what is written. */
const payload: encoding.Encoder = encoding.createEncoder()

function startPayload(): encoding.Encoder {
  payload.cpos = 0
  payload.bufs = []
  if (payload.cbuf.length < SCRATCH_BYTES || payload.cbuf.length > 16 * SCRATCH_BYTES)
    payload.cbuf = new Uint8Array(SCRATCH_BYTES)
  return payload
}

const SCRATCH_BYTES = 4096

/** What was written, as a view that is good until the next payload begins. */
function payloadIn(encoder: encoding.Encoder): Uint8Array {
  return encoder.bufs.length === 0 ? encoder.cbuf.subarray(0, encoder.cpos) : encoding.toUint8Array(encoder)
}

function open(kind: ValueKind, key: Uint8Array, value: Uint8Array): decoding.Decoder {
  return decoding.createDecoder(unseal(kind, key, value))
}
