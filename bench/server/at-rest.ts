import { setTimeout as sleep } from "node:timers/promises"

/**
 * The bytes on disk once they have not changed for a while. Peers write some time after they answered, and what they hold back would be
 * missing after a restart; Ligature tidies up what nobody has touched for some seconds.
 */
export async function bytesAtRest(bytesOnDisk: () => Promise<number>, restMs: number): Promise<number> {
  for (let before = -1; ;) {
    const bytes = await bytesOnDisk()
    if (bytes === before) return bytes
    before = bytes
    await sleep(restMs)
  }
}

/** Hocuspocus stores after two quiet seconds, ten at most; Ligature compacts after five. */
export const REST_MS = 6_000
/** Where it matters only that the benchmark still runs. */
export const HARDLY_REST_MS = 50
