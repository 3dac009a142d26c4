import { createEncoder, toUint8Array, writeVarUint, writeVarUint8Array } from "lib0/encoding"
import { MESSAGE, SYNC } from "./frame.ts"

/** "This is what I have": asks the other side for the rest, which answers with a step2. Both sides ask. */
export interface SyncStep1 {
  readonly type: "sync-step-1"
  readonly stateVector: Uint8Array
}

export function encodeSyncStep1(message: SyncStep1): Uint8Array {
  const encoder = createEncoder()
  writeVarUint(encoder, MESSAGE.sync)
  writeVarUint(encoder, SYNC.step1)
  writeVarUint8Array(encoder, message.stateVector)
  return toUint8Array(encoder)
}
