import { parentPort, workerData } from "node:worker_threads"
import { type MergeJob, mergePrefix } from "./merge-prefix.ts"

// One job for one worker: what it used is given back as a whole, and a budget ends it as a whole.
const job: MergeJob = workerData
parentPort?.postMessage(mergePrefix(job), [])
