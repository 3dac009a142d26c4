import { withOwnUpdate } from "./update/own-update.ts"
import type { ParsedUpdate } from "./update/parsed-update.ts"
import { RangeSet } from "./update/range-set.ts"
import { StructRun } from "./update/struct-run.ts"
import { UpdateWriter } from "./update/update-writer.ts"

/** One update that does what these do, applied in this order. For updates of one's own, as `UpdateJoiner` takes them. */
export function joinUpdates(updates: readonly Uint8Array[]): Uint8Array {
  const joiner = new UpdateJoiner()
  for (const update of updates) joiner.add(update)
  return joiner.finish()
}

/**
 * Joins updates by copying their structs behind each other, client by client: what an update costs is its own bytes, however
 * many went before. Yjs's `mergeUpdates` makes an object for each struct, and joins a tail to a base at the cost of both. Text typed on behind
 * itself becomes one struct; others are not merged.
 */
export class UpdateJoiner {
  readonly #structs = new Map<number, StructRun>()
  readonly #deletes = new Map<number, RangeSet>()
  /** How many bytes were added; `finish` gives about as many at most. */
  bytes = 0

  /** Adds an update of one's own. Throws `ProtocolError` "MALFORMED_UPDATE". What was added before is not added again. */
  add(update: Uint8Array): void {
    withOwnUpdate(update, (parsed) => {
      for (let group = 0; group < parsed.groups; group++) this.#addGroup(parsed, group)
      for (let group = 0; group < parsed.deleteGroups; group++) this.#addDeletes(parsed, group)
    })
    this.bytes += update.length
  }

  /** The joined update. More can be added afterwards. */
  finish(): Uint8Array {
    const writer = new UpdateWriter(this.bytes + 16)
    writer.uint(this.#structs.size)
    for (const client of descending(this.#structs)) {
      const run = this.#structs.get(client)
      if (!run) continue
      writer.uint(run.structs)
      writer.uint(client)
      writer.uint(run.from)
      run.writeTo(writer)
    }
    writer.uint(this.#deletes.size)
    for (const client of descending(this.#deletes)) {
      const ranges = this.#deletes.get(client)
      if (ranges) writer.rangesOf(client, ranges)
    }
    return writer.finish()
  }

  #addGroup(parsed: ParsedUpdate, group: number): void {
    const client = parsed.client[group] ?? 0
    const last = parsed.last[group] ?? 0
    let struct = parsed.first[group] ?? 0
    if (struct === last) return
    const from = parsed.clock[struct] ?? 0
    let run = this.#structs.get(client)
    if (!run) {
      run = new StructRun(from)
      this.#structs.set(client, run)
    }
    const to = (parsed.clock[last - 1] ?? 0) + (parsed.length[last - 1] ?? 0)
    if (to <= run.to) return
    if (from > run.to) run.skipTo(from)
    if (from < run.to) {
      struct = parsed.structAt(group, run.to)
      if ((parsed.clock[struct] ?? 0) < run.to) run.addTail(parsed, client, struct++)
    }
    for (; struct < last; struct++) run.add(parsed, client, struct)
  }

  #addDeletes(parsed: ParsedUpdate, group: number): void {
    const client = parsed.deleteClient[group] ?? 0
    let ranges = this.#deletes.get(client)
    if (!ranges) {
      ranges = new RangeSet()
      this.#deletes.set(client, ranges)
    }
    for (let i = parsed.deleteFirst[group] ?? 0; i < (parsed.deleteLast[group] ?? 0); i++) {
      ranges.add(parsed.deleteFrom[i] ?? 0, parsed.deleteTo[i] ?? 0)
    }
  }
}

/** Yjs writes higher clients first, and its `mergeUpdates` relies on it. */
function descending(map: ReadonlyMap<number, unknown>): number[] {
  return [...map.keys()].sort((a, b) => b - a)
}
