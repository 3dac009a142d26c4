import { ProtocolError } from "./protocol-error.ts"
import { ByteReader } from "./update/byte-reader.ts"
import { judge } from "./update/judge.ts"
import { UNLIMITED, withOwnUpdate } from "./update/own-update.ts"
import type { ParsedUpdate } from "./update/parsed-update.ts"
import { ROOT_PLACE } from "./update/place.ts"
import { RangeSet } from "./update/range-set.ts"
import { UpdateWriter } from "./update/update-writer.ts"

/** What an accepted update adds to what is known. It belongs to whoever got the verdict, and changes no more. */
export interface UpdateChange {
  /** Whose structs were added: from this clock up to, not including, that one. */
  readonly clients: readonly { readonly client: number; readonly from: number; readonly to: number }[]
  /** Ranges of added types: client, from, to, and so on. */
  readonly types: readonly number[]
  /** Ranges that are deleted now and were not, collected ones among them: client, from, to, and so on. */
  readonly deletes: readonly number[]
  /** Where added structs stand elsewhere than the one before (see `place.ts`): client, clock, place, and so on. */
  readonly places: readonly number[]
  /** Root types that were not there. */
  readonly roots: readonly string[]
  /** Bytes of the accepted update. */
  readonly bytes: number
}

/**
 * What a room knows of its document without a `Y.Doc`: how far each client has come, which structs are types and how deep
 * they lie, what is deleted, which roots there are. Deleted includes what Yjs has collected (GC, ContentDeleted).
 * Absorbing a change costs what the change costs, times a logarithm.
 */
export class KnownState {
  /** Bytes absorbed. The room sets it anew when the store has made them fewer. */
  bytes = 0
  readonly #clocks = new Map<number, number>()
  // Made when there is something to put in: thousands of rooms have documents of a few words, and an empty map has 180 bytes.
  #types: Map<number, RangeSet> | null = null
  #deleted: Map<number, RangeSet> | null = null
  #places: Map<number, PlaceRuns> | null = null
  readonly #roots = new Set<string>()

  /** The next clock expected of this client; 0 for one that was never seen. */
  clockOf(client: number): number {
    return this.#clocks.get(client) ?? 0
  }

  /** The next clock by client. It grows as changes are absorbed: copy it to keep it. */
  get stateVector(): ReadonlyMap<number, number> {
    return this.#clocks
  }

  /** Names of root types. */
  get roots(): ReadonlySet<string> {
    return this.#roots
  }

  /** Whether this struct is a type; it may be deleted. */
  isType(client: number, clock: number): boolean {
    return this.#types?.get(client)?.has(clock) ?? false
  }

  /** Whether this clock is deleted or collected. */
  isDeleted(client: number, clock: number): boolean {
    return this.#deleted?.get(client)?.has(clock) ?? false
  }

  /** How deep this struct lies, and whether under a key; see `place.ts`. */
  placeOf(client: number, clock: number): number {
    return this.#places?.get(client)?.at(clock) ?? ROOT_PLACE
  }

  /** Calls back with each part of a range that is not known to be deleted, in order. */
  undeleted(client: number, from: number, to: number, part: (from: number, to: number) => void): void {
    const deleted = this.#deleted?.get(client)
    if (deleted) deleted.missing(from, to, part)
    else part(from, to)
  }

