import { readFile, writeFile } from "node:fs/promises"
import type { LigatureProcess } from "./ligature-process.ts"

/** Memory of the server's process, as Linux counts it. */
export interface ServerMemory {
  /** Megabytes now. */
  now(): Promise<number>
  /** Megabytes at most since `start`. */
  peak(): Promise<number>
  /** Forgets the peak so far. */
  start(): Promise<void>
}

export function memoryOf({ pid }: LigatureProcess): ServerMemory {
  const field = async (name: string): Promise<number> => {
    const status = await readFile(`/proc/${pid}/status`, "utf8")
    return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1]) / 1024
  }
  return {
    now: () => field("VmRSS"),
    peak: () => field("VmHWM"),
    start: () => writeFile(`/proc/${pid}/clear_refs`, "5"),
  }
}
