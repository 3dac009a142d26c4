import type { Millis } from "@ligature/protocol"
import type { HistoryEntry } from "@ligature/store-level"

/** A moment of a document to which one may want to go back. */
export interface RestorePoint {
  /** The document as it was then, in ms since 1970: what came at that moment is in it. */
  readonly time: Millis
  readonly kind:
    /** The last change of an hour, within the last day. */
    | "hour"
    /** The last change of a day, within the last month. */
    | "day"
    /** Just before somebody deleted a good part of what was there. */
    | "before-deletion"
  /** Who changed something between the point before this one and this one; null stands for those nobody knows. */
  readonly authors: readonly (string | null)[]
  /** Clocks (for text: characters) that were there: written and not deleted. */
  readonly size: number
}

export const HOUR_MS: Millis = 3_600_000
export const DAY_MS: Millis = 24 * HOUR_MS
const HOURS = 24
const DAYS = 31
/** Deletions that get a point of their own; the newest count. */
const MOST_DELETIONS = 20
/** A deletion is a big one that takes at least this part of the document, */
const BIG_PART = 0.3
/** and at least so many clocks: in a document of a line everything is a good part. */
export const BIG_CLOCKS = 20

/**
 * A document's history, thinned to what people look for: newest first. Nothing is stored for it. The document as it is now is
 * none of them.
 *
 * @param entries in the order of their times
 * @param keepMs how long history is kept: of what was before, parts may be gone
 */
export function restorePoints(
  entries: readonly HistoryEntry[],
  now: Millis,
  keepMs: Millis = Number.POSITIVE_INFINITY,
): RestorePoint[] {
  const last = entries.at(-1)
  if (last === undefined) return []
  const kinds = new Map<Millis, RestorePoint["kind"]>()
  for (const time of lastOfEach(entries, now)) kinds.set(time, now - time < HOURS * HOUR_MS ? "hour" : "day")
  kinds.delete(last.until)
  for (const time of bigDeletions(entries, now, keepMs)) kinds.set(time, "before-deletion")
  const points: RestorePoint[] = []
  let authors = new Set<string | null>()
  let size = 0
  let next = 0
  for (const time of [...kinds.keys()].toSorted((a, b) => a - b)) {
    for (let entry = entries[next]; entry !== undefined && entry.until <= time; entry = entries[++next]) {
      authors.add(entry.author)
      size += entry.inserted - entry.deleted
    }
    if (time < now - keepMs) continue
    points.push({ time, kind: kinds.get(time) ?? "hour", authors: [...authors], size })
    authors = new Set()
  }
  return points.toReversed()
}

/** The time of the last change of each hour of the last day, and of each day (UTC) of the last month. */
function lastOfEach(entries: readonly HistoryEntry[], now: Millis): Iterable<Millis> {
  const last = new Map<string, Millis>()
  for (const { until } of entries) {
    const age = now - until
    if (age < HOURS * HOUR_MS) last.set(`hour ${Math.floor(until / HOUR_MS)}`, until)
    else if (age < DAYS * DAY_MS) last.set(`day ${Math.floor(until / DAY_MS)}`, until)
  }
  return last.values()
}

/** The moments just before. */
function bigDeletions(entries: readonly HistoryEntry[], now: Millis, keepMs: Millis): Millis[] {
  const found: Millis[] = []
  let size = 0
  let before: Millis | null = null
  for (const { time, until, inserted, deleted } of entries) {
    if (deleted >= Math.max(BIG_CLOCKS, size * BIG_PART) && before !== null && now - time < DAYS * DAY_MS) {
      const last = Math.min(before, time - 1)
      // Nobody may have written for longer than history is kept: it was the same until the deletion came.
      found.push(last < now - keepMs ? time - 1 : last)
    }
    size += inserted - deleted
    before = until
  }
  return found.slice(-MOST_DELETIONS)
}
