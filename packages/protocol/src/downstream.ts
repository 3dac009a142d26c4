import { type AccessChanged, encodeAccessChanged, readAccessChanged } from "./messages/access-changed.ts"
import { type Auth, encodeAuth, readAuth } from "./messages/auth.ts"
import { type AwarenessUpdate, encodeAwareness } from "./messages/awareness.ts"
import { type Close, encodeClose, readClose } from "./messages/close.ts"
import { FrameReader, MESSAGE } from "./messages/frame.ts"
import { encodeReceipt, readReceipt, type Receipt } from "./messages/receipt.ts"
import { encodeSyncStep1, type SyncStep1 } from "./messages/sync-step1.ts"
import { encodeSyncStep2, type SyncStep2 } from "./messages/sync-step2.ts"
import { readSync } from "./messages/sync.ts"
import { encodeUnknown, type Unknown } from "./messages/unknown.ts"
import { encodeUpdate, type Update } from "./messages/update.ts"

/** Everything a server may send. A new message starts here and the compiler lists what is left to do. */
export type Downstream =
  | SyncStep1
  | SyncStep2
  | Update
  | AwarenessUpdate
  | Auth
  | Receipt
  | AccessChanged
  | Close
  | Unknown

/** The frame of a message. Throws `TypeError` for "unknown", which nobody can mean to send. */
export function encodeDownstream(message: Downstream): Uint8Array {
  switch (message.type) {
    case "sync-step-1":
      return encodeSyncStep1(message)
    case "sync-step-2":
      return encodeSyncStep2(message)
    case "update":
      return encodeUpdate(message)
    case "awareness":
      return encodeAwareness(message)
    case "auth":
      return encodeAuth(message)
    case "receipt":
      return encodeReceipt(message)
    case "access":
      return encodeAccessChanged(message)
    case "close":
      return encodeClose(message)
    default:
      return encodeUnknown(message)
  }
}

/** Reads a frame from a server. Payloads are views of the frame. Throws `ProtocolError` "MALFORMED_FRAME". */
export function decodeDownstream(frame: Uint8Array): Downstream {
  const reader = new FrameReader(frame)
  const message = read(reader)
  if (message.type !== "unknown") reader.end()
  return message
}

function read(frame: FrameReader): Downstream {
  const number = frame.uint()
  switch (number) {
    case MESSAGE.sync:
      return readSync(frame)
    case MESSAGE.awareness:
      return { type: "awareness", update: frame.bytes() }
    case MESSAGE.auth:
      return readAuth(frame)
    case MESSAGE.receipt:
      return readReceipt(frame)
    case MESSAGE.access:
      return readAccessChanged(frame)
    case MESSAGE.close:
      return readClose(frame)
    default:
      return { type: "unknown", number }
  }
}
