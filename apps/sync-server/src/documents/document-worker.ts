// Runs in a thread of its own: one job, one answer.
import { parentPort, workerData } from "node:worker_threads"
import { doDocumentJob } from "./do-document-job.ts"

const { bytes, title } = doDocumentJob(workerData)
parentPort?.postMessage({ bytes, title }, [])
