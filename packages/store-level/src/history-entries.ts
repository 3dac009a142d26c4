import { RUN_MS } from "./archive-segment.ts"
import { readHistory } from "./change-runs.ts"
import { ClockRanges } from "./clock-ranges.ts"
import type { HistoryEntry, StoredHistory } from "./document-history.ts"

export interface EntriesJob extends StoredHistory {
  readonly kind: "entries"
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** A deletion of so many clocks at once is an entry of its own: one may want to go back to the moment before it. */
const SHARP_CLOCKS = 20

/** Who wrote and deleted how much when. What comes again, as clients send it again, counts once. */
export function historyEntries(job: EntriesJob): readonly HistoryEntry[] {
  const entries: Mutable<HistoryEntry>[] = []
  let wasSharp = false
  for (const moment of momentsOf(job)) {
    const isSharp = moment.deleted >= SHARP_CLOCKS && moment.deleted > moment.inserted
    const last = entries.at(-1)
    const goesOn =
      last !== undefined &&
      last.author === moment.author &&
      moment.time - last.time <= RUN_MS &&
      (isSharp ? wasSharp : !wasSharp || moment.inserted === 0)
    if (goesOn) {
      last.until = moment.until
      last.inserted += moment.inserted
      last.deleted += moment.deleted
    } else {
      entries.push({ ...moment })
      wasSharp = isSharp
    }
  }
  return entries
}

/** What one author changed at one time: a deletion of everything is one range for each client that ever wrote. */
function momentsOf(history: StoredHistory): HistoryEntry[] {
  const seen = { inserted: new ClockRanges(), deleted: new ClockRanges() }
  const moments: Mutable<HistoryEntry>[] = []
  for (const { kind, client, from, to, time, author } of readHistory(history).runs) {
    const clocks = seen[kind].add(client, from, to)
    if (clocks === 0) continue
    let last = moments.at(-1)
    if (last === undefined || last.author !== author || last.time !== time) {
      last = { time, until: time, author, inserted: 0, deleted: 0 }
      moments.push(last)
    }
    last[kind] += clocks
  }
  return moments
}
