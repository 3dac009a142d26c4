import { KIND } from "./update/content.ts"
import type { ParsedUpdate } from "./update/parsed-update.ts"
import { UpdateWriter } from "./update/update-writer.ts"
import { withOwnUpdate } from "./update/own-update.ts"

/**
 * What of an update the holder of this state vector lacks: structs from its clocks on, and every delete of the update,
 * since a state vector says nothing about deletes. Null if nothing remains. For updates of one's own: throws
 * `ProtocolError` "MALFORMED_UPDATE".
 */
export function diffUpdate(update: Uint8Array, stateVector: ReadonlyMap<number, number>): Uint8Array | null {
  return withOwnUpdate(update, (parsed) => {
    const kept = keptOf(parsed, stateVector)
    if (kept.length === 0 && parsed.deletes === 0) return null
    const writer = written(parsed, kept)
    writer.copy(parsed.bytes, parsed.deletesFrom, parsed.bytes.length)
    return writer.finish()
  })
}

/**
 * The same without any delete, for whoever is told of them otherwise; and the clock that each client reaches in the update, so that it need not be
 * parsed for the next who has that much. Throws like `diffUpdate`.
 */
export function diffStructs(
  update: Uint8Array,
  stateVector: ReadonlyMap<number, number>,
): { readonly lacking: Uint8Array | null; readonly ends: ReadonlyMap<number, number> } {
  return withOwnUpdate(update, (parsed) => {
    const ends = new Map<number, number>()
    for (let group = 0; group < parsed.groups; group++) ends.set(parsed.client[group] ?? 0, parsed.end[group] ?? 0)
    const kept = keptOf(parsed, stateVector)
    if (kept.length === 0) return { lacking: null, ends }
    const writer = written(parsed, kept)
    writer.uint(0)
    return { lacking: writer.finish(), ends }
  })
}

function keptOf(parsed: ParsedUpdate, stateVector: ReadonlyMap<number, number>): readonly Kept[] {
  const kept: Kept[] = []
  for (let group = 0; group < parsed.groups; group++) {
    const part = lacking(parsed, group, stateVector.get(parsed.client[group] ?? 0) ?? 0)
    if (part !== null) kept.push(part)
  }
  return kept
}

/** Structs, with their counts; deletes come next. */
function written(parsed: ParsedUpdate, kept: readonly Kept[]): UpdateWriter {
  const writer = new UpdateWriter()
  writer.uint(kept.length)
  for (const { client, first, last, offset } of kept) {
    writer.uint(last - first)
    writer.uint(client)
    writer.uint((parsed.clock[first] ?? 0) + offset)
    writer.tail(parsed, client, first, offset)
    if (last > first + 1) writer.copy(parsed.bytes, parsed.from[first + 1] ?? 0, parsed.to[last - 1] ?? 0)
  }
  return writer
}

interface Kept {
  readonly client: number
  /** The first struct kept, without its first `offset` clocks, and the one after the last. */
  readonly first: number
  readonly last: number
  readonly offset: number
}

function lacking(parsed: ParsedUpdate, group: number, clock: number): Kept | null {
  if (clock >= (parsed.end[group] ?? 0)) return null
  const last = parsed.last[group] ?? 0
  const start = parsed.first[group] ?? 0
  let first = clock > (parsed.clock[start] ?? 0) ? parsed.structAt(group, clock) : start
  // A skip at the front says nothing.
  while (first < last && parsed.kind[first] === KIND.skip) first++
  if (first === last) return null
  const offset = Math.max(0, clock - (parsed.clock[first] ?? 0))
  return { client: parsed.client[group] ?? 0, first, last, offset }
}
