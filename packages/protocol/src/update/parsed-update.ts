import { DEFAULT_LIMITS, type Limits } from "../limits.ts"
import { Refused } from "../update-refusal.ts"
import { ByteReader } from "./byte-reader.ts"
import { checkAny, checkContent, checkName, KIND } from "./content.ts"

/** Why a client's structs cannot be taken further: something is not known, or belongs to somebody else. */
export type Missing = "structs" | "foreign"

/**
 * A V1 update, parsed and valid in itself: its structs and deletes as columns of numbers that point into its bytes.
 * No object is made per struct. The columns are reused from one update to the next; see `withParsed`.
 *
 * An update is a list of groups, one per client, each a run of structs that follow each other in clock; then a list of
 * groups of deleted ranges. On the wire:
 *
 *     groups { structs, client, clock, structs × (info, references, content) }, groups { client, ranges, ranges × (clock, length) }
 */
export class ParsedUpdate {
  readonly #reader = new ByteReader()

  get bytes(): Uint8Array {
    return this.#reader.bytes
  }

  groups = 0
  /** Per group: whose structs these are, */
  readonly client: number[] = []
  /** the first of them, and the one after the last, */
  readonly first: number[] = []
  readonly last: number[] = []
  /** and the clock after the last that is no skip; the first one's clock if there is none. */
  readonly end: number[] = []
  /** Per group, by the causal walk: the clock up to which its client is there, why it goes no further, */
  readonly reached: number[] = []
  readonly missing: (Missing | null)[] = []
  /** the next struct to take, and whether another group waits for it. */
  readonly next: number[] = []
  readonly isWaiting: boolean[] = []

  structs = 0
  /** Per struct: its first clock, how many clocks it takes, */
  clock: Uint32Array = new Uint32Array(FEW)
  length: Uint32Array = new Uint32Array(FEW)
  /** where it starts in the bytes (its info byte), where its content starts, where it ends, */
  from: Uint32Array = new Uint32Array(FEW)
  content: Uint32Array = new Uint32Array(FEW)
  to: Uint32Array = new Uint32Array(FEW)
  /** its kind, */
  kind: Uint8Array = new Uint8Array(FEW)
  /** and its place (see `place.ts`), once the causal walk has found out. */
  place: Uint16Array = new Uint16Array(FEW)

  /** Where the deletes start in the bytes. */
  deletesFrom = 0
  deleteGroups = 0
  readonly deleteClient: number[] = []
  readonly deleteFirst: number[] = []
  readonly deleteLast: number[] = []

  deletes = 0
  /** Per deleted range: its first clock, and the clock after its last. */
  deleteFrom: Uint32Array = new Uint32Array(FEW)
  deleteTo: Uint32Array = new Uint32Array(FEW)

  /** It holds skips or groups of nothing, which are valid and stored by nobody. */
  untidy = false

  /** References of the struct last given to `readReferences`; a client of -1 is no reference. */
  originClient = -1
  originClock = 0
  rightClient = -1
  rightClock = 0
  parentClient = -1
  parentClock = 0
  /** Bytes of the root name; `rootFrom` is -1 where the parent is no root. */
  rootFrom = -1
  rootTo = -1
  /** Whether it stands under a key of the parent that it names. */
  keyed = false

  #groupByClient: Map<number, number> | null = null
  readonly #deleteGroupByClient = new Map<number, number>()

  /** Parses it all. Throws `Refused`. Takes time and memory linear in the bytes. */
  parse(update: Uint8Array, limits: Limits): void {
    const reader = this.#reader
    reader.bytes = update
    reader.at = 0
    this.groups = 0
    this.structs = 0
    this.deleteGroups = 0
    this.deletes = 0
    this.untidy = false
    this.#groupByClient = null
    this.#deleteGroupByClient.clear()
    this.#parseStructs(limits)
    this.deletesFrom = reader.at
    this.#parseDeletes(limits)
    if (reader.at !== update.length) {
      throw new Refused("leftover-bytes", `${update.length - reader.at} bytes are left over`)
    }
  }

  /** Lets go of the bytes, and of columns that one large update made large. */
  release(): void {
    this.#reader.bytes = NOTHING
    this.#groupByClient = null
    this.#deleteGroupByClient.clear()
    if (this.clock.length > MANY) this.#allocateStructs(FEW)
    if (this.deleteFrom.length > MANY) this.#allocateDeletes(FEW)
  }

