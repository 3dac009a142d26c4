import { createEncoder, toUint8Array, writeVarUint, writeVarUint8Array } from "lib0/encoding"
import { MESSAGE, SYNC } from "./frame.ts"

/** "This is what you lack": the answer to a step1. For a stock client it means that everything is there. */
export interface SyncStep2 {
  readonly type: "sync-step-2"
  readonly update: Uint8Array
}

export function encodeSyncStep2(message: SyncStep2): Uint8Array {
  const encoder = createEncoder()
  writeVarUint(encoder, MESSAGE.sync)
  writeVarUint(encoder, SYNC.step2)
  writeVarUint8Array(encoder, message.update)
  return toUint8Array(encoder)
}
