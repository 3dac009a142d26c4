import { deflateRawSync, inflateRawSync } from "node:zlib"
import * as decoding from "lib0/decoding"
import * as encoding from "lib0/encoding"
import * as Y from "yjs"
import { mergeInTree } from "./merge-in-tree.ts"
import type { RecordPayload } from "./payloads.ts"

/** A stretch of a document's history as it was before compaction. */
export interface ArchiveSegment {
  /** The updates of the stretch merged into one, without garbage collection: deleted text is still in it. */
  readonly update: Uint8Array
  /** Who wrote what when. */
  readonly inserted: readonly AuthorRun[]
  /** Who deleted what when. */
  readonly deleted: readonly AuthorRun[]
}

/** Clocks `from` (inclusive) to `to` (exclusive) of one clientID. */
export interface AuthorRun {
  readonly client: number
  readonly from: number
  readonly to: number
  /** When the first of them reached the server; the last at most RUN_MS later. */
  readonly time: number
  readonly author: string | null
}

/** Changes of one author within this time are one run: a finer history than anyone looks at, a tenth of the bytes. */
export const RUN_MS = 10_000
export const ARCHIVE_VERSION = 1

/** A segment of records, which are in causal order. */
export function encodeArchiveSegment(records: readonly RecordPayload[]): Uint8Array {
  const inserted: AuthorRun[] = []
  const deleted: AuthorRun[] = []
  const lastInserted = new Map<number, number>()
  const lastDeleted = new Map<number, number>()
  for (const { update, time, author } of records) {
    const { from, to } = Y.parseUpdateMeta(update)
    for (const [client, start] of from) {
      addRun(inserted, lastInserted, { client, from: start, to: to.get(client) ?? start, time, author })
    }
    for (const [client, ranges] of Y.decodeUpdate(update).ds.clients) {
      for (const { clock, len } of ranges) {
        addRun(deleted, lastDeleted, { client, from: clock, to: clock + len, time, author })
      }
    }
  }
  return encodeSegment({ inserted, deleted, update: mergeInTree(records.map((record) => record.update)) })
}

/** Deflated: version, authors, runs, update. */
export function encodeSegment({ inserted, deleted, update }: ArchiveSegment): Uint8Array {
  const authors = [...new Set([...inserted, ...deleted].map((run) => run.author))]
  const encoder = encoding.createEncoder()
  encoding.writeUint8(encoder, ARCHIVE_VERSION)
  encoding.writeAny(encoder, authors)
  writeRuns(encoder, inserted, authors)
  writeRuns(encoder, deleted, authors)
  encoding.writeVarUint8Array(encoder, update)
  return deflateRawSync(encoding.toUint8Array(encoder))
}

export function decodeArchiveSegment(bytes: Uint8Array): ArchiveSegment {
  const decoder = decoding.createDecoder(inflateRawSync(bytes))
  const version = decoding.readUint8(decoder)
  if (version !== ARCHIVE_VERSION) throw new RangeError(`an archive segment has version ${version}`)
  const read: unknown = decoding.readAny(decoder)
  const authors = Array.isArray(read) ? read.map((author) => (typeof author === "string" ? author : null)) : []
  const inserted = readRuns(decoder, authors)
  const deleted = readRuns(decoder, authors)
  return { update: decoding.readVarUint8Array(decoder), inserted, deleted }
}

/** Lengthens the client's last run where it can. */
function addRun(runs: AuthorRun[], lastOf: Map<number, number>, next: AuthorRun): void {
  const index = lastOf.get(next.client)
  const last = index === undefined ? undefined : runs[index]
  if (index !== undefined && last !== undefined && last.author === next.author && next.time - last.time <= RUN_MS) {
    if (last.to === next.from) {
      runs[index] = { ...last, to: next.to }
      return
    }
    if (last.from === next.to) {
      runs[index] = { ...last, from: next.from }
      return
    }
  }
  lastOf.set(next.client, runs.push(next) - 1)
}

function writeRuns(encoder: encoding.Encoder, runs: readonly AuthorRun[], authors: readonly (string | null)[]): void {
  encoding.writeVarUint(encoder, runs.length)
  let time = 0
  for (const run of runs) {
    encoding.writeVarUint(encoder, run.client)
    encoding.writeVarUint(encoder, run.from)
    encoding.writeVarUint(encoder, run.to - run.from)
    encoding.writeVarInt(encoder, run.time - time)
    encoding.writeVarUint(encoder, authors.indexOf(run.author))
    time = run.time
  }
}

function readRuns(decoder: decoding.Decoder, authors: readonly (string | null)[]): AuthorRun[] {
  const runs: AuthorRun[] = []
  let time = 0
  for (let left = decoding.readVarUint(decoder); left > 0; left--) {
    const client = decoding.readVarUint(decoder)
    const from = decoding.readVarUint(decoder)
    const to = from + decoding.readVarUint(decoder)
    time += decoding.readVarInt(decoder)
    runs.push({ client, from, to, time, author: authors[decoding.readVarUint(decoder)] ?? null })
  }
  return runs
}
