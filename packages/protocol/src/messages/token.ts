import { createEncoder, toUint8Array, writeVarString, writeVarUint } from "lib0/encoding"
import { type FrameReader, MESSAGE } from "./frame.ts"

/** A fresh token for this connection, sent before the old one runs out, so that nobody has to reconnect. */
export interface Token {
  readonly type: "token"
  readonly token: string
}

export function encodeToken(message: Token): Uint8Array {
  const encoder = createEncoder()
  writeVarUint(encoder, MESSAGE.token)
  writeVarString(encoder, message.token)
  return toUint8Array(encoder)
}

export function readToken(frame: FrameReader): Token {
  return { type: "token", token: frame.text() }
}
