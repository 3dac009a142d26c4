import { CLOSE, decodeStateVector, ProtocolError } from "@ligature/protocol"
import { answerStep1 } from "./answer-step1.ts"
import type { OpenDocument } from "./open-document.ts"
import type { Outbox } from "./outbox.ts"
import type { RoomSession } from "./room-session.ts"
import type { RoomsContext } from "./rooms-context.ts"

/**
 * A session's step1 messages, answered one after the other: the next one only when the answer before it has left the buffer, and of
 * those that came meanwhile only the last. Four bytes can ask for a whole document; seven hundred of them must not cost as many.
 */
export class Step1Answers {
  #state: "idle" | "answering" | "draining" = "idle"
  #next: Uint8Array | null = null
  #wake: (() => void) | null = null
  /** The peer has answered our step1, so that it says no more about what it has. */
  #hasHeardStep2 = false
  /** What it answered while an answer of ours was under way, which may want to know. */
  #step2Meanwhile: Uint8Array | null = null
  /** An answer waits for the peer's step2. */
  #heard: ((step2: Uint8Array | null) => void) | null = null
  #isStopped = false
  readonly #session: RoomSession
  readonly #document: OpenDocument
  readonly #outbox: Outbox
  readonly #context: RoomsContext

  constructor(session: RoomSession, document: OpenDocument, outbox: Outbox, context: RoomsContext) {
    this.#session = session
    this.#document = document
    this.#outbox = outbox
    this.#context = context
  }

  ask(stateVector: Uint8Array): void {
    if (this.#state !== "idle") {
      this.#next = stateVector
      return
    }
    try {
      const decoded = decodeStateVector(stateVector, this.#context.limits)
      this.#state = "answering"
      void this.#answer(decoded)
    } catch (cause) {
      if (!(cause instanceof ProtocolError)) throw cause
      this.#session.close(CLOSE.malformed, cause.message)
    }
  }

  /** A step2 of the peer has been taken. */
  heardStep2(update: Uint8Array): void {
    this.#hasHeardStep2 = true
    if (this.#state === "answering") this.#step2Meanwhile = update
    // Said before it asks: a room that is open has asked first. What all say who have everything is kept once for all of them.
    else if (this.#document.deletes.isAll(update)) this.#step2Meanwhile = this.#document.deletes.all
    this.#heard?.(update)
  }

  /** Something has left the buffer. */
  drained(): void {
    if (!this.#outbox.isFull) this.#wake?.()
    if (this.#state === "draining" && this.#outbox.isDrained) this.#idle()
  }

  /** The session is gone. */
  stop(): void {
    this.#isStopped = true
    this.#wake?.()
    this.#heard?.(null)
  }

  async #answer(stateVector: ReadonlyMap<number, number>): Promise<void> {
    const { known, deletes, commits, firstSync } = this.#document
    const { limits, clock, on } = this.#context
    try {
      await answerStep1({
        stateVector,
        known,
        deletes,
        commits,
        firstSync,
        syncChunkBytes: limits.syncChunkBytes,
        now: clock.now(),
        target: {
          hold: () => this.#outbox.hold(),
          send: (frame) => this.#session.send(frame),
          ready: () => this.#ready(),
          step2: () => this.#step2(),
        },
      })
    } catch (error) {
      on.loadFailed?.(this.#document.name, error)
      this.#session.close(CLOSE.storeUnavailable, error instanceof Error ? error.message : String(error))
    }
    this.#step2Meanwhile = null
    if (this.#isStopped) return
    this.#outbox.release(clock.now())
    if (this.#outbox.isDrained) this.#idle()
    else this.#state = "draining"
  }

  #idle(): void {
    this.#state = "idle"
    const next = this.#next
    this.#next = null
    if (next !== null) this.ask(next)
  }

  async #step2(): Promise<Uint8Array | null> {
    if (this.#hasHeardStep2 || this.#isStopped) return this.#step2Meanwhile
    const step2 = await new Promise<Uint8Array | null>((resolve) => {
      const cancel = this.#context.clock.after(STEP2_MS, () => resolve(null))
      this.#heard = (update) => {
        cancel()
        resolve(update)
      }
    })
    this.#heard = null
    return step2
  }

  async #ready(): Promise<boolean> {
    while (!this.#isStopped && this.#outbox.isFull) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
      this.#wake = null
    }
    return !this.#isStopped
  }
}

/** The peer was asked when it came: its answer is half a round trip behind its own question. Whoever never answers waits no longer than this. */
const STEP2_MS = 1_000
