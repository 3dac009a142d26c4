import { type EntriesJob, historyEntries } from "./history-entries.ts"
import { salvageUpdates, type SalvageJob } from "./salvage-updates.ts"
import { stateAt, type StateAtJob } from "./state-at.ts"

/** What is done with whole documents, and therefore in a worker, beside compaction. */
export type HistoryJob = SalvageJob | EntriesJob | StateAtJob

export function runHistoryJob(job: HistoryJob): unknown {
  switch (job.kind) {
    case "salvage":
      return salvageUpdates(job)
    case "entries":
      return historyEntries(job)
    case "state-at":
      return stateAt(job)
    default:
      return job satisfies never
  }
}
