import { createHash, type Hash } from "node:crypto"

// The layout of a backup file; docs/storage.md shows the same. Numbers are big-endian.
//
//   magic (8 bytes), version (uint32), time (uint64, ms since 1970)
//   for each value: length of the key (uint32, not 0), length of the value (uint32), key, value as it is stored
//   0 (uint32), values (uint64), documents (uint64)
//   SHA-256 of everything before it (32 bytes)
//
// Keys come in the order of the database and once each; behind them, as "z", a name and 0x00, the files of `blobs`. Values stay sealed: each proves itself, the checksum all of them.

export const BACKUP_MAGIC = "LgBackup"
/** Raised when the layout changes. What the values mean is in the store's own marker, the first of them. */
export const BACKUP_VERSION = 1
export const DIGEST_BYTES = 32
/** No name of a document or row comes near this; a longer key is no key. */
export const MAX_KEY_BYTES: number = 64 * 1024
/** The largest values are updates of a few megabytes; a longer one is none. */
export const MAX_VALUE_BYTES: number = 1024 * 1024 * 1024

export interface BackupCounts {
  /** When it was made, in ms since 1970. */
  readonly time: number
  /** Keys with their values. */
  readonly values: number
  /** Live, quarantined and removed ones. */
  readonly documents: number
}

export function encodeHeader(time: number): Uint8Array {
  const header = Buffer.alloc(BACKUP_MAGIC.length + 12)
  header.write(BACKUP_MAGIC, "latin1")
  header.writeUInt32BE(BACKUP_VERSION, BACKUP_MAGIC.length)
  header.writeBigUInt64BE(BigInt(time), BACKUP_MAGIC.length + 4)
  return header
}

export function encodeFrameHead(key: Uint8Array, value: Uint8Array): Uint8Array {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(key.length, 0)
  head.writeUInt32BE(value.length, 4)
  return head
}

export function encodeEnd({ values, documents }: BackupCounts): Uint8Array {
  const end = Buffer.alloc(20)
  end.writeBigUInt64BE(BigInt(values), 4)
  end.writeBigUInt64BE(BigInt(documents), 12)
  return end
}

export function newDigest(): Hash {
  return createHash("sha256")
}
