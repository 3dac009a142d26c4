import { maskedCrc32c } from "./crc32c.ts"

// A log of LevelDB, and its MANIFEST (google/leveldb, doc/log_format.md): blocks of 32 KB with records that have a
// checksum each. On a bad one LevelDB leaves out the rest of the block and opens without a word.

export interface LogCheck {
  /** What is wrong, a sentence part for each block of 32 KB. */
  readonly damages: readonly string[]
  /** The file ends in the middle of a record, as it does after a crash: a write that nobody was promised. */
  readonly isTorn: boolean
}

export const LOG_BLOCK_BYTES: number = 32 * 1024
const HEADER_BYTES = 7

export function checkLog(file: Buffer): LogCheck {
  const damages: string[] = []
  let isTorn = false
  for (let start = 0; start < file.length; start += LOG_BLOCK_BYTES) {
    const block = file.subarray(start, start + LOG_BLOCK_BYTES)
    const bad = firstBadRecord(block)
    if (bad === null) continue
    if (bad.isCutShort && start + block.length === file.length) isTorn = true
    else damages.push(`the record at byte ${start + bad.at} fails its checksum`)
  }
  return { damages, isTorn }
}

function firstBadRecord(block: Buffer): { readonly at: number; readonly isCutShort: boolean } | null {
  for (let at = 0; at < block.length;) {
    const left = block.length - at
    // Too short for a header: zeros at the end of a whole block.
    if (left < HEADER_BYTES)
      return isZero(block.subarray(at)) ? null : { at, isCutShort: block.length < LOG_BLOCK_BYTES }
    const length = block.readUInt16LE(at + 4)
    // Space that was reserved and never written.
    if (length === 0 && block[at + 6] === 0 && isZero(block.subarray(at))) return null
    if (HEADER_BYTES + length > left) return { at, isCutShort: true }
    const typeAndData = block.subarray(at + 6, at + HEADER_BYTES + length)
    if (maskedCrc32c(typeAndData) !== block.readUInt32LE(at)) return { at, isCutShort: false }
    at += HEADER_BYTES + length
  }
  return null
}

function isZero(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0)
}
