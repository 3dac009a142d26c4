import type { IncomingMessage } from "node:http"
import { CLOSE, type Clock, type Offer } from "@ligature/protocol"
import type { Rooms } from "@ligature/room"
import type { Authority } from "./auth/authority.ts"
import type { SessionGuards } from "./auth/session-guards.ts"
import { Connection, sendAway, type SharedByConnections } from "./connection.ts"
import type { HostNames } from "./host-names.ts"
import { type Admissions, closeCodeFor } from "./limits/admissions.ts"
import type { SendBuffers } from "./limits/send-buffers.ts"
import type { Peer } from "./peer.ts"
import type { ServerLimits } from "./server-limits.ts"
import type { ServerLog } from "./server-log.ts"
import type { EntranceObserver } from "./operations/entrance-observer.ts"
import { documentIn, readSyncRequest } from "./sync-request.ts"

/** The one way in, whatever carries the messages: the same questions, the same answers. */
export interface Entrance {
  /** Finds out who comes before anything that they send is read, then gives them to their room, or sends them away. Never rejects. */
  enter(peer: Peer, request: IncomingMessage, offer?: Offer): Promise<void>
  /** From now on newcomers are told to come back later. */
  drain(): void
}

export function openEntrance(o: {
  readonly rooms: Pick<Rooms, "join">
  readonly hosts: HostNames
  readonly authority: Authority
  readonly guards: SessionGuards
  readonly admissions: Admissions
  readonly sendBuffers: SendBuffers
  readonly limits: ServerLimits
  readonly clock: Clock
  readonly log: ServerLog
  readonly on?: EntranceObserver
}): Entrance {
  const { rooms, hosts, authority, guards, admissions, limits, clock, log, on = {} } = o
  const shared: SharedByConnections = { rooms, guards, on, limits, clock, log }
  let isDraining = false
  return {
    async enter(peer, request, offer) {
      const address = admissions.addressOf(request)
      const refuse = (code: number): void => {
        on.refused?.({ document: documentIn(request), code, address })
        sendAway(peer, code)
      }
      if (isDraining) return refuse(CLOSE.restart)
      const place = admissions.enter(address)
      if (typeof place === "string") return refuse(closeCodeFor(place))
      o.sendBuffers.watch(peer)
      const connection = new Connection(peer, place, shared)
      const cancelDeadline = clock.after(limits.firstMessageMs, () => refuse(CLOSE.storeUnavailable))
      const wanted = await readSyncRequest(request, { hosts, authority, ...(offer === undefined ? {} : { offer }) })
      cancelDeadline()
      if (!peer.isOpen) return
      if (isDraining) return refuse(CLOSE.restart)
      if (wanted.document === null) return refuse(wanted.refusal)
      const { document, grant, visit } = wanted
      const excess = place.knownAs({ user: visit.visitor.subject, document })
      if (excess !== null) return refuse(closeCodeFor(excess))
      connection.join({ document, visit, grant: { ...grant, creation: place } }, address)
    },
    drain() {
      isDraining = true
    },
  }
}