  /** The group of this client's structs; -1 if it has none here. */
  groupOf(client: number): number {
    if (this.#groupByClient) return this.#groupByClient.get(client) ?? -1
    for (let g = 0; g < this.groups; g++) {
      if (this.client[g] === client) return g
    }
    return -1
  }

  /** The struct of this group that holds this clock. The clock must lie in the group. */
  structAt(group: number, clock: number): number {
    let low = this.first[group] ?? 0
    let high = (this.last[group] ?? 0) - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.clock[middle] ?? 0) <= clock) low = middle
      else high = middle - 1
    }
    return low
  }

  /** Whether the update itself deletes all of this range. */
  deletesAll(client: number, from: number, to: number): boolean {
    const group = this.#deleteGroupByClient.get(client)
    if (group === undefined) return false
    const last = this.deleteLast[group] ?? 0
    let low = this.deleteFirst[group] ?? 0
    let high = last
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.deleteTo[middle] ?? 0) > from) high = middle
      else low = middle + 1
    }
    let reached = from
    for (; low < last && reached < to && (this.deleteFrom[low] ?? 0) <= reached; low++)
      reached = this.deleteTo[low] ?? 0
    return reached >= to
  }

  /** Reads where a struct wants to stand into `originClient` and so on. */
  readReferences(struct: number): void {
    const reader = this.#reader
    reader.at = this.from[struct] ?? 0
    const info = reader.byte()
    this.originClient = -1
    this.rightClient = -1
    this.parentClient = -1
    this.rootFrom = -1
    this.keyed = (info & PARENT_KEY) !== 0
    const kind = info & KIND_BITS
    if (kind === KIND.gc || kind === KIND.skip) return
    if (info & ORIGIN) {
      this.originClient = reader.uint()
      this.originClock = reader.uint()
    }
    if (info & RIGHT_ORIGIN) {
      this.rightClient = reader.uint()
      this.rightClock = reader.uint()
    }
    if (info & (ORIGIN | RIGHT_ORIGIN)) return
    if (reader.uint() === 1) {
      const length = reader.uint()
      this.rootFrom = reader.at
      this.rootTo = reader.at + length
    } else {
      this.parentClient = reader.uint()
      this.parentClock = reader.uint()
    }
  }

  /** The byte after so many elements of a run of values, from the byte of one of them. */
  skipElements(kind: number, from: number, elements: number): number {
    const reader = this.#reader
    reader.at = from
    for (let left = elements; left > 0; left--) {
      if (kind === KIND.any) checkAny(reader, PARSED_BEFORE)
      else reader.skip(reader.uint())
    }
    return reader.at
  }

  #parseStructs(limits: Limits): void {
    const reader = this.#reader
    // A group of nothing is three bytes: count, client, clock.
    const groups = reader.count(3)
    if (groups > limits.clients) {
      throw new Refused("too-many-clients", `it has ${groups} clients, ${limits.clients} are allowed`)
    }
    if (groups > FEW_GROUPS) this.#groupByClient = new Map()
    for (let left = groups; left > 0; left--) this.#parseGroup(limits)
  }

  #parseGroup(limits: Limits): void {
    const reader = this.#reader
    const structs = reader.count(2)
    const client = reader.uint()
    let clock = reader.uint()
    if (clock > limits.clock) throw clockTooLarge(client, clock)
    if (this.groupOf(client) >= 0) throw new Refused("client-twice", `client ${client} has structs in two places`)
    const group = this.groups++
    this.#groupByClient?.set(client, group)
    this.client[group] = client
    this.first[group] = this.structs
    this.end[group] = clock
    if (structs === 0) this.untidy = true
    if (this.structs + structs > limits.structs) {
      throw new Refused("too-many-structs", `it has more than ${limits.structs} structs`)
    }
    this.#reserveStructs(this.structs + structs)
    for (let left = structs; left > 0; left--) {
      const struct = this.structs++
      this.clock[struct] = clock
      this.from[struct] = reader.at
      const length = this.#parseStruct(struct, client, clock, limits)
      if (length === 0) throw new Refused("zero-length", `the struct at ${client}:${clock} has no length`)
      clock += length
      if (clock > limits.clock) throw clockTooLarge(client, clock)
      this.length[struct] = length
      this.to[struct] = reader.at
      if (this.kind[struct] !== KIND.skip) this.end[group] = clock
    }
    this.last[group] = this.structs
  }

  #parseStruct(struct: number, client: number, clock: number, limits: Limits): number {
    const reader = this.#reader
    const info = reader.byte()
    const kind = info & KIND_BITS
    this.kind[struct] = kind
    if (kind === KIND.gc || kind === KIND.skip) {
      // Yjs's two readers disagree about flags on these, and neither writes them.
      if (info !== kind) throw new Refused("unknown-kind", `there is no struct of kind ${info}`)
      if (kind === KIND.skip) this.untidy = true
      this.content[struct] = reader.at
      return reader.uint()
    }
    if (info & ORIGIN) this.#parseReference(client, clock)
    if (info & RIGHT_ORIGIN) this.#parseReference(client, clock)
    if (!(info & (ORIGIN | RIGHT_ORIGIN))) {
      const isRoot = reader.uint()
      if (isRoot > 1) throw new Refused("unknown-kind", `there is no parent of kind ${isRoot}`)
      if (isRoot === 1) checkName(reader, limits)
      else this.#parseReference(client, clock)
      if (info & PARENT_KEY) checkName(reader, limits)
    }
    this.content[struct] = reader.at
    return checkContent(reader, kind, limits)
  }

  #parseReference(client: number, clock: number): void {
    const toClient = this.#reader.uint()
    const toClock = this.#reader.uint()
    if (toClient === client && toClock >= clock) {
      throw new Refused("impossible-reference", `the struct at ${client}:${clock} refers to ${toClient}:${toClock}`)
    }
  }

  #parseDeletes(limits: Limits): void {
    const reader = this.#reader
    const groups = reader.count(2)
    if (groups > limits.clients) {
      throw new Refused("too-many-clients", `it deletes from ${groups} clients, ${limits.clients} are allowed`)
    }
    for (let group = 0; group < groups; group++) {
      const client = reader.uint()
      if (this.#deleteGroupByClient.has(client)) {
        throw new Refused("client-twice", `client ${client} has deletes in two places`)
      }
      this.#deleteGroupByClient.set(client, group)
      const ranges = reader.count(2)
      if (ranges === 0) this.untidy = true
      if (this.deletes + ranges > limits.structs) {
        throw new Refused("too-many-structs", `it has more than ${limits.structs} deleted ranges`)
      }
      this.#reserveDeletes(this.deletes + ranges)
      this.deleteGroups++
      this.deleteClient[group] = client
      this.deleteFirst[group] = this.deletes
      let past = 0
      for (let left = ranges; left > 0; left--) {
        const clock = reader.uint()
        const length = reader.uint()
        if (length === 0) throw new Refused("zero-length", `the delete at ${client}:${clock} has no length`)
        if (clock < past)
          throw new Refused("deletes-unsorted", `the delete at ${client}:${clock} follows one to ${past}`)
        past = clock + length
        if (past > limits.clock) throw clockTooLarge(client, past)
        this.deleteFrom[this.deletes] = clock
        this.deleteTo[this.deletes] = past
        this.deletes++
      }
      this.deleteLast[group] = this.deletes
    }
  }

  #reserveStructs(size: number): void {
    if (size > this.clock.length) this.#allocateStructs(Math.max(size, 2 * this.clock.length))
  }

  #allocateStructs(size: number): void {
    this.clock = resized(this.clock, new Uint32Array(size))
    this.length = resized(this.length, new Uint32Array(size))
    this.from = resized(this.from, new Uint32Array(size))
    this.content = resized(this.content, new Uint32Array(size))
    this.to = resized(this.to, new Uint32Array(size))
    this.kind = resized(this.kind, new Uint8Array(size))
    this.place = resized(this.place, new Uint16Array(size))
  }

  #reserveDeletes(size: number): void {
    if (size > this.deleteFrom.length) this.#allocateDeletes(Math.max(size, 2 * this.deleteFrom.length))
  }

  #allocateDeletes(size: number): void {
    this.deleteFrom = resized(this.deleteFrom, new Uint32Array(size))
    this.deleteTo = resized(this.deleteTo, new Uint32Array(size))
  }
}

