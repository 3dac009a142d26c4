import { type Cancel, CLOSE, type CloseCode, type DocumentName, type Millis } from "@ligature/protocol"
import { StoreError } from "@ligature/store"
import { OpenDocument } from "./open-document.ts"
import type { RoomSession, SessionHome } from "./room-session.ts"
import type { RoomsContext } from "./rooms-context.ts"

type State =
  /** Being read; whoever comes shares the load. */
  | { readonly state: "opening" }
  | { readonly state: "open"; readonly document: OpenDocument; idle: Cancel | null }
  /** Its last writes are on their way. Whoever comes waits for them and then opens afresh. */
  | { readonly state: "closing"; readonly document: OpenDocument | null; readonly arrivals: Set<RoomSession> }

/** An open document and those who are in it. */
export class Room implements SessionHome {
  readonly document: DocumentName
  readonly sessions: Set<RoomSession> = new Set()
  #state: State = { state: "opening" }
  #hasEnded = false
  readonly #context: RoomsContext
  readonly #ended: (room: Room, arrivals: Iterable<RoomSession>) => void

  /** `ended` is called once, when nothing of the room is unstored any more or ever will be stored. */
  constructor(
    context: RoomsContext,
    document: DocumentName,
    ended: (room: Room, arrivals: Iterable<RoomSession>) => void,
  ) {
    this.#context = context
    this.document = document
    this.#ended = ended
    void this.#load()
  }

  get state(): State["state"] {
    return this.#state.state
  }

  get unstoredBytes(): number {
    return this.#document?.commits.unstoredBytes ?? 0
  }

  get cachedBytes(): number {
    return this.#document?.firstSync.cachedBytes ?? 0
  }

  presenceOf(session: RoomSession): Readonly<Record<string, unknown>> | null {
    return this.#document?.presence.stateOf(session) ?? null
  }

  admit(session: RoomSession): void {
    switch (this.#state.state) {
      case "opening":
        this.sessions.add(session)
        return
      case "open":
        this.#state.idle?.()
        this.#state.idle = null
        this.sessions.add(session)
        session.open(this.#state.document)
        return
      case "closing":
        this.#state.arrivals.add(session)
    }
  }

  left(session: RoomSession): void {
    this.sessions.delete(session)
    switch (this.#state.state) {
      case "opening":
        return
      case "open":
        this.#state.document.left(session)
        this.#closeWhenIdle()
        return
      case "closing":
        this.#state.arrivals.delete(session)
    }
  }

  /** Resolves when all that was accepted is on disk, or never will be. */
  async flushed(): Promise<void> {
    await this.#document?.commits.reaches(this.#document.commits.submitted)
  }

  closeAll(code: CloseCode, detail: string): void {
    for (const session of this.sessions) session.close(code, detail)
    if (this.#state.state === "closing") for (const session of this.#state.arrivals) session.close(code, detail)
  }

  /** What is on disk is not what the room knows any more: everybody is sent to its door, and it opens afresh. */
  reopen(detail: string): void {
    void this.#close()
    this.closeAll(CLOSE.restart, detail)
  }

  tick(now: Millis, everyMs: Millis): void {
    this.#document?.tick(now)
    for (const session of this.sessions) session.tick(now, everyMs)
  }

  get #document(): OpenDocument | null {
    return this.#state.state === "opening" ? null : this.#state.document
  }

  async #load(): Promise<void> {
    let document
    try {
      document = await OpenDocument.load({
        context: this.#context,
        name: this.document,
        sessions: this.sessions,
        failed: (error) => {
          this.#context.on.appendFailed?.(this.document, error)
          this.#fail(error)
        },
      })
    } catch (error) {
      this.#context.on.loadFailed?.(this.document, error)
      this.#fail(error)
      return
    }
    this.#state = { state: "open", document, idle: null }
    this.#context.on.roomOpened?.(this.document)
    for (const session of this.sessions) session.open(document)
    this.#closeWhenIdle()
  }

  #closeWhenIdle(): void {
    if (this.#state.state !== "open" || this.sessions.size > 0 || this.#state.idle !== null) return
    this.#state.idle = this.#context.clock.after(this.#context.limits.roomIdleMs, () => void this.#close())
  }

  /** One peer has found a fault of ours: it is sent away, the others come back to what is on disk. */
  fault(session: RoomSession, error: unknown): void {
    this.#context.on.fault?.(this.document, session, error)
    const detail = `a fault of the server: ${error instanceof Error ? error.message : String(error)}`
    // Those who come from here on wait for what was accepted before.
    void this.#close()
    session.close(CLOSE.serverError, detail)
    this.closeAll(CLOSE.storeUnavailable, detail)
  }

  async #close(): Promise<void> {
    if (this.#state.state !== "open") return
    const { document } = this.#state
    this.#state.idle?.()
    const arrivals = new Set<RoomSession>()
    this.#state = { state: "closing", document, arrivals }
    document.presence.stop()
    await this.flushed()
    if (this.#hasEnded) return
    this.#context.on.roomClosed?.(this.document)
    this.#end(arrivals)
  }

  /** Nothing more can come of this room. An answer with less than the whole document would look like loss. */
  #fail(error: unknown): void {
    const arrivals = this.#state.state === "closing" ? this.#state.arrivals : new Set<RoomSession>()
    this.#document?.presence.stop()
    this.#state = { state: "closing", document: this.#document, arrivals }
    const code = closeCodeOf(error)
    for (const session of this.sessions) session.close(code, error instanceof Error ? error.message : String(error))
    this.#end(arrivals)
  }

  #end(arrivals: Iterable<RoomSession>): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#ended(this, arrivals)
  }
}

function closeCodeOf(error: unknown): CloseCode {
  return error instanceof StoreError && error.code === "DOCUMENT_REMOVED"
    ? CLOSE.noSuchDocument
    : CLOSE.storeUnavailable
}
