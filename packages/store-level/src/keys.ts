import type { KeyRange } from "./database.ts"

// A key of a document is: one letter, the name in UTF-8, 0x00, a suffix. Names hold no 0x00, so no name's keys lie
// among those of another, and documents sort by the bytes of their names. Numbers are big-endian, so they sort too.
// docs/storage.md shows the same table.

/** The letter that each kind of a document's keys starts with. */
export const KEY_LETTER = {
  archive: "a",
  checkpoint: "c",
  row: "o",
  quarantine: "q",
  record: "r",
  summary: "s",
  trash: "t",
} as const

/** Names the store: its id and format version. */
export const MARKER_KEY: Uint8Array = Buffer.from("!ligature")
/** Counts over all documents, and the number of the last commit. */
export const TOTALS_KEY: Uint8Array = Buffer.from("!totals")

export function summaryKey(document: string): Uint8Array {
  return documentKey(KEY_LETTER.summary, document, 0)
}

export function quarantineKey(document: string): Uint8Array {
  return documentKey(KEY_LETTER.quarantine, document, 0)
}

export function trashKey(document: string): Uint8Array {
  return documentKey(KEY_LETTER.trash, document, 0)
}

export function recordKey(document: string, sequence: number): Buffer {
  const key = documentKey(KEY_LETTER.record, document, 8)
  setSequence(key, sequence)
  return key
}

/** Turns the key of a record into that of another one of the same document. */
export function setSequence(key: Buffer, sequence: number): void {
  writeUint64(key, key.length - 8, sequence)
}

/** Of the key of a record: that of the first update in its value. */
export function sequenceOf(key: Uint8Array): number {
  return readUint64(Buffer.from(key.subarray(key.length - 8)), 0)
}

export function checkpointKey(document: string, through: number, index: number): Uint8Array {
  const key = documentKey(KEY_LETTER.checkpoint, document, 12)
  writeUint64(key, key.length - 12, through)
  key.writeUInt32BE(index, key.length - 4)
  return key
}

/** `newest`: the time of the last record in the segment, so that old segments are found without reading them. */
export function archiveKey(document: string, segment: number, newest: number): Uint8Array {
  const key = documentKey(KEY_LETTER.archive, document, 16)
  writeUint64(key, key.length - 16, segment)
  writeUint64(key, key.length - 8, newest)
  return key
}

export function rowKey(document: string, name: string): Uint8Array {
  const suffix = Buffer.from(name)
  const key = documentKey(KEY_LETTER.row, document, suffix.length)
  suffix.copy(key, key.length - suffix.length)
  return key
}

/** All keys of a kind that belong to a document. */
export function rangeOf(kind: keyof typeof KEY_LETTER, document: string): KeyRange {
  const gte = documentKey(KEY_LETTER[kind], document, 0)
  const lt = Buffer.from(gte)
  lt[lt.length - 1] = 1
  return { gte, lt }
}

/** All keys of a kind, of documents behind `after` or of all. */
export function rangeOfAll(kind: keyof typeof KEY_LETTER, after?: string): KeyRange {
  const letter = KEY_LETTER[kind]
  const lt = Buffer.from(letter)
  lt[0] = letter.charCodeAt(0) + 1
  return { gte: after === undefined ? Buffer.from(letter) : rangeOf(kind, after).lt, lt }
}

/** The name in a key; everything between the letter and the first 0x00. */
export function documentOf(key: Uint8Array): string {
  const end = key.indexOf(0)
  return Buffer.from(key.subarray(1, end === -1 ? key.length : end)).toString()
}

export function rowNameOf(key: Uint8Array): string {
  return Buffer.from(key.subarray(key.indexOf(0) + 1)).toString()
}

export function archiveKeyParts(key: Uint8Array): { segment: number; newest: number } {
  const suffix = Buffer.from(key.subarray(key.length - 16))
  return { segment: readUint64(suffix, 0), newest: readUint64(suffix, 8) }
}

function documentKey(letter: string, document: string, suffix: number): Buffer {
  const length = Buffer.byteLength(document)
  // From Buffer's pool, unlike `alloc`: a commit makes several keys a document. Callers fill the suffix.
  const key = Buffer.allocUnsafe(length + 2 + suffix)
  key[0] = letter.charCodeAt(0)
  key.write(document, 1)
  key[length + 1] = 0
  return key
}

function writeUint64(into: Buffer, offset: number, value: number): void {
  into.writeUInt32BE(Math.floor(value / 0x1_0000_0000), offset)
  into.writeUInt32BE(value % 0x1_0000_0000, offset + 4)
}

function readUint64(from: Buffer, offset: number): number {
  return from.readUInt32BE(offset) * 0x1_0000_0000 + from.readUInt32BE(offset + 4)
}
