import { createEncoder, toUint8Array, writeVarUint, writeVarUint8Array } from "lib0/encoding"
import { MESSAGE } from "./frame.ts"

/** Presence states in y-protocols' awareness encoding. Of nobody, it is what keeps a silent connection alive. */
export interface AwarenessUpdate {
  readonly type: "awareness"
  readonly update: Uint8Array
}

export function encodeAwareness(message: AwarenessUpdate): Uint8Array {
  const encoder = createEncoder()
  writeVarUint(encoder, MESSAGE.awareness)
  writeVarUint8Array(encoder, message.update)
  return toUint8Array(encoder)
}