  /** The state vector in Yjs's encoding, the payload of a step1. */
  encodeStateVector(): Uint8Array {
    const writer = new UpdateWriter(2 + this.#clocks.size * 10)
    writer.uint(this.#clocks.size)
    for (const client of descending(this.#clocks)) {
      writer.uint(client)
      writer.uint(this.clockOf(client))
    }
    return writer.finish()
  }

  /** An update without structs that deletes all that is known to be deleted. Shared: not to be changed. */
  encodeDeletes(): Uint8Array {
    if (this.#deleted === null) return NO_UPDATE
    const writer = new UpdateWriter(1024)
    writer.uint(0)
    writer.uint(this.#deleted.size)
    for (const client of descending(this.#deleted)) {
      const ranges = this.#deleted.get(client)
      if (ranges) writer.rangesOf(client, ranges)
    }
    return writer.finish()
  }

  /**
   * The same, without what this update deletes: it comes from somebody who knows that much. For an update that was checked.
   * Throws `ProtocolError` "MALFORMED_UPDATE".
   * @param within leaves out what lies at these clocks or behind them; null leaves nothing out
   */
  encodeDeletesBeyond(update: Uint8Array, within: ReadonlyMap<number, number> | null = null): Uint8Array {
    return withOwnUpdate(update, (parsed) => {
      const beyond: number[] = []
      for (const client of descending(this.#deleted ?? NOTHING)) {
        const theirs = deletesOf(parsed, client)
        const last = within === null ? Infinity : (within.get(client) ?? 0)
        this.#deleted?.get(client)?.forEach((from, to) => {
          if (from >= last) return
          theirs.missing(from, Math.min(to, last), (start, end) => void beyond.push(client, start, end))
        })
      }
      const writer = new UpdateWriter(64)
      writer.uint(0)
      writer.deletes(beyond)
      return writer.finish()
    })
  }

  /** Takes in an accepted change. It must have been judged against the state as it is now. */
  absorb(change: UpdateChange): void {
    for (const { client, from, to } of change.clients) {
      if (this.clockOf(client) !== from) {
        throw new RangeError(`the change continues client ${client} at ${from}, it is at ${this.clockOf(client)}`)
      }
      this.#clocks.set(client, to)
    }
    const { types, deletes, places } = change
    for (let i = 0; i < types.length; i += 3) {
      made((this.#types ??= new Map()), types[i] ?? 0, newRangeSet).add(types[i + 1] ?? 0, types[i + 2] ?? 0)
    }
    for (let i = 0; i < deletes.length; i += 3) {
      made((this.#deleted ??= new Map()), deletes[i] ?? 0, newRangeSet).add(deletes[i + 1] ?? 0, deletes[i + 2] ?? 0)
    }
    for (let i = 0; i < places.length; i += 3) {
      made((this.#places ??= new Map()), places[i] ?? 0, newPlaceRuns).push(places[i + 1] ?? 0, places[i + 2] ?? 0)
    }
    for (const root of change.roots) this.#roots.add(root)
    this.bytes += change.bytes
  }

  /** Takes in bytes that this server stored, when a document is loaded. Throws `ProtocolError` "MALFORMED_UPDATE" for any that it could not have stored. */
  absorbStored(update: Uint8Array): void {
    withOwnUpdate(update, (parsed) => {
      const judged = judge(parsed, this, { owns: ownsAll, limits: UNLIMITED, partly: false, acceptedBefore: true })
      if (judged.missing !== null) {
        throw new ProtocolError("MALFORMED_UPDATE", "A stored update refers to what is not stored before it.")
      }
      this.absorb({ ...judged.change, bytes: update.length })
    })
  }

  /** All of it but `bytes`, for `restore`: so that somebody who opens the document need not parse it to know. */
  encode(): Uint8Array {
    const writer = new UpdateWriter(1024)
    writer.uint(this.#clocks.size)
    for (const [client, clock] of this.#clocks) {
      writer.uint(client)
      writer.uint(clock)
    }
    for (const sets of [this.#types ?? NOTHING, this.#deleted ?? NOTHING]) {
      writer.uint(sets.size)
      for (const [client, ranges] of sets) {
        writer.uint(client)
        ranges.writeTo(writer)
      }
    }
    writer.uint(this.#places?.size ?? 0)
    for (const [client, runs] of this.#places ?? NOTHING) {
      writer.uint(client)
      runs.writeTo(writer)
    }
    writer.uint(this.#roots.size)
    for (const root of this.#roots) {
      const name = new TextEncoder().encode(root)
      writer.uint(name.length)
      writer.copy(name, 0, name.length)
    }
    return writer.finish()
  }

  /** Takes in what `encode` gave, from byte `at` on. It must know nothing yet. For bytes that this server stored. */
  restore(encoded: Uint8Array, at = 0): void {
    if (this.#clocks.size > 0 || this.#roots.size > 0) throw new RangeError("it knows something already")
    const reader = new ByteReader()
    reader.bytes = encoded
    reader.at = at
    for (let left = reader.uint(); left > 0; left--) this.#clocks.set(reader.uint(), reader.uint())
    for (let left = reader.uint(); left > 0; left--) {
      made((this.#types ??= new Map()), reader.uint(), newRangeSet).readFrom(reader)
    }
    for (let left = reader.uint(); left > 0; left--) {
      made((this.#deleted ??= new Map()), reader.uint(), newRangeSet).readFrom(reader)
    }
    for (let left = reader.uint(); left > 0; left--) {
      made((this.#places ??= new Map()), reader.uint(), newPlaceRuns).readFrom(reader)
    }
    for (let left = reader.uint(); left > 0; left--) {
      const length = reader.uint()
      const from = reader.at
      reader.skip(length)
      this.#roots.add(new TextDecoder("utf-8", { ignoreBOM: true }).decode(encoded.subarray(from, reader.at)))
    }
  }
}

function deletesOf(parsed: ParsedUpdate, client: number): RangeSet {
  const ranges = new RangeSet()
  for (let group = 0; group < parsed.deleteGroups; group++) {
    if (parsed.deleteClient[group] !== client) continue
    const last = parsed.deleteLast[group] ?? 0
    for (let i = parsed.deleteFirst[group] ?? 0; i < last; i++) {
      ranges.add(parsed.deleteFrom[i] ?? 0, parsed.deleteTo[i] ?? 0)
    }
  }
  return ranges
}

const ownsAll = (): boolean => true
const NOTHING: ReadonlyMap<number, never> = new Map<number, never>()
const NO_UPDATE: Uint8Array = new Uint8Array([0, 0])

/** Places by clock, as runs. Clocks come in order, and most clients write in one place all along. */
class PlaceRuns {
  readonly #clocks: number[] = []
  readonly #places: number[] = []

  push(clock: number, place: number): void {
    if (place === (this.#places.at(-1) ?? ROOT_PLACE)) return
    this.#clocks.push(clock)
    this.#places.push(place)
  }

  writeTo(writer: UpdateWriter): void {
    writer.uint(this.#clocks.length)
    let before = 0
    for (const [index, clock] of this.#clocks.entries()) {
      writer.uint(clock - before)
      writer.uint(this.#places[index] ?? ROOT_PLACE)
      before = clock
    }
  }

  readFrom(reader: ByteReader): void {
    let clock = 0
    for (let left = reader.uint(); left > 0; left--) {
      clock += reader.uint()
      this.#clocks.push(clock)
      this.#places.push(reader.uint())
    }
  }

  at(clock: number): number {
    let low = 0
    let high = this.#clocks.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#clocks[middle] ?? 0) <= clock) low = middle + 1
      else high = middle
    }
    return low === 0 ? ROOT_PLACE : (this.#places[low - 1] ?? ROOT_PLACE)
  }
}

function newRangeSet(): RangeSet {
  return new RangeSet()
}

function newPlaceRuns(): PlaceRuns {
  return new PlaceRuns()
}

function made<T>(map: Map<number, T>, client: number, make: () => T): T {
  let value = map.get(client)
  if (value === undefined) {
    value = make()
    map.set(client, value)
  }
  return value
}

/** Yjs writes higher clients first, and so do we: equal states are equal bytes. */
function descending(map: ReadonlyMap<number, unknown>): number[] {
  return [...map.keys()].sort((a, b) => b - a)
}
