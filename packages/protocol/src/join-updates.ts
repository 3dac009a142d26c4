import { KIND } from "./update/content.ts"
import { withOwnUpdate } from "./update/own-update.ts"
import type { ParsedUpdate } from "./update/parsed-update.ts"
import { UpdateWriter } from "./update/update-writer.ts"

/** One update that does what these do, applied in this order. For updates of one's own, as `UpdateJoiner` takes them. */
export function joinUpdates(updates: readonly Uint8Array[]): Uint8Array {
  const joiner = new UpdateJoiner()
  for (const update of updates) joiner.add(update)
  return joiner.finish()
}

/**
 * Joins updates by copying their structs behind each other, client by client: what an update costs is its own bytes, however
 * many went before. Yjs's `mergeUpdates` makes an object for each struct, and joins a tail to a base at the cost of both. Structs are not
 * merged with each other here either.
 */
export class UpdateJoiner {
  readonly #structs = new Map<number, Run>()
  /** Deleted ranges by client: from, to, and so on, as they came. */
  readonly #deletes = new Map<number, number[]>()
  /** About how many bytes `finish` gives. */
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
      writer.append(run.bytes)
    }
    writer.deletes(descending(this.#deletes).flatMap((client) => merged(client, this.#deletes.get(client) ?? [])))
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
      run = { from, to: from, structs: 0, bytes: new UpdateWriter() }
      this.#structs.set(client, run)
    }
    const to = (parsed.clock[last - 1] ?? 0) + (parsed.length[last - 1] ?? 0)
    if (to <= run.to) return
    if (from > run.to) skip(run, from - run.to)
    if (from < run.to) {
      struct = parsed.structAt(group, run.to)
      run.bytes.tail(parsed, client, struct, run.to - (parsed.clock[struct] ?? 0))
      run.structs++
      struct++
    }
    if (struct < last) run.bytes.copy(parsed.bytes, parsed.from[struct] ?? 0, parsed.to[last - 1] ?? 0)
    run.structs += last - struct
    run.to = to
  }

  #addDeletes(parsed: ParsedUpdate, group: number): void {
    const client = parsed.deleteClient[group] ?? 0
    let ranges = this.#deletes.get(client)
    if (!ranges) {
      ranges = []
      this.#deletes.set(client, ranges)
    }
    for (let i = parsed.deleteFirst[group] ?? 0; i < (parsed.deleteLast[group] ?? 0); i++) {
      ranges.push(parsed.deleteFrom[i] ?? 0, parsed.deleteTo[i] ?? 0)
    }
  }
}

/** Structs of one client, each following the one before. */
interface Run {
  readonly from: number
  to: number
  structs: number
  readonly bytes: UpdateWriter
}

/** What lies between is known to whoever gets this, or comes another way. */
function skip(run: Run, length: number): void {
  run.bytes.byte(KIND.skip)
  run.bytes.uint(length)
  run.structs++
  run.to += length
}

/** Ranges in order, those that touch made one: client, from, to, and so on. */
function merged(client: number, ranges: readonly number[]): number[] {
  const sorted: { from: number; to: number }[] = []
  for (let i = 0; i < ranges.length; i += 2) sorted.push({ from: ranges[i] ?? 0, to: ranges[i + 1] ?? 0 })
  sorted.sort((a, b) => a.from - b.from)
  const result: number[] = []
  for (const { from, to } of sorted) {
    const end = result.at(-1) ?? -1
    if (result.length > 0 && from <= end) result[result.length - 1] = Math.max(end, to)
    else result.push(client, from, to)
  }
  return result
}

/** Yjs writes higher clients first, and its `mergeUpdates` relies on it. */
function descending(map: ReadonlyMap<number, unknown>): number[] {
  return [...map.keys()].sort((a, b) => b - a)
}
