import type { KnownState, UpdateChange } from "./known-state.ts"
import type { Limits } from "./limits.ts"
import { Refused, type UpdateRefusal } from "./update-refusal.ts"
import { type Judged, judge } from "./update/judge.ts"
import { type Missing, type ParsedUpdate, withParsed } from "./update/parsed-update.ts"
import { UpdateWriter } from "./update/update-writer.ts"

export type UpdateVerdict =
  /** It is empty, or all of it is known. */
  | { readonly verdict: "nothing-new" }
  | {
      readonly verdict: "accepted"
      /** Only what is new and allowed. The same bytes (a view, not a copy) if nothing had to be cut. */
      readonly update: Uint8Array
      readonly change: UpdateChange
      /** Something was cut out, and with it what depends on it: that part is a gap. */
      readonly incomplete: boolean
      /** Why something was cut out: "foreign" if all of it is others' structs or hangs on them. */
      readonly missing: Missing | null
    }
  /** Nothing of it can be stored yet: it needs what is not known, or ("foreign") holds only others' structs. */
  | { readonly verdict: "gap"; readonly missing: Missing }
  | { readonly verdict: "refused"; readonly reason: UpdateRefusal; readonly detail: string }

/**
 * Checks an update from outside in linear time, and cuts it down to what is new and allowed. Nothing changes until the
 * room absorbs the verdict's change. Of an "update" that lacks something nothing is taken: it is one transaction of its
 * writer and comes whole later. A "step2" is taken as far as it goes, because a client may hold parts it cannot use itself.
 */
export function checkUpdate(
  update: Uint8Array,
  known: KnownState,
  o: {
    /** Whether this session may extend that client now. Asked once per client with something new. */
    owns(client: number): boolean
    readonly limits: Limits
    /** What brought it. "update" if left out. */
    readonly kind?: "step2" | "update"
  },
): UpdateVerdict {
  try {
    return withParsed(update, o.limits, (parsed) => {
      const judged = judge(parsed, known, {
        owns: (client) => o.owns(client),
        limits: o.limits,
        partly: o.kind === "step2",
        acceptedBefore: false,
      })
      const { change, missing } = judged
      if (change.clients.length === 0 && judged.deleted.length === 0) {
        return missing === null ? { verdict: "nothing-new" } : { verdict: "gap", missing }
      }
      const kept = isAllNew(parsed, judged) ? update : writeNew(parsed, judged)
      if (known.bytes + kept.length > o.limits.documentBytes) {
        const detail = `${kept.length} bytes more than ${known.bytes} are more than ${o.limits.documentBytes}`
        throw new Refused("document-too-large", detail)
      }
      return {
        verdict: "accepted",
        update: kept,
        change: { ...change, bytes: kept.length },
        incomplete: missing !== null,
        missing,
      }
    })
  } catch (cause) {
    if (!(cause instanceof Refused)) throw cause
    return { verdict: "refused", reason: cause.reason, detail: cause.message }
  }
}

function isAllNew(parsed: ParsedUpdate, { change, deleted }: Judged): boolean {
  if (parsed.untidy || parsed.groups !== change.clients.length || 3 * parsed.deletes !== deleted.length) return false
  for (let group = 0; group < parsed.groups; group++) {
    const added = change.clients[group]
    if (!added || added.from !== parsed.clock[parsed.first[group] ?? 0] || added.to !== parsed.end[group]) return false
  }
  for (let i = 0; i < parsed.deletes; i++) {
    if (parsed.deleteFrom[i] !== deleted[3 * i + 1] || parsed.deleteTo[i] !== deleted[3 * i + 2]) return false
  }
  return true
}

/** What is new, in the order of the original. */
function writeNew(parsed: ParsedUpdate, { change, deleted }: Judged): Uint8Array {
  const writer = new UpdateWriter(parsed.bytes.length)
  writer.uint(change.clients.length)
  for (const { client, from, to } of change.clients) {
    const group = parsed.groupOf(client)
    const first = parsed.structAt(group, from)
    const last = parsed.structAt(group, to - 1)
    writer.uint(last - first + 1)
    writer.uint(client)
    writer.uint(from)
    writer.tail(parsed, client, first, from - (parsed.clock[first] ?? 0))
    if (last > first) writer.copy(parsed.bytes, parsed.from[first + 1] ?? 0, parsed.to[last] ?? 0)
  }
  writer.deletes(deleted)
  return writer.finish()
}
