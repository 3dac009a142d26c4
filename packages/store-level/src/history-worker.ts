import { parentPort, workerData } from "node:worker_threads"
import { type HistoryJob, runHistoryJob } from "./history-jobs.ts"

// One job for one worker, as in compaction-worker.ts.
const job: HistoryJob = workerData
parentPort?.postMessage(runHistoryJob(job), [])
