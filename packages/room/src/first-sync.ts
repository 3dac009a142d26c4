import { diffStructs, type Millis } from "@ligature/protocol"
import type { StoredRecord } from "@ligature/store"
import type { Gate } from "./gate.ts"
import type { RoomLimits } from "./room-limits.ts"
import { Slice } from "./turn.ts"
import { type SyncFrame, FrameCollector } from "./frame-collector.ts"

/**
 * What is on disk of a document, as frames for those who join: at most 256 KB each, in causal order. While the room is hot they
 * are kept and shared by all joiners; for a document too large for that, each joiner reads the store.
 */
export class FirstSync {
  readonly #read: () => AsyncIterable<StoredRecord>
  readonly #limits: RoomLimits
  readonly #gate: Gate
  /** The clocks that frames reach; made when somebody comes back, since the collector asks after each such map by itself. */
  #ends: WeakMap<{ readonly update: Uint8Array }, ReadonlyMap<number, number>> | null = null
  #cache: FrameCollector | null
  #building: Promise<void> | null = null
  /** Landed since the store is being read for the cache; some of it may have been read as well, which does no harm. */
  #landedMeanwhile: Uint8Array[] = []
  /** When the document was found too large to be kept; compaction may have made it smaller since. */
  #tooLargeAt: Millis | null = null
  #lastUsed: Millis
  /** As of the last tick or join. */
  #now: Millis

  /** `read`: the document's records, or what is left of them, as of its first step. */
  constructor(o: { read: () => AsyncIterable<StoredRecord>; limits: RoomLimits; gate: Gate; now: Millis }) {
    this.#read = o.read
    this.#limits = o.limits
    this.#gate = o.gate
    this.#lastUsed = o.now
    this.#now = o.now
    // The room fills it while it loads.
    this.#cache = new FrameCollector(o.limits.syncChunkBytes)
  }

  get cachedBytes(): number {
    return this.#cache?.bytes ?? 0
  }

  /** Frames of what was just read, while the room loads: the next in order. */
  addFrames(frames: readonly SyncFrame[]): void {
    this.#cache?.addFrames(frames)
    this.#cache = this.#unlessTooLarge(this.#cache)
  }

  /** An update that has just landed: the next in order. */
  add(update: Uint8Array): void {
    if (this.#building !== null) this.#landedMeanwhile.push(update)
    else this.#cache = this.#extended(this.#cache, update)
  }

  /** Lets go of the frames once nobody has joined for a while. */
  tick(now: Millis): void {
    this.#now = now
    if (this.#tooLargeAt !== null && now - this.#tooLargeAt > TRY_AGAIN_MS) this.#tooLargeAt = null
    if (now - this.#lastUsed > this.#limits.syncCacheMs && this.#building === null) this.#cache = null
  }

  /** Nobody has joined for a while, and the frames were let go. */
  get isForgotten(): boolean {
    return this.#cache === null && this.#building === null
  }

  /** The frames of all that has landed at the first step of the iteration; what lands later may be among them or not. Fails as the store fails. */
  async *frames(now: Millis): AsyncGenerator<SyncFrame> {
    this.#lastUsed = now
    this.#now = now
    if (this.#mayBeFilled) await (this.#building ??= this.#build())
    if (this.#cache !== null) yield* this.#cache.frames()
    else yield* this.#collected(this.#updates())
  }

  /**
   * The same, but only the structs that the holder of a state vector lacks, and no deletes. Frames whose clocks are all known to the holder are
   * not looked into, once somebody has asked before.
   * @param reached is raised to the clocks that the holder then has, at least as far as these frames go
   */
  async *lacking(
    stateVector: ReadonlyMap<number, number>,
    reached: Map<number, number>,
    now: Millis,
  ): AsyncGenerator<SyncFrame> {
    this.#lastUsed = now
    this.#now = now
    if (this.#mayBeFilled) await (this.#building ??= this.#build())
    yield* this.#collected(this.#beyond(stateVector, reached))
  }

  get #mayBeFilled(): boolean {
    return this.#cache === null && this.#tooLargeAt === null
  }

  async *#beyond(stateVector: ReadonlyMap<number, number>, reached: Map<number, number>): AsyncGenerator<Uint8Array> {
    const known = (this.#ends ??= new WeakMap())
    for await (const frame of this.#cache?.frames() ?? this.#read()) {
      let ends = known.get(frame)
      if (ends === undefined || !covers(stateVector, ends)) {
        const { lacking, ...found } = diffStructs(frame.update, stateVector)
        ends = found.ends
        known.set(frame, ends)
        if (lacking !== null) yield lacking
      }
      for (const [client, end] of ends) if (end > (reached.get(client) ?? 0)) reached.set(client, end)
    }
  }

  async #build(): Promise<void> {
    let cache: FrameCollector | null = new FrameCollector(this.#limits.syncChunkBytes)
    try {
      await this.#gate.run(async () => {
        const slice = new Slice()
        for await (const update of this.#updates()) {
          cache = this.#extended(cache, update)
          if (cache === null) return
          if (slice.isOver) await slice.turn()
        }
      })
      for (const update of this.#landedMeanwhile) cache = this.#extended(cache, update)
      this.#cache = cache
    } finally {
      this.#landedMeanwhile = []
      this.#building = null
    }
  }

  /** With one more update; null once the document is too large to be kept. */
  #extended(cache: FrameCollector | null, update: Uint8Array): FrameCollector | null {
    cache?.add(update)
    return this.#unlessTooLarge(cache)
  }

  #unlessTooLarge(cache: FrameCollector | null): FrameCollector | null {
    if (cache === null) return null
    if (cache.bytes <= this.#limits.syncCacheBytes) return cache
    this.#tooLargeAt = this.#now
    return null
  }

  async *#updates(): AsyncGenerator<Uint8Array> {
    for await (const record of this.#read()) yield record.update
  }

  async *#collected(updates: AsyncIterable<Uint8Array>): AsyncGenerator<SyncFrame> {
    const collector = new FrameCollector(this.#limits.syncChunkBytes)
    const slice = new Slice()
    for await (const update of updates) {
      collector.add(update)
      yield* collector.take(false)
      if (slice.isOver) await slice.turn()
    }
    yield* collector.take(true)
  }
}

function covers(stateVector: ReadonlyMap<number, number>, ends: ReadonlyMap<number, number>): boolean {
  for (const [client, end] of ends) if ((stateVector.get(client) ?? 0) < end) return false
  return true
}

const TRY_AGAIN_MS = 60_000
