// CRC-32C (Castagnoli), eight bytes a step. Node's zlib has only the other polynomial.

/** CRC-32C as LevelDB writes it beside its data: rotated and shifted, so that a checksum of data with checksums in it stays a good one. */
export function maskedCrc32c(bytes: Uint8Array): number {
  const crc = crc32c(bytes)
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0
}

export function crc32c(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const even = bytes.length - (bytes.length % 8)
  let crc = 0xffffffff
  for (let at = 0; at < even; at += 8) {
    const low = crc ^ view.getUint32(at, true)
    const high = view.getUint32(at + 4, true)
    crc =
      entry(7, low & 0xff) ^
      entry(6, (low >>> 8) & 0xff) ^
      entry(5, (low >>> 16) & 0xff) ^
      entry(4, low >>> 24) ^
      entry(3, high & 0xff) ^
      entry(2, (high >>> 8) & 0xff) ^
      entry(1, (high >>> 16) & 0xff) ^
      entry(0, high >>> 24)
  }
  for (let at = even; at < bytes.length; at++) crc = entry(0, (crc ^ view.getUint8(at)) & 0xff) ^ (crc >>> 8)
  return (crc ^ 0xffffffff) >>> 0
}

const REVERSED_POLYNOMIAL = 0x82f63b78

/** Eight tables of 256: table n is the CRC of a byte with n zero bytes behind it. */
const TABLES = makeTables()

function entry(table: number, byte: number): number {
  return TABLES[(table << 8) | byte] ?? 0
}

function makeTables(): Int32Array {
  const tables = new Int32Array(8 * 256)
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ REVERSED_POLYNOMIAL : crc >>> 1
    tables[byte] = crc
  }
  for (let n = 256; n < tables.length; n++) {
    const before = tables[n - 256] ?? 0
    tables[n] = (tables[before & 0xff] ?? 0) ^ (before >>> 8)
  }
  return tables
}
