import type { IncomingMessage, Server, ServerResponse } from "node:http"
import { systemClock, type Clock } from "@ligature/protocol"
import { DEFAULT_ROOM_LIMITS, openRooms, type RoomLimits, type Rooms, type RoomsObserver } from "@ligature/room"
import type { DocumentStore } from "@ligature/store"
import { openAuthority, type Authority } from "./auth/authority.ts"
import { SessionGuards } from "./auth/session-guards.ts"
import { openEntrance } from "./entrance.ts"
import { openPollingEndpoint } from "./fallback/polling-endpoint.ts"
import { takeRequests } from "./fallback/take-requests.ts"
import { HalfSentBytes } from "./half-sent-bytes.ts"
import { hostNames } from "./host-names.ts"
import { type EntranceObserver, tellAll } from "./operations/entrance-observer.ts"
import { Admissions } from "./limits/admissions.ts"
import { SendBuffers } from "./limits/send-buffers.ts"
import { DEFAULT_SERVER_LIMITS, type ServerLimits } from "./server-limits.ts"
import { logOfRooms } from "./rooms-log.ts"
import { SCHEMA_VERSION } from "./schema-version.ts"
import { silentLog, type ServerLog } from "./server-log.ts"
import { openSyncEndpoint } from "./sync-endpoint.ts"
import { isSyncPath } from "./sync-request.ts"

export interface AttachOptions {
  /** Yours: it is neither started nor stopped here. Upgrades and requests to other paths than `/sync` are left to your own listeners. */
  readonly server: Server
  /** Yours: it is not closed here. Close it after `Attached.close()`. */
  readonly store: DocumentStore
  /** Where people reach the server, when that is a name: pages of this origin may open documents. */
  readonly publicUrl?: URL | null
  /** Origins of other sites whose pages may open documents too: `https://example.org`. */
  readonly allowedOrigins?: readonly string[]
  /** The name the server was bound to, if it was bound to one. */
  readonly boundTo?: string
  /** Who may come in; whoever has the name of a document, if left out. */
  readonly authority?: Authority
  readonly log?: ServerLog
  readonly limits?: Partial<ServerLimits>
  /** How many proxies of yours stand before the server: so many hops of `X-Forwarded-For` are believed. None if left out. */
  readonly trustedProxies?: number
  /** Counts who comes, when other parts of your server count there too; of its own if left out. */
  readonly admissions?: Admissions
  /** What a document, its messages and its rooms may cost, where that differs from the defaults. */
  readonly documentLimits?: Partial<RoomLimits>
  /** The highest version of the schema that editors here may have; that of Ligature's own editor if left out. */
  readonly schemaVersion?: number
  readonly clock?: Clock
  /** Told of what happens, beside the log. None of it may throw. */
  readonly on?: { readonly rooms: RoomsObserver; readonly entrance: EntranceObserver }
}

export interface Attached {
  /** The open documents: to be looked at, and joined from within. */
  readonly rooms: Rooms
  stats(): ReturnType<Rooms["stats"]>
  /** Answers a request under `/sync` that reached another of your servers. */
  handleRequest(request: IncomingMessage, answer: ServerResponse): void
  /** Sends newcomers away with 1012; open sessions go on. */
  drain(): void
  /** Says 1012 to everybody, waits until what they wrote is stored, and lets go of the server. */
  close(): Promise<{ readonly unstored: readonly string[] }>
}

/** Puts the sync endpoint `/sync/<document name>` on an HTTP server of yours: WebSockets, and long-polling where those do not pass. */
export function attach(o: AttachOptions): Attached {
  const clock = o.clock ?? systemClock
  const log = o.log ?? silentLog
  const documentLimits = { ...DEFAULT_ROOM_LIMITS, ...o.documentLimits }
  const hosts = hostNames(o)
  const authority = o.authority ?? openAuthority({ store: o.store, hosts, clock, log })
  const guards = new SessionGuards(authority, clock)
  const rooms = openRooms({
    store: o.store,
    clock,
    limits: documentLimits,
    schemaVersion: o.schemaVersion ?? SCHEMA_VERSION,
    on: tellAll<RoomsObserver>(
      logOfRooms(log),
      { token: (_document, session, token) => guards.tokenCame(session, token) },
      ...(o.on === undefined ? [] : [o.on.rooms]),
    ),
  })
  const limits = { ...DEFAULT_SERVER_LIMITS, ...o.limits }
  const { frameBytes } = documentLimits
  const halfSent = new HalfSentBytes(limits.halfSentBytes)
  const sendBuffers = new SendBuffers(limits.sendBytes, clock)
  const admissions = o.admissions ?? new Admissions({ limits, trustedProxies: o.trustedProxies ?? 0, clock })
  const entrance = openEntrance({
    rooms,
    hosts,
    authority,
    guards,
    admissions,
    sendBuffers,
    limits,
    clock,
    log,
    on: o.on?.entrance ?? {},
  })
  const endpoint = openSyncEndpoint({ entrance, admissions, hosts, limits, halfSent, frameBytes, clock, log })
  const polling = openPollingEndpoint({ entrance, admissions, hosts, limits, halfSent, frameBytes, clock })
  const onUpgrade: Parameters<Server["on"]>[1] = (request, socket, head) => {
    if (isSyncPath(request)) endpoint.accept(request, socket, head)
  }
  o.server.on("upgrade", onUpgrade)
  const giveBackRequests = takeRequests(o.server, isSyncPath, (request, answer) => polling.handle(request, answer))

  return {
    rooms,
    stats: () => rooms.stats(),
    handleRequest: (request, answer) => polling.handle(request, answer),
    drain: () => entrance.drain(),
    async close() {
      entrance.drain()
      const result = await rooms.close()
      await Promise.all([endpoint.close(), polling.close()])
      sendBuffers.stop()
      o.server.off("upgrade", onUpgrade)
      giveBackRequests()
      return result
    },
  }
}
