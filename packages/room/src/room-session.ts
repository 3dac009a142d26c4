import {
  type Access,
  type AccessReason,
  checkAwareness,
  CLOSE,
  type CloseCode,
  closeRule,
  decodeUpstream,
  type DocumentName,
  encodeDownstream,
  mayWrite,
  type Millis,
  type PresenceIdentity,
  ProtocolError,
  SUBPROTOCOL,
  type Upstream,
} from "@ligature/protocol"
import { IncomingUpdates } from "./incoming-updates.ts"
import type { OpenDocument } from "./open-document.ts"
import { Outbox, PAUSED } from "./outbox.ts"
import type { RoomsContext } from "./rooms-context.ts"
import type { RoomLimits } from "./room-limits.ts"
import type { CreationRight, Session, SessionGrant, SessionSocket } from "./session-socket.ts"
import { Step1Answers } from "./step1-answers.ts"

type State =
  /** The room is loading; frames wait. */
  | { readonly state: "waiting"; readonly frames: Uint8Array[]; bytes: number }
  | {
      readonly state: "open"
      readonly document: OpenDocument
      readonly updates: IncomingUpdates
      readonly answers: Step1Answers
    }
  | { readonly state: "closed" }

/** What its room does for a session. */
export interface SessionHome {
  /** The session is gone, for whatever reason. Called once. */
  left(session: RoomSession): void
  /** A message met a fault of ours: what the room knows may be wrong from here on. */
  fault(session: RoomSession, error: unknown): void
}

/** One connection in a room: reads its frames, knows what it may do, and hands each message to whom it is for. */
export class RoomSession implements Session {
  readonly id: string
  readonly identities: readonly string[]
  readonly speaksLigature: boolean
  /** The schema version of the client; null if it is not held to one. */
  readonly schema: number | null
  readonly joined: Millis
  /** The one clientID that it shows itself as, for the whole connection. */
  ownClient: number | null = null
  /** Who it is proved to be, whatever its presence says. */
  readonly as: PresenceIdentity | undefined
  /** When something came from it last: tells a live connection from one that only seems so. */
  lastHeard: Millis = 0
  /** The last commit batch that it wrote in. */
  batch = 0
  /** What it calls itself, as its presence shows it. */
  shownName: string | null = null
  #state: State = { state: "waiting", frames: [], bytes: 0 }
  #home: SessionHome | null = null
  /** What it came with, or was given since; an old schema may take some of it away. */
  #granted: Access
  /** It was told that it may not write; it need not hear that for every key. */
  #wasToldDenied = false
  /** A clientID it would have as presence, were it not taken: most likely its own, of a connection that broke. */
  #wantedClient: number | null = null
  readonly #document: DocumentName
  readonly #socket: SessionSocket
  readonly #context: RoomsContext
  readonly #outbox: Outbox
  readonly #creation: CreationRight | null

  constructor(o: {
    readonly id: string
    readonly document: DocumentName
    readonly socket: SessionSocket
    readonly grant: SessionGrant
    readonly context: RoomsContext
  }) {
    this.id = o.id
    this.identities = o.grant.identities
    this.speaksLigature = o.grant.speaks === SUBPROTOCOL
    this.schema = o.grant.schema === undefined ? null : Math.min(o.grant.schema, o.context.schemaVersion)
    this.joined = o.context.clock.now()
    this.as = o.grant.user
    this.#granted = o.grant.access
    this.#document = o.document
    this.#socket = o.socket
    this.#context = o.context
    this.#outbox = new Outbox(o.socket, o.context.limits, this.joined)
    this.#creation = o.grant.creation ?? null
  }

  get limits(): RoomLimits {
    return this.#context.limits
  }

  /** Whether it may bring a document into being; asked once. */
  mayCreate(): boolean {
    return this.#creation?.mayCreate() ?? true
  }

