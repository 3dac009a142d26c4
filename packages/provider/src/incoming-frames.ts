import type { Cancel, Clock } from "@ligature/protocol"
import * as Y from "yjs"
import { nextFrame } from "./next-frame.ts"
import { report } from "./notify.ts"

type Kind = "sync-step-2" | "update" | "awareness" | "auth"

/** Who the frames are handed to; y-websocket sets `onmessage` on its socket. */
interface Receiver {
  readonly onmessage: ((event: { data: Uint8Array }) => void) | null
}

/**
 * Frames of the server, held until the next animation frame and then handed to y-websocket: all document updates in one Yjs
 * transaction, so that the editor redraws once, then the rest in order. While the document is not shown yet, nothing is drawn, and
 * a frame would be a wait for those who open it: then they are held until the next turn. A step2 is handed on as an update inside the transaction
 * and as an empty step2 behind it: `synced` fires after everything that came before.
 */
export class IncomingFrames {
  readonly #doc: Y.Doc
  readonly #origin: () => unknown
  readonly #clock: Clock
  readonly #isShown: () => boolean
  #receiver: Receiver | null = null
  #updates: Uint8Array[] = []
  #behind: Uint8Array[] = []
  #cancel: Cancel | null = null

  /** `origin` is the WebsocketProvider: an update with another origin would be sent back to the server. */
  constructor(doc: Y.Doc, origin: () => unknown, clock: Clock, isShown: () => boolean) {
    this.#doc = doc
    this.#origin = origin
    this.#clock = clock
    this.#isShown = isShown
  }

  add(receiver: Receiver, kind: Kind, frame: Uint8Array): void {
    if (receiver !== this.#receiver) this.discard()
    this.#receiver = receiver
    switch (kind) {
      case "update":
        this.#updates.push(frame)
        break
      case "sync-step-2":
        this.#updates.push(asUpdate(frame))
        this.#behind.push(EMPTY_STEP2)
        break
      case "awareness":
      case "auth":
        this.#behind.push(frame)
        break
    }
    const flush = (): void => this.flush()
    this.#cancel ??= this.#isShown() ? nextFrame(this.#clock, flush) : this.#clock.after(0, flush)
  }

  /** Hands on what waits, now. Never throws. */
  flush(): void {
    const receiver = this.#receiver
    const updates = this.#updates
    const behind = this.#behind
    this.discard()
    if (receiver === null) return
    const hand = (frame: Uint8Array): void => receiver.onmessage?.({ data: frame })
    try {
      if (updates.length > 0) Y.transact(this.#doc, () => updates.forEach(hand), this.#origin(), false)
    } catch (error) {
      // An observer of the document threw. Yjs has applied the updates all the same.
      report(error)
    }
    behind.forEach(hand)
  }

  /** Forgets what waits: the connection it came over is gone, and the next one brings it again. */
  discard(): void {
    this.#cancel?.()
    this.#cancel = null
    this.#receiver = null
    this.#updates = []
    this.#behind = []
  }
}

/** A sync message with an update and nothing in it. */
const EMPTY_STEP2: Uint8Array = Uint8Array.of(0, 1, 2, 0, 0)

/** Both messages differ in their second byte alone. */
function asUpdate(step2: Uint8Array): Uint8Array {
  const update = step2.slice()
  update[1] = 2
  return update
}
