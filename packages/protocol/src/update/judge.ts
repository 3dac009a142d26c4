import type { KnownState, UpdateChange } from "../known-state.ts"
import type { Limits } from "../limits.ts"
import { Refused } from "../update-refusal.ts"
import { walkCausally, type Walked } from "./causal-walk.ts"
import { KIND } from "./content.ts"
import type { Missing, ParsedUpdate } from "./parsed-update.ts"
import { depthOf, isKeyed, KEYED, placeIn, ROOT_PLACE } from "./place.ts"

export interface Judged {
  /** What of the update is new and allowed, but for its size in bytes. */
  readonly change: UpdateChange
  /** Of its deleted ranges, those that are new: client, from, to, and so on, in the order of the update. */
  readonly deleted: readonly number[]
  /** Why something of it could not be taken; null if all was. */
  readonly missing: Missing | null
}

export interface JudgeOptions {
  owns(client: number): boolean
  readonly limits: Limits
  /** Take what can be taken of an update that lacks something; otherwise nothing of it. */
  readonly partly: boolean
  /** It was accepted once. Rules may have grown since, and a document that breaks a new one must still open. */
  readonly acceptedBefore: boolean
}

/**
 * Holds a parsed update against what is known: which of its structs and deletes are new, which wait for something, which
 * may not be. Throws `Refused`.
 */
export function judge(parsed: ParsedUpdate, known: KnownState, o: JudgeOptions): Judged {
  const judgement = new Judgement(parsed, known, o)
  const walked = walkCausally(parsed, {
    outsideIsThere: false,
    clockOf: (client) => known.clockOf(client),
    isForeign: (group) => !o.owns(parsed.client[group] ?? 0),
    take: (struct, group) => judgement.take(struct, group),
  })
  judgement.takeDeletes(walked)
  let missing = judgement.missingDelete
  for (let group = 0; group < parsed.groups; group++) missing = worse(missing, walked.missing[group] ?? null)
  if (missing === "structs" && !o.partly) return { change: NO_CHANGE, deleted: [], missing }
  return { change: judgement.change(walked), deleted: judgement.deleted, missing }
}

const NO_CHANGE: UpdateChange = { clients: [], types: [], deletes: [], places: [], roots: [], bytes: 0 }

/** What nobody knows weighs more than what is only somebody else's. */
function worse(a: Missing | null, b: Missing | null): Missing | null {
  return a === "structs" || b === "structs" ? "structs" : (a ?? b)
}

class Judgement {
  missingDelete: Missing | null = null
  readonly deleted: number[] = []
  readonly #parsed: ParsedUpdate
  readonly #known: KnownState
  readonly #limits: Limits
  readonly #partly: boolean
  readonly #acceptedBefore: boolean
  readonly #types: number[] = []
  /** Ranges of new structs that were collected before they came. */
  readonly #collected: number[] = []
  readonly #places: number[] = []
  /** null for none: most updates bring none, and a set is larger than all else here. */
  #roots: Set<string> | null = null

  constructor(parsed: ParsedUpdate, known: KnownState, o: JudgeOptions) {
    this.#parsed = parsed
    this.#known = known
    this.#limits = o.limits
    this.#partly = o.partly
    this.#acceptedBefore = o.acceptedBefore
  }

