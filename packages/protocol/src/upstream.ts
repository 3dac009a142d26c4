import { type AwarenessUpdate, encodeAwareness } from "./messages/awareness.ts"
import { FrameReader, MESSAGE } from "./messages/frame.ts"
import { encodeQueryAwareness, type QueryAwareness } from "./messages/query-awareness.ts"
import { encodeSyncStep1, type SyncStep1 } from "./messages/sync-step1.ts"
import { encodeSyncStep2, type SyncStep2 } from "./messages/sync-step2.ts"
import { readSync } from "./messages/sync.ts"
import { encodeToken, readToken, type Token } from "./messages/token.ts"
import { encodeUnknown, type Unknown } from "./messages/unknown.ts"
import { encodeUpdate, type Update } from "./messages/update.ts"

/** Everything a client may send. A new message starts here and the compiler lists what is left to do. */
export type Upstream = SyncStep1 | SyncStep2 | Update | AwarenessUpdate | QueryAwareness | Token | Unknown

/** The frame of a message. Throws `TypeError` for "unknown", which nobody can mean to send. */
export function encodeUpstream(message: Upstream): Uint8Array {
  switch (message.type) {
    case "sync-step-1":
      return encodeSyncStep1(message)
    case "sync-step-2":
      return encodeSyncStep2(message)
    case "update":
      return encodeUpdate(message)
    case "awareness":
      return encodeAwareness(message)
    case "query-awareness":
      return encodeQueryAwareness(message)
    case "token":
      return encodeToken(message)
    default:
      return encodeUnknown(message)
  }
}

/** Reads a frame from a client. Payloads are views of the frame, unchecked. Throws `ProtocolError` "MALFORMED_FRAME". */
export function decodeUpstream(frame: Uint8Array): Upstream {
  const reader = new FrameReader(frame)
  const message = read(reader)
  if (message.type !== "unknown") reader.end()
  return message
}

function read(frame: FrameReader): Upstream {
  const number = frame.uint()
  switch (number) {
    case MESSAGE.sync:
      return readSync(frame)
    case MESSAGE.awareness:
      return { type: "awareness", update: frame.bytes() }
    case MESSAGE.queryAwareness:
      return { type: "query-awareness" }
    case MESSAGE.token:
      return readToken(frame)
    default:
      return { type: "unknown", number }
  }
}
