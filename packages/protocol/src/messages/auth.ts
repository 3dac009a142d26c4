import { createEncoder, toUint8Array, writeVarString, writeVarUint } from "lib0/encoding"
import { type FrameReader, malformed, MESSAGE } from "./frame.ts"

/** "Permission denied, because": stock clients print it. What they must do is said by the close code that follows. */
export interface Auth {
  readonly type: "auth"
  readonly reason: string
}

const PERMISSION_DENIED = 0

export function encodeAuth(message: Auth): Uint8Array {
  const encoder = createEncoder()
  writeVarUint(encoder, MESSAGE.auth)
  writeVarUint(encoder, PERMISSION_DENIED)
  writeVarString(encoder, message.reason)
  return toUint8Array(encoder)
}

export function readAuth(frame: FrameReader): Auth {
  if (frame.uint() !== PERMISSION_DENIED) throw malformed("an auth message of an unknown kind")
  return { type: "auth", reason: frame.text() }
}
