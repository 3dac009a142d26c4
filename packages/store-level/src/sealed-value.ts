import { crc32 } from "node:zlib"

// LevelDB does not check its checksums on reads here, and a flipped bit comes out as silently wrong data. So every value
// is sealed: "Lg", format version, kind, payload length (uint32), CRC-32 (uint32) over the key and the payload. The key
// is in it, so that a value cannot pass under another key; the other fields are known to whoever reads, and compared.

export const VALUE_MAGIC = "Lg"
const MAGIC_NUMBER = Buffer.from(VALUE_MAGIC).readUInt16BE(0)
export const VALUE_VERSION = 1
export const VALUE_HEADER_BYTES = 12

/** What a payload is; a byte in the header. */
export const VALUE_KIND = {
  marker: 1,
  totals: 2,
  summary: 3,
  record: 4,
  checkpoint: 5,
  row: 6,
  archive: 7,
  quarantine: 8,
  trash: 9,
  blob: 10,
} as const

export type ValueKind = keyof typeof VALUE_KIND

/** A value, record or whole document that is not what was written. */
export class Damage extends Error {
  override readonly name = "Damage"
}

export function seal(kind: ValueKind, key: Uint8Array, ...payload: readonly Uint8Array[]): Uint8Array {
  const length = payload.reduce((sum, part) => sum + part.length, 0)
  const value = Buffer.allocUnsafe(VALUE_HEADER_BYTES + length)
  value.writeUInt16BE(MAGIC_NUMBER, 0)
  value[2] = VALUE_VERSION
  value[3] = VALUE_KIND[kind]
  value.writeUInt32BE(length, 4)
  let offset = VALUE_HEADER_BYTES
  for (const part of payload) {
    value.set(part, offset)
    offset += part.length
  }
  value.writeUInt32BE(checksum(key, value), 8)
  return value
}

/** The payload, as a view into `value`. Throws Damage. */
export function unseal(kind: ValueKind, key: Uint8Array, value: Uint8Array): Uint8Array {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  if (bytes.length < VALUE_HEADER_BYTES) throw new Damage(`a ${kind} of ${bytes.length} bytes is too short`)
  if (bytes.readUInt16BE(0) !== MAGIC_NUMBER) throw new Damage(`a ${kind} does not start with its magic`)
  if (bytes[2] !== VALUE_VERSION) throw new Damage(`a ${kind} has value version ${bytes[2]}`)
  if (bytes[3] !== VALUE_KIND[kind]) throw new Damage(`a ${kind} has the kind byte ${bytes[3]}`)
  if (bytes.readUInt32BE(4) !== bytes.length - VALUE_HEADER_BYTES) throw new Damage(`a ${kind} has a wrong length`)
  if (bytes.readUInt32BE(8) !== checksum(key, bytes)) throw new Damage(`a ${kind} fails its checksum`)
  return new Uint8Array(value.buffer, value.byteOffset + VALUE_HEADER_BYTES, value.byteLength - VALUE_HEADER_BYTES)
}

function checksum(key: Uint8Array, value: Buffer): number {
  return crc32(value.subarray(VALUE_HEADER_BYTES), crc32(key))
}
