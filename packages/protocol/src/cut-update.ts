import { walkCausally } from "./update/causal-walk.ts"
import { withOwnUpdate } from "./update/own-update.ts"
import type { ParsedUpdate } from "./update/parsed-update.ts"
import { contentStart, type Cut, cutContent, cutContentByBytes, UpdateWriter } from "./update/update-writer.ts"

/**
 * Cuts an update into updates of at most `maxBytes` each, so that applying them in order leaves nothing pending: each
 * reference lies in the same or an earlier chunk, or outside the update. Long texts and long runs of values are split,
 * never inside a character; each chunk brings the deletes of its own clocks, the last ones those of clocks outside the
 * update. A single value that is larger (an embed, bytes) makes a larger chunk. An update that fits comes back as it is.
 * For updates of one's own: throws `ProtocolError` "MALFORMED_UPDATE". `RangeError` for a size below 256.
 */
export function cutUpdate(update: Uint8Array, maxBytes: number): Uint8Array[] {
  if (!(maxBytes >= SMALLEST)) throw new RangeError(`maxBytes must be at least ${SMALLEST}, it is ${maxBytes}`)
  if (update.length <= maxBytes) return [update]
  return withOwnUpdate(update, (parsed) => {
    const cutter = new Cutter(parsed, maxBytes)
    walkCausally(parsed, {
      outsideIsThere: true,
      // All that lies before a group is outside the update, and there already.
      clockOf: (client) => {
        const group = parsed.groupOf(client)
        return group === -1 ? Infinity : (parsed.clock[parsed.first[group] ?? 0] ?? 0)
      },
      isForeign: () => false,
      take: (struct, group) => cutter.take(struct, group),
    })
    return cutter.finish()
  })
}

const SMALLEST = 256
/** Bytes that a chunk, a client in it, and a deleted range take at most beside the structs. */
const CHUNK_COST = 16
const RUN_COST = 32
const DELETE_COST = 10
/** And what a piece of a struct takes beside its content: info, origin, right origin, length. */
const PIECE_COST = 40

/** Structs of one client that follow each other, in the chunk that is being filled. */
interface Run {
  readonly group: number
  /** Its first clock, and where its deletes begin, which is earlier after a skip. */
  readonly clock: number
  readonly deletesFrom: number
  readonly structs: UpdateWriter
  count: number
  end: number
}

class Cutter {
  readonly #parsed: ParsedUpdate
  readonly #maxBytes: number
  readonly #chunks: Uint8Array[] = []
  #runs = new Map<number, Run>()
  #size = CHUNK_COST
  /** Per group: the clock after the last that went into a chunk. */
  readonly #done: number[] = []
  /** Per group: its deletes (-1: none), the first that is not counted yet, the first that is not written yet. */
  readonly #deletes: number[] = []
  readonly #counted: number[] = []
  readonly #written: number[] = []

  constructor(parsed: ParsedUpdate, maxBytes: number) {
    this.#parsed = parsed
    this.#maxBytes = maxBytes
    const deletes = new Map<number, number>()
    for (let d = 0; d < parsed.deleteGroups; d++) deletes.set(parsed.deleteClient[d] ?? 0, d)
    for (let group = 0; group < parsed.groups; group++) {
      const d = deletes.get(parsed.client[group] ?? 0) ?? -1
      const start = parsed.clock[parsed.first[group] ?? 0] ?? 0
      let first = d === -1 ? 0 : (parsed.deleteFirst[d] ?? 0)
      const last = d === -1 ? 0 : (parsed.deleteLast[d] ?? 0)
      // What lies before the group is outside.
      while (first < last && (parsed.deleteTo[first] ?? 0) <= start) first++
      this.#deletes.push(d)
      this.#counted.push(first)
      this.#written.push(first)
      this.#done.push(start)
    }
  }

