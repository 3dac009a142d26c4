import { type EntriesJob, historyEntries } from "./history-entries.ts"
import { letGo, type LetGoJob } from "./let-go.ts"
import { salvageUpdates, type SalvageJob } from "./salvage-updates.ts"
import { stateAt, type StateAtJob } from "./state-at.ts"

/** What is done with whole documents, and therefore in a worker, beside compaction. */
export type HistoryJob = SalvageJob | EntriesJob | StateAtJob | LetGoJob

export function runHistoryJob(job: HistoryJob): unknown {
  switch (job.kind) {
    case "salvage":
      return salvageUpdates(job)
    case "entries":
      return historyEntries(job)
    case "state-at":
      return stateAt(job)
    case "let-go":
      return letGo(job)
    default:
      return job satisfies never
  }
}
