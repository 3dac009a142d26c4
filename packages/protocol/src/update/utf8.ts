import { Refused } from "../update-refusal.ts"

/**
 * The length of UTF-8 bytes in UTF-16 code units, which is how Yjs counts text. Refuses whatever a strict `TextDecoder`
 * refuses (RFC 3629: no overlong forms, no surrogates, nothing beyond U+10FFFF), without making a string.
 */
export function utf16Length(bytes: Uint8Array, from: number, to: number): number {
  let at = from
  let units = 0
  while (at < to) {
    const first = bytes[at] ?? 0
    if (first < 0x80) {
      at++
      units++
      continue
    }
    const length = sequenceLength(first)
    if (length === 0 || at + length > to) throw invalid(at)
    const second = bytes[at + 1] ?? 0
    if (second < lowestSecond(first) || second > highestSecond(first)) throw invalid(at)
    for (let i = 2; i < length; i++) {
      if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) throw invalid(at)
    }
    at += length
    units += length === 4 ? 2 : 1
  }
  return units
}

/** Bytes of the character that starts with this byte; 0 if none does. For valid UTF-8, how far it is to the next one. */
export function sequenceLength(first: number): number {
  if (first < 0x80) return 1
  if (first < 0xc2) return 0
  if (first < 0xe0) return 2
  if (first < 0xf0) return 3
  return first < 0xf5 ? 4 : 0
}

function lowestSecond(first: number): number {
  if (first === 0xe0) return 0xa0
  return first === 0xf0 ? 0x90 : 0x80
}

function highestSecond(first: number): number {
  if (first === 0xed) return 0x9f
  return first === 0xf4 ? 0x8f : 0xbf
}

function invalid(at: number): Refused {
  return new Refused("invalid-text", `the text is no UTF-8 at byte ${at}`)
}
