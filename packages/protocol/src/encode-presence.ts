import { createEncoder, toUint8Array, writeVarString, writeVarUint } from "lib0/encoding"

/** The payload of an awareness message, as y-protocols reads it. A state of null says that this client is gone. */
export function encodePresence(
  entries: readonly { readonly client: number; readonly clock: number; readonly state: object | null }[],
): Uint8Array {
  const encoder = createEncoder()
  writeVarUint(encoder, entries.length)
  for (const { client, clock, state } of entries) {
    writeVarUint(encoder, client)
    writeVarUint(encoder, clock)
    writeVarString(encoder, JSON.stringify(state))
  }
  return toUint8Array(encoder)
}
