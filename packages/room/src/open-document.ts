import {
  CHECKPOINT_ROW,
  checkUpdate,
  type DocumentName,
  encodeDownstream,
  KnownState,
  type Millis,
  ProtocolError,
  readCheckpointRow,
  type UpdateVerdict,
} from "@ligature/protocol"
import { cutUpdate } from "@ligature/protocol/cut-update"
import { type AppendedUpdate, type DocumentStore, StoreError } from "@ligature/store"
import { type Commit, CommitLoop } from "./commit-loop.ts"
import { DeletesToSend } from "./deletes-to-send.ts"
import { FirstSync } from "./first-sync.ts"
import { FrameCollector, syncFrame, type SyncFrame } from "./frame-collector.ts"
import { Ownership } from "./ownership.ts"
import { RoomPresence } from "./presence.ts"
import { broughtBackBy, recoveringUntil } from "./recovery.ts"
import { relayFrames } from "./relay-frames.ts"
import type { RoomSession } from "./room-session.ts"
import type { RoomsContext } from "./rooms-context.ts"
import { Slice } from "./turn.ts"
import { WriterNames } from "./writer-names.ts"

export type Accepted = Extract<UpdateVerdict, { verdict: "accepted" }>

/** A document that was loaded whole: what a room knows of it, who may extend what, who is there, what is on its way to the disk. */
export class OpenDocument {
  readonly name: DocumentName
  readonly known: KnownState = new KnownState()
  readonly ownership: Ownership<RoomSession> = new Ownership()
  readonly presence: RoomPresence<RoomSession>
  readonly commits: CommitLoop<RoomSession>
  readonly deletes: DeletesToSend
  readonly firstSync: FirstSync
  readonly #names = new WriterNames()
  /** Until then anybody who may write may bring what others wrote: the document came from a backup. */
  #recoveringUntil: Millis | null = null
  /** The highest schema version that has written; null before the first client that has one. */
  schema: number | null = null
  readonly #context: RoomsContext
  readonly #sessions: ReadonlySet<RoomSession>
  /** Sessions with messages that stand on what is not known yet; made when there is one. */
  #holding: Set<RoomSession> | null = null
  /** Counts the batches that landed. */
  #batch = 0
  /** Bytes of the document in the store, when it was last asked. */
  #bytesOnDisk = 0
  #step1: { readonly ticket: number; readonly frame: Uint8Array } | null = null

  /** The question that every check asks, and for whom; kept here so that a check allocates nothing for it. */
  #asking: RoomSession | null = null
  #blockers: { readonly client: number; readonly clock: number }[] = []
  #isBlockedForSure = false
  #hasOwn = false
  readonly #question: Parameters<typeof checkUpdate>[2] & { kind: "step2" | "update" }

  /** Why only a part of the document is here; nobody may write to it then. null for a whole one. */
  damage: Error | null = null

  /**
   * Reads the document; of a damaged one what can still be read, if that is anything. Fails as the store fails, and on stored bytes that are
   * no update; nothing may be shown then.
   */
  static async load(o: {
    readonly context: RoomsContext
    readonly name: DocumentName
    /** The sessions of the room, as they come and go. */
    readonly sessions: ReadonlySet<RoomSession>
    /** The store will never take what was accepted. */
    readonly failed: (error: unknown) => void
  }): Promise<OpenDocument> {
    return o.context.loads.run(async () => {
      try {
        const document = new OpenDocument(o)
        const checkpoint = await document.#readRows()
        await document.#readRecords((name) => o.context.store.read(name), checkpoint)
        return document
      } catch (error) {
        const left = isDamage(error) ? await OpenDocument.#salvage(o, error) : null
        if (left === null) throw error
        return left
      }
    })
  }

