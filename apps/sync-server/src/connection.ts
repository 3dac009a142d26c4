import { CLOSE, closeRule, encodeDownstream, SUBPROTOCOL, type Clock } from "@ligature/protocol"
import type { Rooms, Session } from "@ligature/room"
import type { SessionGuards } from "./auth/session-guards.ts"
import { ByteBucket } from "./byte-bucket.ts"
import type { EntranceObserver } from "./operations/entrance-observer.ts"
import type { Peer } from "./peer.ts"
import type { ServerLog } from "./server-log.ts"
import type { ServerLimits } from "./server-limits.ts"
import type { SyncRequest } from "./sync-request.ts"

/** Presence of nobody: says that the server is there, before the document is loaded. */
export const GREETING: Uint8Array = encodeDownstream({ type: "awareness", update: Uint8Array.of(0) })

/** Gives an accepted connection to the room it asks for, and begins to read from it. */
export function joinRoom(o: {
  readonly rooms: Pick<Rooms, "join">
  readonly guards: SessionGuards
  readonly peer: Peer
  readonly request: Extract<SyncRequest, { document: string }>
  /** Where it comes from, for the books. */
  readonly address: string | null
  readonly on: EntranceObserver
  readonly limits: ServerLimits
  readonly clock: Clock
  readonly log: ServerLog
}): void {
  const { peer, limits, clock } = o
  // A client of ours that hears nothing for seconds takes it that the network swallows what is said.
  if (o.request.grant.speaks === SUBPROTOCOL) peer.send(GREETING)
  const session: Session = o.rooms.join(o.request.document, peer, o.request.grant)
  peer.onDrained = () => session.drained()
  const { document, visit, grant } = o.request
  const { access } = grant
  o.on.entered?.({ session, document, who: visit.visitor.subject, access, address: o.address })
  const endGuard = o.guards.guard(session, o.request.visit)

  const cancelDeadline = clock.after(limits.firstMessageMs, () => sendAway(peer, CLOSE.slowDown))
  const bytes = new ByteBucket(limits.burstBytes, limits.bytesPerSecond, clock.now())
  const messages = new ByteBucket(limits.messageBurst, limits.messagesPerSecond, clock.now())
  const count = (size: number): void => {
    const now = clock.now()
    const wait = Math.max(bytes.take(size + limits.bytesPerMessage, now), messages.take(1, now))
    if (wait > 0) peer.rest(clock, wait)
  }
  peer.onControl = () => count(0)
  peer.onFrame = (frame) => {
    cancelDeadline()
    try {
      session.receive(frame)
    } catch (error) {
      // A fault of ours that one peer has found must not end the process for everybody: it would come back and do it again.
      o.log.error({ err: error, session: session.id }, "a message met a fault of the server")
      return sendAway(peer, CLOSE.serverError)
    }
    count(frame.byteLength)
  }
  peer.whenClosed(() => {
    cancelDeadline()
    endGuard()
    session.closed()
    o.on.left?.(session)
  })
  peer.open()
}

/** Closes with one of our codes and the sentence that goes with it. */
export function sendAway(peer: Peer, code: number): void {
  peer.close(code, closeRule(code).sentence)
}
