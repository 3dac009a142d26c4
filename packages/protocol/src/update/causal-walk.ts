import { Refused } from "../update-refusal.ts"
import { KIND } from "./content.ts"
import type { Missing, ParsedUpdate } from "./parsed-update.ts"

export interface Walk {
  /** Whether all that the update does not hold itself is taken to be there: what it skips, and what lies after its end. */
  readonly outsideIsThere: boolean
  /** The clock up to which this client is known without the update. */
  clockOf(client: number): number
  /** Whether nothing new of this group may be taken. */
  isForeign(group: number): boolean
  /** Called for each struct with something new in it when all that it refers to is there; its references are read. */
  take(struct: number, group: number): void
}

/** What a walk found out; it stands in the update, and is valid as long as that is. */
export interface Walked {
  /** Per group: the clock up to which its client is there now. */
  readonly reached: readonly number[]
  /** Per group: why it goes no further; null if it is there whole. */
  readonly missing: readonly (Missing | null)[]
}

/**
 * Visits structs so that each comes after what it refers to (origin, right origin, parent) and after its client's earlier
 * ones, as Yjs would integrate them. Linear: a struct is looked at again only for a reference that was satisfied meanwhile.
 * Throws `Refused` for references in a circle.
 */
export function walkCausally(parsed: ParsedUpdate, walk: Walk): Walked {
  const walker = new Walker(parsed, walk)
  for (let group = 0; group < parsed.groups; group++) walker.visit(group)
  return parsed
}

/** What it finds out stands in the columns of the update: an array for each question would be most of what a check allocates. */
class Walker {
  readonly #parsed: ParsedUpdate
  readonly #walk: Walk

  constructor(parsed: ParsedUpdate, walk: Walk) {
    this.#parsed = parsed
    this.#walk = walk
    for (let group = 0; group < parsed.groups; group++) {
      const known = walk.clockOf(parsed.client[group] ?? 0)
      const end = parsed.end[group] ?? 0
      const first = parsed.first[group] ?? 0
      parsed.reached[group] = known
      parsed.missing[group] = known < end && walk.isForeign(group) ? "foreign" : null
      parsed.next[group] = known > (parsed.clock[first] ?? 0) && known < end ? parsed.structAt(group, known) : first
      parsed.isWaiting[group] = false
    }
  }

  visit(group: number): void {
    const { isWaiting } = this.#parsed
    const first = this.#advance(group, Infinity)
    if (first === null) return
    // Groups that wait for each other, each with the clock it must reach before the one below it goes on.
    const stack = [group, first.group]
    const wanted = [Infinity, first.clock]
    isWaiting[group] = true
    isWaiting[first.group] = true
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      const want = wanted.pop() ?? 0
      const blocker = this.#advance(top, want)
      if (blocker === null) {
        isWaiting[top] = false
        continue
      }
      if (isWaiting[blocker.group]) throw circle(this.#parsed, top)
      stack.push(top, blocker.group)
      wanted.push(want, blocker.clock)
      isWaiting[blocker.group] = true
    }
  }

  /** Takes structs until the group is past `want`, ended or stuck (null), or needs another group to go on first. */
  #advance(group: number, want: number): { group: number; clock: number } | null {
    const parsed = this.#parsed
    const end = parsed.end[group] ?? 0
    for (;;) {
      const reached = parsed.reached[group] ?? 0
      if (reached > want || reached >= end || parsed.missing[group] !== null) return null
      const struct = parsed.next[group] ?? 0
      const clock = parsed.clock[struct] ?? 0
      if (parsed.kind[struct] === KIND.skip) {
        parsed.next[group] = struct + 1
        if (this.#walk.outsideIsThere) parsed.reached[group] = clock + (parsed.length[struct] ?? 0)
        continue
      }
      if (clock > reached) {
        parsed.missing[group] = "structs"
        return null
      }
      parsed.readReferences(struct)
      const blocker =
        this.#blocker(group, parsed.originClient, parsed.originClock) ??
        this.#blocker(group, parsed.rightClient, parsed.rightClock) ??
        this.#blocker(group, parsed.parentClient, parsed.parentClock)
      if (blocker !== null) return blocker
      if (parsed.missing[group] !== null) return null
      this.#walk.take(struct, group)
      parsed.reached[group] = clock + (parsed.length[struct] ?? 0)
      parsed.next[group] = struct + 1
    }
  }

  /** The group that must go on before this reference is there; marks the group if it never will be. */
  #blocker(group: number, client: number, clock: number): { group: number; clock: number } | null {
    // A client's own earlier clocks are there: the parser saw to it that they are earlier.
    const parsed = this.#parsed
    if (client === -1 || client === parsed.client[group]) return null
    const target = parsed.groupOf(client)
    if (target === -1) {
      if (clock >= this.#walk.clockOf(client)) parsed.missing[group] ??= "structs"
      return null
    }
    if (clock < (parsed.reached[target] ?? 0)) return null
    if (clock >= (parsed.end[target] ?? 0)) {
      if (this.#walk.outsideIsThere) return null
      parsed.missing[group] ??= "structs"
      return null
    }
    const missing = parsed.missing[target] ?? null
    if (missing === null) return { group: target, clock }
    parsed.missing[group] ??= missing
    return null
  }
}

function circle(parsed: ParsedUpdate, group: number): Refused {
  return new Refused(
    "impossible-reference",
    `the structs of client ${parsed.client[group]} need each other in a circle`,
  )
}
