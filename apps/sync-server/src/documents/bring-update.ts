import {
  CLOSE,
  closeRule,
  decodeDownstream,
  type DocumentName,
  encodeUpstream,
  type Millis,
  ProtocolError,
  SUBPROTOCOL,
} from "@ligature/protocol"
import { cutUpdate } from "@ligature/protocol/cut-update"
import type { Rooms, Session } from "@ligature/room"
import { Problem } from "../api/problem.ts"

/** Well below what a message may hold. */
const MESSAGE_BYTES = 256 * 1024
const PATIENCE_MS: Millis = 20_000

/**
 * Writes an update into a document as any client does, through its room: checked, on disk, and only then shown to whoever is there.
 * Resolves when it is on disk.
 *
 * @param identities who wrote it; nobody when there is none
 * @throws {Problem} with the room's reason when it is refused: 422 malformed or incomplete, 413 too large, 403, 410 removed, 503
 */
export function bringUpdate(
  rooms: Rooms,
  document: DocumentName,
  update: Uint8Array,
  identities: readonly string[] = [],
): Promise<void> {
  let parts: readonly Uint8Array[]
  try {
    parts = cutUpdate(update, MESSAGE_BYTES)
  } catch (cause) {
    if (!(cause instanceof ProtocolError)) throw cause
    return Promise.reject(problemOf(CLOSE.malformed, cause.message))
  }
  return new Promise((resolve, reject) => {
    let isOver = false
    let wasAsked = false
    let session: Session | null = null
    // What is in the way may be others', who would have to bring it: a request does not wait for that.
    const deadline = setTimeout(() => end(() => reject(unfounded())), PATIENCE_MS)
    const end = (settle: () => void): void => {
      if (isOver) return
      isOver = true
      clearTimeout(deadline)
      // Not within the room's own call: it is still busy with this session.
      queueMicrotask(() => {
        session?.closed()
        settle()
      })
    }
    const socket = {
      bufferedBytes: 0,
      send(frame: Uint8Array): void {
        const message = decodeDownstream(frame)
        if (message.type === "receipt" && message.count >= parts.length) end(resolve)
        if (message.type !== "sync-step-1") return
        // The first question comes when the room opens. A second one means that something is missing, and there is no more.
        if (wasAsked) end(() => reject(unfounded()))
        wasAsked = true
      },
      close(code: number, reason: string): void {
        end(() => reject(problemOf(code, reason)))
      },
      pause(): void {},
      resume(): void {},
      terminate(): void {
        end(() => reject(problemOf(CLOSE.storeUnavailable, closeRule(CLOSE.storeUnavailable).sentence)))
      },
    }
    session = rooms.join(document, socket, { speaks: SUBPROTOCOL, access: "write", identities })
    for (const part of parts) session.receive(encodeUpstream({ type: "update", update: part }))
  })
}

function unfounded(): Problem {
  return problemOf(CLOSE.malformed, "it builds on changes that are not in the document.")
}

function problemOf(code: number, reason: string): Problem {
  switch (code) {
    case CLOSE.malformed:
      return new Problem(422, "malformed-update", `The update cannot be taken: ${reason}`)
    case CLOSE.tooLarge:
      return new Problem(413, "document-too-large", reason)
    case CLOSE.notAllowed:
      return new Problem(403, "not-allowed", reason)
    case CLOSE.noSuchDocument:
      return new Problem(410, "document-removed", reason)
    default:
      return new Problem(503, "store-unavailable", reason, { headers: { "retry-after": "10" } })
  }
}