  /** null when nothing can be read: an empty page would look as if the words were gone. */
  static async #salvage(o: Parameters<typeof OpenDocument.load>[0], damage: Error): Promise<OpenDocument | null> {
    const document = new OpenDocument(o)
    document.damage = damage
    await document.#readRecords((name) => o.context.store.salvage(name), null)
    if (document.known.bytes === 0) return null
    o.context.on.salvaged?.(o.name, damage)
    return document
  }

  /** Returns what a row says of the checkpoint. */
  async #readRows(): Promise<ReturnType<typeof readCheckpointRow>> {
    let checkpoint: ReturnType<typeof readCheckpointRow> = null
    for (const [row, value] of await this.#context.store.readRows(this.name)) {
      // A row from before the claim was bounded must not lock everybody out for ever.
      if (row === SCHEMA_ROW) this.schema = Math.min(numberIn(value), this.#context.schemaVersion)
      else if (row === CHECKPOINT_ROW) checkpoint = readCheckpointRow(value)
      else {
        this.ownership.restore(row, value)
        this.#names.restore(row, value)
        this.#recoveringUntil ??= recoveringUntil(row, value, this.#context.limits.recoveryMs)
      }
    }
    return checkpoint
  }

  /**
   * Chunks of the checkpoint that the row speaks of go to joiners as they are, and nobody parses them. They need not be those it speaks of:
   * rows and records are read one after the other, and a compaction may come between.
   */
  async #readRecords(read: DocumentStore["read"], checkpoint: ReturnType<typeof readCheckpointRow>): Promise<void> {
    const slice = new Slice()
    let isKnown = false
    // A thousand small records joined are read at a fraction of what they cost one by one, and joiners get them so anyway.
    const collector = new FrameCollector(this.#context.limits.syncChunkBytes)
    for await (const { kind, sequence, update } of read(this.name)) {
      this.#bytesOnDisk += update.length
      if (kind === "checkpoint" && sequence === checkpoint?.through) {
        if (!isKnown) checkpoint.restoreTo(this.known)
        isKnown = true
        this.firstSync.addFrames([syncFrame(update)])
      } else {
        collector.add(update)
        this.#absorb(collector.take(false))
      }
      if (slice.isOver) await slice.turn()
    }
    this.#absorb(collector.take(true))
    this.known.bytes = this.#bytesOnDisk
  }

  private constructor(o: {
    readonly context: RoomsContext
    readonly name: DocumentName
    readonly sessions: ReadonlySet<RoomSession>
    readonly failed: (error: unknown) => void
  }) {
    const { store, clock, limits, loads } = o.context
    this.name = o.name
    this.#context = o.context
    this.#sessions = o.sessions
    this.firstSync = new FirstSync({
      read: () => (this.damage === null ? store.read(o.name) : store.salvage(o.name)),
      limits,
      gate: loads,
      now: clock.now(),
    })
    this.commits = new CommitLoop({
      document: o.name,
      store,
      clock,
      turns: o.context.appends,
      appendBytes: limits.appendBytes,
      recordBytes: limits.recordBytes,
      landed: (batch, stored, took) => this.#landed(batch, stored, took),
      failed: o.failed,
    })
    this.deletes = new DeletesToSend(this.known, this.commits)
    this.presence = new RoomPresence({
      clock,
      intervalMs: limits.presenceIntervalMs,
      sessions: o.sessions,
      commits: this.commits,
    })
    this.#question = { owns: (client) => this.#mayExtend(client), limits, kind: "update" }
  }

  /** Frames of what is stored, in order. */
  #absorb(frames: readonly SyncFrame[]): void {
    if (frames.length === 0) return
    for (const { update } of frames) this.known.absorbStored(update)
    this.firstSync.addFrames(frames)
  }

  check(session: RoomSession, update: Uint8Array, kind: "step2" | "update"): UpdateVerdict {
    this.#asking = session
    if (this.#blockers.length > 0) this.#blockers = []
    this.#isBlockedForSure = false
    this.#hasOwn = false
    this.#question.kind = kind
    // What hundreds answer who come back at once need not be parsed for each of them.
    if (kind === "step2" && this.deletes.isAll(update)) return NOTHING_NEW
    return checkUpdate(update, this.known, this.#question)
  }

  /** Clients of the last check that belong to somebody else, and how far they were known. */
  get blockers(): readonly { readonly client: number; readonly clock: number }[] {
    return this.#blockers
  }

  /**
   * The last check met nothing new but what belongs to somebody who is certainly there: a stored owner, or a connection that was
   * heard since this one came. A connection that broke without a goodbye keeps its claims until it is found dead; its owner, back
   * already, is no thief.
   */
  get isTheft(): boolean {
    return this.#isBlockedForSure && !this.#hasOwn
  }

  /** Takes what a check accepted, and nothing came between. Returns the ticket that it is on disk with. */
  take(session: RoomSession, accepted: Accepted, kind: "step2" | "update"): number {
    this.known.absorb(accepted.change)
    const rows: { readonly name: string; readonly value: Uint8Array }[] = []
    let isBroughtBack = false
    for (const { client } of accepted.change.clients) {
      if (this.#bringsBack(session, client, kind)) {
        isBroughtBack = true
        continue
      }
      // What a stock tab brings of others in its step2 is kept, and claims nothing for it.
      if (kind === "update") this.ownership.claim(session, client)
      const row = this.ownership.own(session, client)
      if (row !== null) rows.push(row)
    }
    if (session.schema !== null && session.schema > (this.schema ?? -1)) {
      rows.push({ name: SCHEMA_ROW, value: new TextEncoder().encode(String(session.schema)) })
      this.#raiseSchema(session.schema)
    }
    const { recordBytes } = this.#context.limits
    const identity = session.identities[0] ?? null
    if (identity !== null && session.shownName !== null) {
      const row = this.#names.note(identity, session.shownName)
      if (row !== null) rows.push(row)
    }
    const author = isBroughtBack ? broughtBackBy(identity) : identity
    const parts = cutUpdate(accepted.update, recordBytes)
    return this.commits.submit(
      parts.map((update, part) => ({ update, writer: session, author, rows: part === 0 ? rows : NO_ROWS })),
    )
  }

  /** Whether somebody else has this clientID, so that it cannot be the session's presence. */
  isTaken(session: RoomSession, client: number): boolean {
    if (this.ownership.blocker(session, client) !== null) return true
    const holder = this.presence.holder(client)
    return holder !== null && holder !== session && !holder.sharesIdentityWith(session)
  }

  /** The step1 that asks a client for what the room lacks. */
  step1(): Uint8Array {
    const ticket = this.commits.submitted
    if (this.#step1?.ticket !== ticket) {
      const stateVector = this.known.encodeStateVector()
      this.#step1 = { ticket, frame: encodeDownstream({ type: "sync-step-1", stateVector }) }
    }
    return this.#step1.frame
  }

  holds(session: RoomSession): void {
    this.#holding ??= new Set()
    this.#holding.add(session)
  }

  /** The session is gone. */
  left(session: RoomSession): void {
    this.#holding?.delete(session)
    this.presence.leave(session)
    if (this.ownership.release(session)) this.#lookAgain(this.#context.clock.now(), true)
  }

  tick(now: Millis): void {
    this.firstSync.tick(now)
    if (this.firstSync.isForgotten) {
      this.deletes.release()
      this.#step1 = null
    }
    this.#lookAgain(now, false)
    if (
      this.damage === null &&
      this.known.bytes - this.#bytesOnDisk > this.#context.limits.documentBytes / ASKS_PER_DOCUMENT
    )
      void this.#askBytes()
  }

  /** `known.bytes` counts what came; compaction has made it fewer since, and a busy room is never loaded anew. */
  async #askBytes(): Promise<void> {
    this.#bytesOnDisk = this.known.bytes
    try {
      this.#bytesOnDisk = await this.#context.store.bytes(this.name)
      // What has landed while the store answered counts twice until it is asked again.
      this.known.bytes = this.#bytesOnDisk + this.commits.unstoredBytes
    } catch (error) {
      // The count stays too high, and is asked for again. Whoever reads or writes learns what is wrong with the store.
      if (!(error instanceof StoreError)) throw error
    }
  }

  get #isRecovering(): boolean {
    return this.#recoveringUntil !== null && this.#context.clock.now() < this.#recoveringUntil
  }

  /** Whether a client's structs are somebody else's, or may be: then they are welcome while the document recovers, and make nobody their owner. */
  #bringsBack(session: RoomSession, client: number, kind: "step2" | "update"): boolean {
    if (!this.#isRecovering) return false
    if (this.ownership.blocker(session, client) !== null) return true
    return kind === "step2" && client !== session.presenceClient && !this.ownership.isOwner(session, client)
  }

  #mayExtend(client: number): boolean {
    if (this.#asking === null) return false
    const blocker = this.ownership.blocker(this.#asking, client)
    if (blocker === null || this.#isRecovering) {
      this.#hasOwn = true
      return true
    }
    this.#blockers.push({ client, clock: this.known.clockOf(client) })
    if (blocker === "owner" || blocker.lastHeard > this.#asking.joined) this.#isBlockedForSure = true
    return false
  }

  #raiseSchema(schema: number): void {
    this.schema = schema
    for (const session of this.#sessions) session.schemaRaised()
  }

  /** Receipts to writers, the updates to everybody else: only now, since only now no crash can take them back. */
  #landed(batch: readonly Commit<RoomSession>[], stored: readonly AppendedUpdate[], took: Millis): void {
    this.#batch++
    let bytes = 0
    for (const { update, writer } of batch) {
      writer.batch = this.#batch
      writer.stored(update.length)
      bytes += update.length
    }
    const updates = stored.map(({ update }) => update)
    for (const update of updates) this.firstSync.add(update)
    const now = this.#context.clock.now()
    const { syncChunkBytes } = this.#context.limits
    const frames = relayFrames(updates, syncChunkBytes)
    for (const session of this.#sessions) {
      if (session.batch !== this.#batch || !session.speaksLigature || batch.length > SPARED) {
        // Stock writers too: the echo tells them that it is on disk.
        session.relay(frames, now)
        continue
      }
      const others = batch.filter(({ writer }) => writer !== session).map(({ update }) => update)
      if (others.length > 0) session.relay(relayFrames(others, syncChunkBytes), now)
    }
    for (const session of this.#sessions) session.receipt()
    this.#lookAgain(now, false)
    this.presence.schedule()
    this.#context.on.committed?.(this.name, { updates: batch.length, bytes, ms: took })
  }

  #lookAgain(now: Millis, isFreed: boolean): void {
    if (this.#holding === null) return
    for (const session of this.#holding) if (!session.lookAgain(now, isFreed)) this.#holding.delete(session)
    if (this.#holding.size === 0) this.#holding = null
  }
}

const NOTHING_NEW = { verdict: "nothing-new" } as const

/** A part of what was stored is lost, or is no update; the store itself is well. */
function isDamage(error: unknown): error is Error {
  if (error instanceof ProtocolError) return true
  return error instanceof StoreError && (error.code === "STORE_DAMAGED" || error.code === "STORE_QUARANTINED")
}

function numberIn(row: Uint8Array): number {
  return Number(new TextDecoder().decode(row))
}

const SCHEMA_ROW = "schema"
/** How often the store is asked how large the document is, while it grows to what is allowed. */
const ASKS_PER_DOCUMENT = 256
const NO_ROWS: readonly never[] = []
/** In larger batches a writer gets its own updates back: they do nothing there, and leaving them out for each would be quadratic. */
const SPARED = 8
