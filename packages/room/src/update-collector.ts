import { mergeUpdates } from "yjs"
import { encodeDownstream } from "@ligature/protocol"

/** An update as it is sent, encoded once and shared by everybody who gets it. */
export interface SyncFrame {
  /** A whole `update` message. */
  readonly frame: Uint8Array
  readonly update: Uint8Array
}

/**
 * Collects updates in causal order into frames of at most `maxBytes`. Merging costs by what it merges, and a tail merged into
 * a base again and again is quadratic: small sets are merged, and sixteen results of one size make one of the next.
 */
export class UpdateCollector {
  readonly #maxBytes: number
  #done: SyncFrame[] = []
  /** Updates of the open frame; those of level n stand for 16ⁿ each and precede those of the levels below. */
  #levels: Uint8Array[][] = []
  #openBytes = 0
  #openFrame: SyncFrame | null = null
  /** Bytes of all frames, the open one included. */
  bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  add(update: Uint8Array): void {
    if (update.length * 4 > this.#maxBytes) return this.#addAlone(update)
    if (this.#openBytes + update.length > this.#maxBytes) this.#close()
    this.bytes += update.length
    this.#openBytes += update.length
    this.#openFrame = null
    let carried = update
    for (let height = 0; ; height++) {
      const level = this.#levels[height]
      if (level === undefined) {
        this.#levels[height] = [carried]
        return
      }
      level.push(carried)
      if (level.length < SET) return
      carried = mergeUpdates(level)
      this.#levels[height] = []
    }
  }

  /** All frames, in order. The open frame is among them and stays open. */
  frames(): SyncFrame[] {
    if (this.#openBytes === 0) return [...this.#done]
    this.#openFrame ??= syncFrame(this.#merged())
    return [...this.#done, this.#openFrame]
  }

  /** Takes out the frames that are full, and with `all` the open one too. */
  take(all: boolean): SyncFrame[] {
    if (all) this.#close()
    const taken = this.#done
    this.#done = []
    for (const { update } of taken) this.bytes -= update.length
    return taken
  }

  /** Chunks of a checkpoint are frames as they are: merging them would gain nothing. */
  #addAlone(update: Uint8Array): void {
    this.#close()
    this.#done.push(syncFrame(update))
    this.bytes += update.length
  }

  #close(): void {
    if (this.#openBytes === 0) return
    const frame = this.#openFrame ?? syncFrame(this.#merged())
    this.#done.push(frame)
    this.bytes += frame.update.length - this.#openBytes
    this.#levels = []
    this.#openBytes = 0
    this.#openFrame = null
  }

  #merged(): Uint8Array {
    // The low levels are the small and many; each is folded into the one above, which precedes it.
    let behind: Uint8Array[] = []
    for (const level of this.#levels) {
      const set = [...level, ...behind]
      behind = set.length > 1 ? [mergeUpdates(set)] : set
    }
    const [merged] = behind
    if (merged === undefined) throw new RangeError("a frame without updates cannot be merged")
    this.#levels = [[merged]]
    return merged
  }
}

const SET = 16

function syncFrame(update: Uint8Array): SyncFrame {
  return { frame: encodeDownstream({ type: "update", update }), update }
}
