import { encodeDownstream, UpdateJoiner } from "@ligature/protocol"
import { PackedUpdates } from "./packed-updates.ts"

/** An update as it is sent, encoded once and shared by everybody who gets it. */
export interface SyncFrame {
  /** A whole `update` message. */
  readonly frame: Uint8Array
  readonly update: Uint8Array
}

/** Collects updates in causal order into frames of at most `maxBytes`. An update costs its own bytes, however many came before it. */
export class FrameCollector {
  readonly #maxBytes: number
  #done: SyncFrame[] = []
  /** Bytes of the full frames. */
  #doneBytes = 0
  /** What is in the open frame, but for what waits to be put in; null before its first update. */
  #open: UpdateJoiner | null = null
  /** To be put in once somebody wants the frame: few of those who write are followed by somebody who joins. */
  readonly #waiting = new PackedUpdates()
  /** The open frame as it is, until something is added to it. */
  #openFrame: SyncFrame | null = null

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Bytes of all frames, the open one included. */
  get bytes(): number {
    return this.#doneBytes + this.#openBytes
  }

  add(update: Uint8Array): void {
    if (this.#openBytes + update.length > this.#maxBytes) this.#close()
    if (update.length * 4 > this.#maxBytes) {
      // Chunks of a checkpoint are frames as they are: joining them would gain nothing.
      this.#close()
      this.#finish(syncFrame(update))
    } else {
      this.#waiting.add(update)
      this.#openFrame = null
      if (this.#waiting.count >= WAITING) this.#join()
    }
  }

  /** Adds frames that somebody else has made; what is open before them ends. */
  addFrames(frames: readonly SyncFrame[]): void {
    this.#close()
    for (const frame of frames) this.#finish(frame)
  }

  /** All frames, in order. The open frame is among them and stays open. */
  frames(): SyncFrame[] {
    if (this.#openBytes === 0) return [...this.#done]
    this.#openFrame ??= syncFrame(this.#join().finish())
    return [...this.#done, this.#openFrame]
  }

  /** Takes out the frames that are full, and with `all` the open one too. */
  take(all: boolean): readonly SyncFrame[] {
    if (all) this.#close()
    if (this.#done.length === 0) return NONE
    const taken = this.#done
    this.#done = []
    this.#doneBytes = 0
    return taken
  }

  #close(): void {
    if (this.#openBytes === 0) return
    this.#finish(this.#openFrame ?? syncFrame(this.#join().finish()))
    this.#open = null
    this.#openFrame = null
  }

  get #openBytes(): number {
    return this.#waiting.bytes + (this.#open?.bytes ?? 0)
  }

  #join(): UpdateJoiner {
    this.#open ??= new UpdateJoiner()
    for (const update of this.#waiting.takeAll()) this.#open.add(update)
    return this.#open
  }

  #finish(frame: SyncFrame): void {
    this.#done.push(frame)
    this.#doneBytes += frame.update.length
  }
}

const NONE: readonly never[] = []
const WAITING = 64

export function syncFrame(update: Uint8Array): SyncFrame {
  return { frame: encodeDownstream({ type: "update", update }), update }
}
