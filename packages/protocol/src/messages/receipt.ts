import { createEncoder, toUint8Array, writeVarUint } from "lib0/encoding"
import { type FrameReader, MESSAGE } from "./frame.ts"

/**
 * How many of this connection's step2 and update messages, in order, are on disk or needed no storing.
 * A count, because deletes do not move a state vector: a state vector can prove nothing.
 */
export interface Receipt {
  readonly type: "receipt"
  readonly count: number
}

export function encodeReceipt(message: Receipt): Uint8Array {
  const encoder = createEncoder()
  writeVarUint(encoder, MESSAGE.receipt)
  writeVarUint(encoder, message.count)
  return toUint8Array(encoder)
}

export function readReceipt(frame: FrameReader): Receipt {
  return { type: "receipt", count: frame.uint() }
}
