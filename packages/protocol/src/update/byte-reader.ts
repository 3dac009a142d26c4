import { Refused } from "../update-refusal.ts"

/** Reads lib0's encoding, and refuses what lib0 would read into something no number or string is. */
export class ByteReader {
  bytes: Uint8Array = NOTHING
  /** The next byte to read. */
  at = 0

  byte(): number {
    const byte = this.bytes[this.at]
    if (byte === undefined) throw truncated(this.at)
    this.at++
    return byte
  }

  uint(): number {
    const bytes = this.bytes
    let byte = bytes[this.at]
    if (byte === undefined) throw truncated(this.at)
    this.at++
    if (byte < 128) return byte
    let value = byte & 127
    let scale = 128
    // 53 bits are eight bytes. lib0 goes on for ever, and after 147 empty ones its scale is Infinity and the value NaN.
    for (let i = 1; i < 8; i++) {
      byte = bytes[this.at]
      if (byte === undefined) throw truncated(this.at)
      this.at++
      value += (byte & 127) * scale
      if (byte < 128) {
        if (value > Number.MAX_SAFE_INTEGER) break
        return value
      }
      scale *= 128
    }
    throw new Refused("number-out-of-range", `the number that ends at byte ${this.at} has more than 53 bits`)
  }

  /** Steps over a signed number. */
  skipInt(): void {
    let byte = this.byte()
    let value = byte & 63
    let scale = 64
    for (let i = 1; byte >= 128; i++) {
      if (i === 8) throw new Refused("number-out-of-range", `the number that ends at byte ${this.at} is too long`)
      byte = this.byte()
      value += (byte & 127) * scale
      scale *= 128
    }
    if (value > Number.MAX_SAFE_INTEGER) {
      throw new Refused("number-out-of-range", `the number that ends at byte ${this.at} has more than 53 bits`)
    }
  }

  skip(length: number): void {
    if (length > this.bytes.length - this.at) throw truncated(this.bytes.length)
    this.at += length
  }

  /** How many of something follow, each of which takes at least `each` bytes: asked before anything is allocated for them. */
  count(each: number): number {
    const count = this.uint()
    if (count * each > this.bytes.length - this.at) {
      throw new Refused(
        "count-too-large",
        `${count} announced at byte ${this.at}, ${this.bytes.length - this.at} bytes are left`,
      )
    }
    return count
  }
}

const NOTHING = new Uint8Array(0)

function truncated(at: number): Refused {
  return new Refused("truncated", `it ends at byte ${at}, in the middle of something`)
}
