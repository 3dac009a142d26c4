import { createEncoder, toUint8Array, writeVarUint } from "lib0/encoding"
import { MESSAGE } from "./frame.ts"

/** "Who is there?": answered with the presence of the room. */
export interface QueryAwareness {
  readonly type: "query-awareness"
}

export function encodeQueryAwareness(_message: QueryAwareness): Uint8Array {
  const encoder = createEncoder()
  writeVarUint(encoder, MESSAGE.queryAwareness)
  return toUint8Array(encoder)
}
