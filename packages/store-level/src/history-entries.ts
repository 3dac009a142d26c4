import { RUN_MS } from "./archive-segment.ts"
import { readHistory } from "./change-runs.ts"
import { ClockRanges } from "./clock-ranges.ts"
import type { HistoryEntry, StoredHistory } from "./document-history.ts"

export interface EntriesJob extends StoredHistory {
  readonly kind: "entries"
}

/** Who wrote and deleted how much when. What comes again, as clients send it again, counts once. */
export function historyEntries(job: EntriesJob): readonly HistoryEntry[] {
  const seen = { inserted: new ClockRanges(), deleted: new ClockRanges() }
  const entries: { -readonly [K in keyof HistoryEntry]: HistoryEntry[K] }[] = []
  for (const { kind, client, from, to, time, author } of readHistory(job).runs) {
    const clocks = seen[kind].add(client, from, to)
    if (clocks === 0) continue
    let last = entries.at(-1)
    if (last === undefined || last.author !== author || time - last.time > RUN_MS) {
      last = { time, author, inserted: 0, deleted: 0 }
      entries.push(last)
    }
    last[kind] += clocks
  }
  return entries
}
