import { mkdtemp, open, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { quantile } from "./report.ts"

const WRITES = 200

/** How long this machine's disk takes to make 100 bytes durable, in milliseconds: without it no commit latency means anything. */
export async function measureFsync(): Promise<{ p50: number; p99: number }> {
  const folder = await mkdtemp(join(tmpdir(), "ligature-fsync-"))
  const file = await open(join(folder, "file"), "a")
  const bytes = new Uint8Array(100)
  const times: number[] = []
  for (let n = 0; n < WRITES; n++) {
    const start = performance.now()
    await file.write(bytes)
    await file.datasync()
    times.push(performance.now() - start)
  }
  await file.close()
  await rm(folder, { recursive: true })
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99) }
}
