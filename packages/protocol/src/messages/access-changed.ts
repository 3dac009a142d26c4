import { createEncoder, toUint8Array, writeVarUint } from "lib0/encoding"
import { type Access, ACCESS_REASONS, type AccessReason, ACCESSES } from "../access.ts"
import { type FrameReader, malformed, MESSAGE } from "./frame.ts"

/** "Your access is now this, because of that." */
export interface AccessChanged {
  readonly type: "access"
  readonly access: Access
  readonly reason: AccessReason
}

export function encodeAccessChanged(message: AccessChanged): Uint8Array {
  const encoder = createEncoder()
  writeVarUint(encoder, MESSAGE.access)
  writeVarUint(encoder, ACCESSES.indexOf(message.access))
  writeVarUint(encoder, ACCESS_REASONS.indexOf(message.reason))
  return toUint8Array(encoder)
}

export function readAccessChanged(frame: FrameReader): AccessChanged {
  const access = ACCESSES[frame.uint()]
  const reason = ACCESS_REASONS[frame.uint()]
  if (access === undefined) throw malformed("an access that does not exist")
  // A newer server may know more reasons; the access itself is what counts.
  return { type: "access", access, reason: reason ?? "rights-changed" }
}
