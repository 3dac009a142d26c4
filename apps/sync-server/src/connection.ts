import { type Cancel, CLOSE, closeRule, encodeDownstream, SUBPROTOCOL, type Clock } from "@ligature/protocol"
import type { Rooms, Session } from "@ligature/room"
import type { SessionGuard, SessionGuards } from "./auth/session-guards.ts"
import type { Place } from "./limits/admissions.ts"
import type { EntranceObserver } from "./operations/entrance-observer.ts"
import type { Peer, PeerListener } from "./peer.ts"
import type { ServerLog } from "./server-log.ts"
import type { ServerLimits } from "./server-limits.ts"
import type { SyncRequest } from "./sync-request.ts"
import { TrafficShare } from "./traffic-share.ts"

/** Presence of nobody: says that the server is there, before the document is loaded. */
export const GREETING: Uint8Array = encodeDownstream({ type: "awareness", update: Uint8Array.of(0) })

/** What all connections of a server share. */
export interface SharedByConnections {
  readonly rooms: Pick<Rooms, "join">
  readonly guards: SessionGuards
  readonly on: EntranceObserver
  readonly limits: ServerLimits
  readonly clock: Clock
  readonly log: ServerLog
}

/** An accepted connection, from its place at the entrance to its end: in between it hands what comes to its room. Nothing here may keep the request of its handshake. */
export class Connection implements PeerListener {
  readonly #peer: Peer
  readonly #place: Place
  readonly #shared: SharedByConnections
  readonly #share: TrafficShare
  #session: Session | null = null
  #guard: SessionGuard | null = null
  /** Until its first message. */
  #cancelDeadline: Cancel | null = null

  constructor(peer: Peer, place: Place, shared: SharedByConnections) {
    this.#peer = peer
    this.#place = place
    this.#shared = shared
    this.#share = new TrafficShare(shared.limits, shared.clock.now())
    peer.tell(this)
  }

  /**
   * Gives it to the room it asks for, and begins to read from it.
   * @param address where it comes from, for the books
   */
  join({ document, grant, visit }: Extract<SyncRequest, { document: string }>, address: string | null): void {
    const { rooms, guards, on, limits, clock } = this.#shared
    const peer = this.#peer
    // A client of ours that hears nothing for seconds takes it that the network swallows what is said.
    if (grant.speaks === SUBPROTOCOL) peer.send(GREETING)
    this.#session = rooms.join(document, peer, grant)
    on.entered?.({ session: this.#session, document, who: visit.visitor.subject, access: grant.access, address })
    this.#guard = guards.guard(this.#session, visit)
    this.#cancelDeadline = clock.after(limits.firstMessageMs, () => sendAway(peer, CLOSE.slowDown))
    peer.open()
  }

  received(frame: Uint8Array): void {
    const session = this.#session
    if (session === null) return
    this.#endDeadline()
    try {
      session.receive(frame)
    } catch (error) {
      // A fault of ours that one peer has found must not end the process for everybody: it would come back and do it again.
      this.#shared.log.error({ err: error, session: session.id }, "a message met a fault of the server")
      return sendAway(this.#peer, CLOSE.serverError)
    }
    this.#count(frame.byteLength)
  }

  controlled(): void {
    this.#count(0)
  }

  drained(): void {
    this.#session?.drained()
  }

  gone(): void {
    this.#place.leave()
    const session = this.#session
    if (session === null) return
    this.#endDeadline()
    this.#guard?.end()
    session.closed()
    this.#shared.on.left?.(session)
  }

  #count(bytes: number): void {
    const { clock } = this.#shared
    const wait = this.#share.take(bytes, clock.now())
    if (wait > 0) this.#peer.rest(clock, wait)
  }

  #endDeadline(): void {
    this.#cancelDeadline?.()
    this.#cancelDeadline = null
  }
}

/** Closes with one of our codes and the sentence that goes with it. */
export function sendAway(peer: Peer, code: number): void {
  peer.close(code, closeRule(code).sentence)
}
