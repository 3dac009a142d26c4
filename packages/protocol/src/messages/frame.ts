import { ProtocolError } from "../protocol-error.ts"

/** Message numbers: 0 to 3 are y-websocket's, those from 64 up are private to `ligature.v1`. */
export const MESSAGE = {
  sync: 0,
  awareness: 1,
  auth: 2,
  queryAwareness: 3,
  receipt: 64,
  access: 65,
  token: 66,
  close: 67,
} as const

/** The kinds of a sync message, its second number. */
export const SYNC = { step1: 0, step2: 1, update: 2 } as const

/** A frame being read. Everything it hands out is a view of the frame, not a copy. */
export class FrameReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  uint(): number {
    let value = 0
    let scale = 1
    // 53 bits are eight bytes; more would lose digits.
    for (let i = 0; i < 8; i++) {
      const byte = this.#bytes[this.#at++]
      if (byte === undefined) throw malformed("it ends in the middle of a number")
      value += (byte & 127) * scale
      if (byte < 128) {
        if (value > Number.MAX_SAFE_INTEGER) break
        return value
      }
      scale *= 128
    }
    throw malformed("a number is out of range")
  }

  bytes(): Uint8Array {
    const length = this.uint()
    if (length > this.#bytes.length - this.#at) throw malformed("it is shorter than it says")
    const view = this.#bytes.subarray(this.#at, this.#at + length)
    this.#at += length
    return view
  }

  text(): string {
    try {
      return UTF8.decode(this.bytes())
    } catch (cause) {
      if (cause instanceof ProtocolError) throw cause
      throw malformed("a text is no UTF-8", cause)
    }
  }

  /** One message per frame: stock clients read only the first, so a second would be lost in silence. */
  end(): void {
    if (this.#at !== this.#bytes.length) throw malformed("bytes are left over")
  }
}

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

export function malformed(why: string, cause?: unknown): ProtocolError {
  return new ProtocolError("MALFORMED_FRAME", `This frame is no message: ${why}.`, { cause })
}
