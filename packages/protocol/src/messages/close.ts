import { createEncoder, toUint8Array, writeVarUint } from "lib0/encoding"
import { type FrameReader, MESSAGE } from "./frame.ts"

/** The close code, as a message, for transports that have none of their own: over long-polling a 4403 would become an endless retry. */
export interface Close {
  readonly type: "close"
  readonly code: number
}

export function encodeClose(message: Close): Uint8Array {
  const encoder = createEncoder()
  writeVarUint(encoder, MESSAGE.close)
  writeVarUint(encoder, message.code)
  return toUint8Array(encoder)
}

export function readClose(frame: FrameReader): Close {
  return { type: "close", code: frame.uint() }
}
