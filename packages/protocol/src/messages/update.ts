import { createEncoder, toUint8Array, writeVarUint, writeVarUint8Array } from "lib0/encoding"
import { MESSAGE, SYNC } from "./frame.ts"

/** A change as it happens, in Yjs's V1 encoding. */
export interface Update {
  readonly type: "update"
  readonly update: Uint8Array
}

export function encodeUpdate(message: Update): Uint8Array {
  const encoder = createEncoder()
  writeVarUint(encoder, MESSAGE.sync)
  writeVarUint(encoder, SYNC.update)
  writeVarUint8Array(encoder, message.update)
  return toUint8Array(encoder)
}
