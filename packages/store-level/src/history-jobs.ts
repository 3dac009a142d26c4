import { salvageUpdates, type SalvageJob } from "./salvage-updates.ts"

/** What is done with whole documents, and therefore in a worker, beside compaction. */
export type HistoryJob = SalvageJob

export function runHistoryJob(job: HistoryJob): unknown {
  return salvageUpdates(job)
}