  /** What it may do now. */
  get access(): Access {
    if (this.#state.state !== "open" || !mayWrite(this.#granted)) return this.#granted
    if (this.#isDamaged) return "read"
    if (this.schema === null) return this.#granted
    return this.schema < (this.#state.document.schema ?? 0) ? "read" : this.#granted
  }

  receive(frame: Uint8Array): void {
    this.lastHeard = this.#context.clock.now()
    switch (this.#state.state) {
      case "waiting":
        this.#state.frames.push(frame)
        this.#state.bytes += frame.length
        if (this.#state.bytes > this.#context.limits.waitingBytes) this.#outbox.pause(PAUSED.waiting)
        return
      case "open":
        try {
          this.#read(frame, this.#state)
        } catch (error) {
          this.#home?.fault(this, error)
        }
        return
      case "closed":
    }
  }

  drained(): void {
    if (this.#state.state !== "open") return
    if (this.#outbox.drained(this.#context.clock.now())) this.#state.document.presence.welcome(this)
    this.#state.answers.drained()
  }

  closed(): void {
    if (this.#state.state !== "closed") this.#leave()
  }

  setAccess(access: Access, reason: AccessReason): void {
    if (this.#state.state === "closed") return
    const mightWrite = this.mayWrite
    this.#granted = access
    this.#wasToldDenied = false
    if (access === "none") {
      this.close(reason === "token-expired" ? CLOSE.signInAgain : CLOSE.notAllowed, `access is none: ${reason}`)
    } else if (this.#state.state === "open") {
      this.#tellAccess(reason)
      // Its words of the time without rights come in the answer.
      if (!mightWrite && this.mayWrite) this.send(this.#state.document.step1())
    }
  }

  /** It goes to this room. */
  entered(home: SessionHome): void {
    this.#home = home
  }

  /** The document is loaded, whole. */
  open(document: OpenDocument): void {
    if (this.#state.state !== "waiting") return
    const { frames } = this.#state
    this.#state = {
      state: "open",
      document,
      updates: new IncomingUpdates(this, document, this.#context.limits),
      answers: new Step1Answers(this, document, this.#outbox, this.#context),
    }
    this.#tellAccess("granted")
    if (this.#context.store.health.state === "failing") this.storeChanged(false)
    this.send(document.step1())
    document.presence.welcome(this)
    for (const frame of frames) this.receive(frame)
    this.#outbox.resume(PAUSED.waiting)
  }

  /** Bytes that the peer has not taken yet. */
  get bufferedBytes(): number {
    return this.#outbox.bytes
  }

  get mayWrite(): boolean {
    return mayWrite(this.access)
  }

  /** The clientID that it shows itself as, or would. */
  get presenceClient(): number | null {
    return this.ownClient ?? this.#wantedClient
  }

  /** Whether somebody else has this clientID, so that it cannot be its own. */
  isTaken(client: number): boolean {
    if (this.#state.state !== "open" || !this.#state.document.isTaken(this, client)) return false
    this.#wantedClient ??= client
    return true
  }

  sharesIdentityWith(other: RoomSession): boolean {
    return this.identities.some((identity) => other.identities.includes(identity))
  }

  send(frame: Uint8Array): void {
    if (this.#state.state === "open") this.#outbox.send(frame, this.#context.clock.now())
  }

  /** A batch is on disk: frames that are shared with others. */
  relay(frames: readonly Uint8Array[], now: Millis): void {
    if (this.#state.state === "open" && !this.#outbox.relay(frames, now)) this.#terminate()
  }

  sendPresence(frame: Uint8Array): void {
    if (this.#state.state === "open") this.#outbox.presence(frame, this.#context.clock.now())
  }

  /** Bytes of its own are on disk. */
  stored(bytes: number): void {
    if (this.#state.state !== "open") return
    const { updates } = this.#state
    updates.unstoredBytes -= bytes
    if (updates.unstoredBytes <= this.#context.limits.unstoredBytes / 2) this.#outbox.resume(PAUSED.unstored)
  }

  /** Counts what is on disk by now, and says so if it is more. */
  receipt(): void {
    if (this.#state.state === "open") this.#state.updates.receipt()
  }

  /** Something is known, or (`isFreed`) nobody's any more, that was not: looks at what it holds. False if it holds nothing now. */
  lookAgain(now: Millis, isFreed: boolean): boolean {
    if (this.#state.state !== "open") return false
    try {
      return this.#state.updates.lookAgain(now, isFreed)
    } catch (error) {
      this.#home?.fault(this, error)
      return false
    }
  }

  /** Somebody wrote with a newer schema. */
  schemaRaised(): void {
    if (this.access !== this.#granted) this.#tellAccess("granted")
  }

  /** The store takes no writes for now, or takes them again. What is sent meanwhile waits for it. */
  storeChanged(takesWrites: boolean): void {
    if (!this.speaksLigature || !this.mayWrite) return
    if (takesWrites) this.#tellAccess("granted")
    else this.send(encodeDownstream({ type: "access", access: "read", reason: "store-unavailable" }))
  }

  /** An update of its was refused for rights. */
  deny(): void {
    if (this.#wasToldDenied) return
    this.#wasToldDenied = true
    if (this.speaksLigature) this.#tellAccess("granted")
    else this.send(encodeDownstream({ type: "auth", reason: "You may read this document, not change it." }))
  }

  tick(now: Millis, everyMs: Millis): void {
    if (this.#state.state !== "open") return
    if (!this.#outbox.tick(now, everyMs)) this.#terminate()
    // In case a drain was not told.
    else this.drained()
  }

  /** Ends the connection. The person reads the code's sentence; `detail` is for the log. */
  close(code: CloseCode, detail: string): void {
    if (this.#state.state === "closed") return
    this.#socket.close(code, closeRule(code).sentence)
    this.#context.on.sessionClosed?.(this.#document, this, { code, detail })
    this.#leave()
  }

  #read(frame: Uint8Array, { document, updates, answers }: Extract<State, { state: "open" }>): void {
    const message = this.#decoded(frame)
    switch (message?.type) {
      case "sync-step-1":
        answers.ask(message.stateVector)
        return
      case "sync-step-2":
      case "update":
        updates.take(message.update, message.type === "update" ? "update" : "step2")
        if (message.type === "sync-step-2") answers.heardStep2(message.update)
        if (updates.unstoredBytes > this.#context.limits.unstoredBytes) this.#outbox.pause(PAUSED.unstored)
        return
      case "awareness":
        this.#show(message.update, document, updates.lastTicket)
        return
      case "query-awareness":
        document.presence.welcome(this)
        return
      case "token":
        this.#context.on.token?.(this.#document, this, message.token)
        return
      case "unknown":
        this.#context.on.unknownMessage?.(this.#document, this, message.number)
        return
      case undefined:
    }
  }

  #decoded(frame: Uint8Array): Upstream | null {
    try {
      return decodeUpstream(frame)
    } catch (cause) {
      if (!(cause instanceof ProtocolError)) throw cause
      this.close(CLOSE.malformed, cause.message)
      return null
    }
  }

  /** Presence, shown once the updates that were sent before it are on disk. */
  #show(update: Uint8Array, document: OpenDocument, after: number): void {
    const verdict = checkAwareness(update, this)
    if (verdict.verdict === "refused") {
      this.close(CLOSE.malformed, `presence: ${verdict.reason}: ${verdict.detail}`)
      return
    }
    if (verdict.verdict === "ignored") return
    if (this.ownClient === null) {
      this.ownClient = verdict.client
      // A reader's clientID is no writer's: it may not stand in anybody's way.
      if (this.mayWrite) document.ownership.claim(this, verdict.client)
    }
    this.shownName = nameIn(verdict.state) ?? this.shownName
    document.presence.show(this, verdict.client, verdict.state, after)
  }

  get #isDamaged(): boolean {
    return this.#state.state === "open" && this.#state.document.damage !== null
  }

  /** Says what it may do now, and why; what takes rights away is the better reason. */
  #tellAccess(because: AccessReason): void {
    if (!this.speaksLigature) return
    const access = this.access
    const reason = access === this.#granted ? because : this.#isDamaged ? "damaged" : "version-skew"
    this.send(encodeDownstream({ type: "access", access, reason }))
  }

  /** The peer takes nothing: a goodbye would not reach it. */
  #terminate(): void {
    this.#socket.terminate()
    this.#context.on.slowReaderTerminated?.(this.#document, this)
    this.#leave()
  }

  #leave(): void {
    if (this.#state.state === "open") this.#state.answers.stop()
    this.#state = { state: "closed" }
    this.#outbox.drop()
    this.#home?.left(this)
  }
}

/** `user.name`, where our editors and most others have it. */
function nameIn(state: Readonly<Record<string, unknown>> | null): string | null {
  const user = state?.["user"]
  if (typeof user !== "object" || user === null || !("name" in user) || typeof user.name !== "string") return null
  return user.name === "" ? null : user.name
}