  /** All that this struct refers to is there. */
  take(struct: number, group: number): void {
    const parsed = this.#parsed
    const client = parsed.client[group] ?? 0
    const clock = parsed.clock[struct] ?? 0
    const kind = parsed.kind[struct]
    const from = Math.max(clock, this.#known.clockOf(client))
    const end = clock + (parsed.length[struct] ?? 0)
    // Of a struct that is known in part the rest stands beside what is known, wherever it says that it stands.
    const place = from > clock ? this.#placeAt(client, from - 1) : this.#place(struct, client, clock)
    if (depthOf(place) > this.#limits.typeDepth) {
      throw new Refused(
        "types-too-deep",
        `the struct at ${client}:${clock} lies in more than ${this.#limits.typeDepth} types`,
      )
    }
    parsed.place[struct] = place
    if (place !== (from === 0 ? ROOT_PLACE : this.#placeAt(client, from - 1))) this.#places.push(client, from, place)
    if (isKeyed(place) && end - from > 1 && isLive(kind) && !this.#acceptedBefore)
      this.#checkOverwritten(client, from, end - 1)
    if (isKeyed(place) && from === clock && parsed.originClient !== -1 && !this.#acceptedBefore)
      this.#checkReplaced(parsed.originClient, parsed.originClock)
    if (kind === KIND.type) {
      pushRange(this.#types, client, clock, end)
    } else if (kind === KIND.gc || kind === KIND.deleted) {
      pushRange(this.#collected, client, from, end)
    }
    if (parsed.rootFrom !== -1) this.#takeRoot()
  }

  /** After the structs: a delete of something that came with them is a delete of something known. */
  takeDeletes(walked: Walked): void {
    const parsed = this.#parsed
    for (let d = 0; d < parsed.deleteGroups; d++) {
      const client = parsed.deleteClient[d] ?? 0
      const group = parsed.groupOf(client)
      const reached = group === -1 ? this.#known.clockOf(client) : (walked.reached[group] ?? 0)
      const last = parsed.deleteLast[d] ?? 0
      for (let i = parsed.deleteFirst[d] ?? 0; i < last; i++) {
        const from = parsed.deleteFrom[i] ?? 0
        const to = parsed.deleteTo[i] ?? 0
        if (from < reached) {
          this.#known.undeleted(client, from, Math.min(to, reached), (start, end) => {
            this.deleted.push(client, start, end)
          })
        }
        if (to > reached) {
          const withheld = group !== -1 && to <= (parsed.end[group] ?? 0) ? (walked.missing[group] ?? null) : null
          this.missingDelete = worse(this.missingDelete, withheld ?? "structs")
        }
      }
    }
  }

  change(walked: Walked): UpdateChange {
    const parsed = this.#parsed
    const clients: { client: number; from: number; to: number }[] = []
    let newClients = 0
    for (let group = 0; group < parsed.groups; group++) {
      const client = parsed.client[group] ?? 0
      const from = this.#known.clockOf(client)
      const to = walked.reached[group] ?? 0
      if (to <= from) continue
      clients.push({ client, from, to })
      if (from === 0) newClients++
    }
    const limits = this.#limits
    if (
      newClients > limits.newClients ||
      (newClients > 0 && this.#known.stateVector.size + newClients > limits.clients)
    ) {
      throw new Refused("too-many-clients", `it brings ${newClients} clients to ${this.#known.stateVector.size}`)
    }
    return {
      clients,
      types: this.#types,
      deletes: this.#collected.length === 0 ? this.deleted : this.#collected.concat(this.deleted),
      places: this.#places,
      roots: this.#roots === null ? NONE : [...this.#roots],
      bytes: 0,
    }
  }

  /** Where a struct stands: in the parent that it names, or beside its left or else its right neighbour. */
  #place(struct: number, client: number, clock: number): number {
    const parsed = this.#parsed
    if (parsed.originClient !== -1) {
      // Typing goes on where the struct before it ended.
      const goesOn =
        parsed.originClient === client && parsed.originClock === clock - 1 && clock > this.#known.clockOf(client)
      return goesOn ? (parsed.place[struct - 1] ?? ROOT_PLACE) : this.#placeAt(parsed.originClient, parsed.originClock)
    }
    if (parsed.rightClient !== -1) return this.#placeAt(parsed.rightClient, parsed.rightClock)
    if (parsed.parentClient === -1) return parsed.keyed ? KEYED : ROOT_PLACE
    if (!this.#acceptedBefore) this.#checkParent(client, clock)
    return placeIn(this.#placeAt(parsed.parentClient, parsed.parentClock), parsed.keyed)
  }

  #placeAt(client: number, clock: number): number {
    if (clock < this.#known.clockOf(client)) return this.#known.placeOf(client, clock)
    const parsed = this.#parsed
    const group = parsed.groupOf(client)
    return group === -1 ? ROOT_PLACE : (parsed.place[parsed.structAt(group, clock)] ?? ROOT_PLACE)
  }

  /**
   * Under a key only the last value lives. Yjs relies on that: of a run of values under one key that some edit splits, it
   * never deletes the first part, and when their map is deleted it throws. Runs come only from those who keep what is
   * deleted, together with their deletes.
   */
  #checkOverwritten(client: number, from: number, to: number): void {
    this.#known.undeleted(client, from, to, (start, end) => {
      if (!this.#parsed.deletesAll(client, start, end)) {
        throw new Refused("several-under-key", `the values at ${client}:${start} to ${end} live under one key`)
      }
    })
  }

  /**
   * A new value under a key says that the one before it is deleted, as Yjs's `Map.set` does. Where only the reader would delete it, a
   * text that goes on after itself could be joined to one struct, and whoever reads that would keep both. What somebody deleted while nobody
   * could be reached comes with their step2, which may be behind what they do next: until then an update waits for it.
   */
  #checkReplaced(client: number, clock: number): void {
    const parsed = this.#parsed
    if (this.#known.isDeleted(client, clock) || parsed.deletesAll(client, clock, clock + 1)) return
    if (clock >= this.#known.clockOf(client)) {
      const group = parsed.groupOf(client)
      const kind = group === -1 ? undefined : parsed.kind[parsed.structAt(group, clock)]
      if (!isLive(kind)) return
    } else if (!this.#partly) {
      this.missingDelete = "structs"
      return
    }
    throw new Refused("several-under-key", `the value at ${client}:${clock} was replaced and lives under its key`)
  }

  /** A parent must be a type, or something deleted, whose children Yjs collects at once. */
  #checkParent(client: number, clock: number): void {
    const parsed = this.#parsed
    const { parentClient, parentClock } = parsed
    if (parentClock < this.#known.clockOf(parentClient)) {
      if (this.#known.isType(parentClient, parentClock) || this.#known.isDeleted(parentClient, parentClock)) return
    } else {
      const group = parsed.groupOf(parentClient)
      const kind = parsed.kind[parsed.structAt(group, parentClock)]
      if (kind === KIND.type || kind === KIND.gc || kind === KIND.deleted) return
    }
    throw new Refused(
      "parent-is-no-type",
      `the struct at ${client}:${clock} lies in ${parentClient}:${parentClock}, which is no type`,
    )
  }

  #takeRoot(): void {
    const parsed = this.#parsed
    const name = UTF8.decode(parsed.bytes.subarray(parsed.rootFrom, parsed.rootTo))
    if (this.#known.roots.has(name)) return
    this.#roots ??= new Set()
    const { size } = this.#roots.add(name)
    if (size > this.#limits.newRoots || this.#known.roots.size + size > this.#limits.roots) {
      throw new Refused("too-many-roots", `it brings ${size} roots to ${this.#known.roots.size}`)
    }
  }
}

/** Adds client, from, to; or makes the last range longer, where this one goes on from it. */
function pushRange(ranges: number[], client: number, from: number, to: number): void {
  const last = ranges.length - 1
  if (last > 0 && ranges[last] === from && ranges[last - 2] === client) ranges[last] = to
  else ranges.push(client, from, to)
}

/** A struct that is not collected, and may be more than one clock long. */
function isLive(kind: number | undefined): boolean {
  return kind !== KIND.gc && kind !== KIND.deleted
}

const NONE: readonly never[] = []
const UTF8 = new TextDecoder("utf-8", { ignoreBOM: true })
