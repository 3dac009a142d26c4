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

  /** Something has left the buffer. */
  drained(): void {
    if (!this.#outbox.isFull) this.#wake?.()
    if (this.#state === "draining" && this.#outbox.isDrained) this.#idle()
  }

  /** The session is gone. */
  stop(): void {
    this.#isStopped = true
    this.#wake?.()
  }

  async #answer(stateVector: ReadonlyMap<number, number>): Promise<void> {
    const { known, commits, firstSync } = this.#document
    const { limits, clock, on } = this.#context
    try {
      await answerStep1({
        stateVector,
        known,
        commits,
        firstSync,
        syncChunkBytes: limits.syncChunkBytes,
        now: clock.now(),
        target: {
          hold: () => this.#outbox.hold(),
          send: (frame) => this.#session.send(frame),
          ready: () => this.#ready(),
        },
      })
    } catch (error) {
      on.loadFailed?.(this.#document.name, error)
      this.#session.close(CLOSE.storeUnavailable, error instanceof Error ? error.message : String(error))
    }
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