  take(struct: number, group: number): void {
    const parsed = this.#parsed
    const clock = parsed.clock[struct] ?? 0
    const length = parsed.length[struct] ?? 0
    const end = parsed.to[struct] ?? 0
    const whole: Cut = { clock: length, at: end, half: false }
    // Clocks of a client follow each other in a chunk, so after a skip another one begins.
    if (clock > (this.#done[group] ?? 0) && this.#runs.has(group)) this.#flush()
    let cut: Cut = { clock: 0, at: isLong(parsed, struct) ? contentStart(parsed, struct) : end, half: false }
    while (cut.clock < length) {
      const bytes = cut.clock === 0 ? end - (parsed.from[struct] ?? 0) : end - cut.at + PIECE_COST
      const deletes = this.#countDeletes(group, clock + cut.clock, clock + length)
      const room = this.#maxBytes - this.#size - (this.#runs.has(group) ? 0 : RUN_COST)
      if (bytes + deletes * DELETE_COST <= room) {
        this.#add(struct, group, cut, whole, deletes)
        return
      }
      const isEmpty = this.#runs.size === 0
      const next =
        isLong(parsed, struct) && (isEmpty || room > this.#maxBytes / 4) ? this.#cut(struct, group, cut, room) : cut
      if (next.clock > cut.clock) {
        this.#add(struct, group, cut, next, this.#countDeletes(group, clock + cut.clock, clock + next.clock))
        cut = next
      } else if (isEmpty) {
        // One value larger than a chunk.
        const one = isLong(parsed, struct) ? this.#oneElement(struct, cut) : whole
        this.#add(struct, group, cut, one, this.#countDeletes(group, clock + cut.clock, clock + one.clock))
        cut = one
      }
      this.#flush()
    }
  }

  finish(): Uint8Array[] {
    this.#flush()
    this.#outsideDeletes()
    return this.#chunks
  }

  /** As much of a struct as fits, leaving half of the room to its deletes. */
  #cut(struct: number, group: number, from: Cut, room: number): Cut {
    const parsed = this.#parsed
    const clock = (parsed.clock[struct] ?? 0) + from.clock
    const most = Math.floor(room / 2 / DELETE_COST)
    const beyond = this.#deleteAfter(group, most)
    const clocks = Math.max(0, Math.min((parsed.length[struct] ?? 0) - from.clock, beyond - clock))
    const deletes = Math.min(most, this.#countDeletes(group, clock, clock + clocks))
    return cutContentByBytes(parsed, struct, from, room - PIECE_COST - deletes * DELETE_COST, clocks)
  }

  #oneElement(struct: number, from: Cut): Cut {
    const cut = cutContent(this.#parsed, struct, from, from.clock + 1)
    return cut.half ? { clock: cut.clock + 1, at: cut.at, half: false } : cut
  }

  #add(struct: number, group: number, from: Cut, to: Cut, deletes: number): void {
    const parsed = this.#parsed
    const clock = (parsed.clock[struct] ?? 0) + from.clock
    const end = (parsed.clock[struct] ?? 0) + to.clock
    let run = this.#runs.get(group)
    if (!run) {
      run = { group, clock, deletesFrom: this.#done[group] ?? 0, structs: new UpdateWriter(), count: 0, end }
      this.#runs.set(group, run)
      this.#size += RUN_COST
    }
    const before = run.structs.size
    if (from.clock === 0 && to.clock === parsed.length[struct]) run.structs.struct(parsed, struct)
    else run.structs.piece(parsed, parsed.client[group] ?? 0, struct, from, to)
    run.count++
    run.end = end
    this.#size += run.structs.size - before + deletes * DELETE_COST
    this.#done[group] = end
    this.#skipDeletes(group, end)
  }

  /** Ranges that start before `end` and were not counted, and one that reaches into a new run from before. */
  #countDeletes(group: number, clock: number, end: number): number {
    const d = this.#deletes[group] ?? -1
    if (d === -1) return 0
    const last = this.#parsed.deleteLast[d] ?? 0
    const first = this.#counted[group] ?? 0
    const low = this.#firstDeleteFrom(first, last, end)
    const reaching =
      first > (this.#parsed.deleteFirst[d] ?? 0) && (this.#parsed.deleteTo[first - 1] ?? 0) > clock ? 1 : 0
    return low - first + reaching
  }

  #skipDeletes(group: number, end: number): void {
    const d = this.#deletes[group] ?? -1
    if (d === -1) return
    this.#counted[group] = this.#firstDeleteFrom(this.#counted[group] ?? 0, this.#parsed.deleteLast[d] ?? 0, end)
  }

  /** The clock before which there are at most so many deletes that were not counted. */
  #deleteAfter(group: number, deletes: number): number {
    const d = this.#deletes[group] ?? -1
    if (d === -1) return Infinity
    const i = (this.#counted[group] ?? 0) + deletes
    return i < (this.#parsed.deleteLast[d] ?? 0) ? (this.#parsed.deleteFrom[i] ?? 0) : Infinity
  }

  /** The first range in order that starts at `clock` or later. */
  #firstDeleteFrom(first: number, last: number, clock: number): number {
    let low = first
    let high = last
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#parsed.deleteFrom[middle] ?? 0) < clock) low = middle + 1
      else high = middle
    }
    return low
  }

  #flush(): void {
    if (this.#runs.size === 0) return
    const chunk = new UpdateWriter(this.#size)
    const deletes: number[] = []
    chunk.uint(this.#runs.size)
    for (const run of this.#runs.values()) {
      chunk.uint(run.count)
      chunk.uint(this.#parsed.client[run.group] ?? 0)
      chunk.uint(run.clock)
      chunk.append(run.structs)
      this.#collectDeletes(run, deletes)
    }
    chunk.deletes(deletes)
    this.#chunks.push(chunk.finish())
    this.#runs = new Map()
    this.#size = CHUNK_COST
  }

  #collectDeletes(run: Run, deletes: number[]): void {
    const parsed = this.#parsed
    const d = this.#deletes[run.group] ?? -1
    if (d === -1) return
    const client = parsed.client[run.group] ?? 0
    const last = parsed.deleteLast[d] ?? 0
    let i = this.#written[run.group] ?? 0
    while (i < last && (parsed.deleteFrom[i] ?? 0) < run.end) {
      const from = Math.max(parsed.deleteFrom[i] ?? 0, run.deletesFrom)
      const to = Math.min(parsed.deleteTo[i] ?? 0, run.end)
      deletes.push(client, from, to)
      if ((parsed.deleteTo[i] ?? 0) > run.end) break
      i++
    }
    this.#written[run.group] = i
  }

  /** Deletes before and after the clocks of the update's own structs, and of clients that have none in it. */
  #outsideDeletes(): void {
    const parsed = this.#parsed
    let deletes: number[] = []
    let size = CHUNK_COST
    const add = (client: number, from: number, to: number): void => {
      if (from >= to) return
      const isNew = deletes[deletes.length - 3] !== client
      size += DELETE_COST + (isNew ? RUN_COST : 0)
      if (size > this.#maxBytes) {
        this.#chunks.push(onlyDeletes(deletes))
        deletes = []
        size = CHUNK_COST + RUN_COST + DELETE_COST
      }
      deletes.push(client, from, to)
    }
    for (let d = 0; d < parsed.deleteGroups; d++) {
      const client = parsed.deleteClient[d] ?? 0
      const group = parsed.groupOf(client)
      const start = group === -1 ? Infinity : (parsed.clock[parsed.first[group] ?? 0] ?? 0)
      const end = group === -1 ? Infinity : (this.#done[group] ?? 0)
      const last = parsed.deleteLast[d] ?? 0
      for (let i = parsed.deleteFirst[d] ?? 0; i < last; i++) {
        const from = parsed.deleteFrom[i] ?? 0
        const to = parsed.deleteTo[i] ?? 0
        add(client, from, Math.min(to, start))
        add(client, Math.max(from, end), to)
      }
    }
    if (deletes.length > 0) this.#chunks.push(onlyDeletes(deletes))
  }
}

function onlyDeletes(deletes: readonly number[]): Uint8Array {
  const chunk = new UpdateWriter(1024)
  chunk.uint(0)
  chunk.deletes(deletes)
  return chunk.finish()
}

/** Whether a struct has more than one clock, and so can be split. */
function isLong(parsed: ParsedUpdate, struct: number): boolean {
  return (parsed.length[struct] ?? 0) > 1
}
