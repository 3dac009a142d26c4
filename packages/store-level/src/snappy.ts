import { Damage } from "./sealed-value.ts"

/** Undoes Snappy's block format (google/snappy, format_description.txt), in which LevelDB compresses blocks. Throws Damage. */
export function decompressSnappy(bytes: Uint8Array): Uint8Array {
  let at = 0
  const byte = (): number => {
    const value = bytes[at++]
    if (value === undefined) throw new Damage("compressed data ends too early")
    return value
  }
  const little = (count: number): number => {
    let value = 0
    for (let n = 0; n < count; n++) value += byte() * 2 ** (8 * n)
    return value
  }
  const length = readLength(byte)
  // No element makes more than 64 bytes of 2: a length beyond that is no reason to allocate it.
  if (length > bytes.length * 32 + 64) throw new Damage("compressed data has an impossible length")
  const out = new Uint8Array(length)
  let end = 0
  const literal = (count: number): void => {
    if (at + count > bytes.length || end + count > length) throw new Damage("compressed data is cut short")
    out.set(bytes.subarray(at, at + count), end)
    at += count
    end += count
  }
  const copy = (count: number, offset: number): void => {
    if (offset === 0 || offset > end || end + count > length) throw new Damage("compressed data refers to nothing")
    // Byte by byte: a copy may reach into what it writes.
    for (let n = 0; n < count; n++, end++) out[end] = out[end - offset] ?? 0
  }
  while (at < bytes.length) {
    const tag = byte()
    const upper = tag >> 2
    if ((tag & 3) === 0) literal(1 + (upper < 60 ? upper : little(upper - 59)))
    else if ((tag & 3) === 1) copy(4 + (upper & 7), ((upper >> 3) << 8) | byte())
    else copy(1 + upper, little((tag & 3) === 2 ? 2 : 4))
  }
  if (end !== length) throw new Damage("compressed data has another length than it says")
  return out
}

function readLength(byte: () => number): number {
  let length = 0
  for (let factor = 1; factor <= 2 ** 28; factor *= 128) {
    const next = byte()
    length += (next & 127) * factor
    if (next < 128) return length
  }
  throw new Damage("compressed data has no length")
}
