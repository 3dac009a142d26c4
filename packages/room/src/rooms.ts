import { CLOSE, type CloseCode, closeRule, type Clock, type DocumentName, systemClock } from "@ligature/protocol"
import type { DocumentStore } from "@ligature/store"
import { type AppendTurns, PacedTurns } from "./append-turns.ts"
import { Gate } from "./gate.ts"
import { Room } from "./room.ts"
import { DEFAULT_ROOM_LIMITS, type RoomLimits } from "./room-limits.ts"
import { RoomSession } from "./room-session.ts"
import type { RoomsContext } from "./rooms-context.ts"
import type { ConnectedSession, RoomsObserver, RoomsStats } from "./rooms-observer.ts"
import type { Session, SessionGrant, SessionSocket } from "./session-socket.ts"

/** All open documents of a server. */
export interface Rooms {
  /**
   * Puts a connection into the room of a document. Never throws for a document's fault: it closes the socket with the right code.
   * Returns at once; frames may be given to the session immediately, they wait until the room is open.
   */
  join(document: DocumentName, socket: SessionSocket, grant: SessionGrant): Session
  stats(): RoomsStats
  /** Who is connected to a document, in the order of joining; nobody when its room is not open. */
  sessionsIn(document: DocumentName): ConnectedSession[]
  /** Closes every connection to a document, with a code of the protocol's table; what they had written before is stored. */
  closeDocument(document: DocumentName, code: CloseCode, detail: string): void
  /** A document was changed past its room: everybody in it gets 1012, and whoever comes then has it from disk. */
  reopenDocument(document: DocumentName, detail: string): void
  /** Says 1012 to everybody and waits until all that was accepted is on disk; names the documents where that failed. */
  close(): Promise<{ readonly unstored: string[] }>
}

export function openRooms(o: {
  /** Not closed by the rooms. */
  readonly store: DocumentStore
  readonly clock?: Clock
  readonly limits?: Partial<RoomLimits>
  readonly random?: () => number
  /** The highest schema version there is. A client that claims a higher one would lock everybody else out: it counts as this. */
  readonly schemaVersion?: number
  readonly on?: RoomsObserver
  /** Whoever drives a test step by step lets rooms append at once. */
  readonly appends?: AppendTurns
}): Rooms {
  return new OpenRooms(o)
}

class OpenRooms implements Rooms {
  readonly #rooms = new Map<DocumentName, Room>()
  readonly #context: RoomsContext
  readonly #random: () => number
  readonly #stopListening: () => void
  #isTicking = false
  #isClosed = false

  constructor(o: Parameters<typeof openRooms>[0]) {
    const limits = { ...DEFAULT_ROOM_LIMITS, ...o.limits }
    const {
      store,
      clock = systemClock,
      on = {},
      schemaVersion = Number.MAX_SAFE_INTEGER,
      appends = new PacedTurns(),
    } = o
    this.#context = {
      store,
      clock,
      limits,
      on,
      schemaVersion,
      loads: new Gate(limits.loads),
      appends,
    }
    this.#random = o.random ?? Math.random
    this.#stopListening = store.onHealth((health) => {
      if (health.state === "closed") return
      for (const room of this.#rooms.values()) {
        for (const session of room.sessions) session.storeChanged(health.state === "ok")
      }
    })
  }

  join(document: DocumentName, socket: SessionSocket, grant: SessionGrant): Session {
    const session = new RoomSession({ id: this.#newId(), socket, grant, context: this.#context, document })
    if (this.#isClosed) session.close(CLOSE.restart, closeRule(CLOSE.restart).sentence)
    else if (grant.access === "none") session.close(CLOSE.notAllowed, "joined without access")
    else this.#admit(document, session)
    return session
  }

  stats(): RoomsStats {
    const stats = { rooms: 0, opening: 0, closing: 0, sessions: 0, unstoredBytes: 0, cachedBytes: 0, bufferedBytes: 0 }
    for (const room of this.#rooms.values()) {
      stats[room.state === "open" ? "rooms" : room.state] += 1
      stats.sessions += room.sessions.size
      stats.unstoredBytes += room.unstoredBytes
      stats.cachedBytes += room.cachedBytes
      for (const session of room.sessions) stats.bufferedBytes += session.bufferedBytes
    }
    return stats
  }

  sessionsIn(document: DocumentName): ConnectedSession[] {
    const room = this.#rooms.get(document)
    if (room === undefined) return []
    return [...room.sessions].map((session) => ({
      id: session.id,
      access: session.access,
      identities: session.identities,
      joined: session.joined,
      presence: room.presenceOf(session),
    }))
  }

  reopenDocument(document: DocumentName, detail: string): void {
    this.#rooms.get(document)?.reopen(detail)
  }

  closeDocument(document: DocumentName, code: CloseCode, detail: string): void {
    this.#rooms.get(document)?.closeAll(code, detail)
  }

  async close(): Promise<{ readonly unstored: string[] }> {
    this.#isClosed = true
    this.#stopListening()
    const rooms = [...this.#rooms.values()]
    for (const room of rooms) room.closeAll(CLOSE.restart, "the server is closing")
    await this.#inTime(Promise.all(rooms.map((room) => room.flushed())))
    const unstored = rooms.filter((room) => room.unstoredBytes > 0).map((room) => room.document)
    this.#rooms.clear()
    return { unstored }
  }

  /** Resolves with the work, or when closing has waited long enough. */
  async #inTime(work: Promise<unknown>): Promise<void> {
    let cancel = NOTHING
    const timeout = new Promise<void>((resolve) => {
      cancel = this.#context.clock.after(this.#context.limits.closeMs, resolve)
    })
    await Promise.race([work, timeout])
    cancel()
  }

  #admit(document: DocumentName, session: RoomSession): void {
    let room = this.#rooms.get(document)
    if (room === undefined) {
      room = new Room(this.#context, document, this.#ended)
      this.#rooms.set(document, room)
    }
    session.entered(room)
    room.admit(session)
    this.#tickLater()
  }

  /** One function for all rooms. */
  readonly #ended = (room: Room, arrivals: Iterable<RoomSession>): void => {
    if (this.#rooms.get(room.document) === room) this.#rooms.delete(room.document)
    for (const session of arrivals) this.#admit(room.document, session)
  }

  /** One timer for all connections. */
  #tickLater(): void {
    if (this.#isTicking) return
    this.#isTicking = true
    const everyMs = this.#context.limits.keepaliveMs / 4
    this.#context.clock.after(everyMs, () => {
      this.#isTicking = false
      const now = this.#context.clock.now()
      for (const room of this.#rooms.values()) room.tick(now, everyMs)
      if (this.#rooms.size > 0) this.#tickLater()
    })
  }

  #newId(): string {
    return Math.floor(this.#random() * 36 ** 10)
      .toString(36)
      .padStart(10, "0")
  }
}

const NOTHING = (): void => {}