/** Parses and hands over; the columns are valid until `f` returns. Throws `Refused`. */
export function withParsed<T>(update: Uint8Array, limits: Limits, f: (parsed: ParsedUpdate) => T): T {
  // Taken while in use, so that a callback of `f` may parse as well.
  const parsed = spare ?? new ParsedUpdate()
  spare = null
  try {
    parsed.parse(update, limits)
    return f(parsed)
  } finally {
    parsed.release()
    spare = parsed
  }
}

let spare: ParsedUpdate | null = null

/** The info byte: the kind, and what is written before the content. */
const KIND_BITS = 0b0001_1111
const PARENT_KEY = 0b0010_0000
export const RIGHT_ORIGIN = 0b0100_0000
export const ORIGIN = 0b1000_0000

const NOTHING = new Uint8Array(0)
/** For values that were checked when they were parsed. */
const PARSED_BEFORE: Limits = { ...DEFAULT_LIMITS, valueDepth: Infinity }
const FEW = 64
const MANY = 65_536
/** Up to this many groups are searched, more are looked up. */
const FEW_GROUPS = 8

function clockTooLarge(client: number, clock: number): Refused {
  return new Refused("clock-too-large", `client ${client} reaches the clock ${clock}`)
}

function resized<Column extends Uint8Array | Uint16Array | Uint32Array>(column: Column, copy: Column): Column {
  copy.set(column.length > copy.length ? column.subarray(0, copy.length) : column)
  return copy
}
