// Runs benchmarks: `npm run bench -- [NAME …] [--repeats 3] [--smoke] [--trace FILE] [--seed N]`.
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { gunzipSync } from "node:zlib"
import { generateTrace } from "@ligature/testing"
import type { Benchmark, Scale, Trace } from "./benchmark.ts"
import { CONTESTANTS, startContestant, type Contestant } from "./contestants.ts"
import { fanOut } from "./fan-out.ts"
import { measureFsync } from "./fsync.ts"
import { report, type Measurement } from "./report.ts"
import { trace } from "./trace.ts"

const BENCHMARKS: readonly Benchmark[] = [fanOut, trace]

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    repeats: { type: "string", default: "3" },
    smoke: { type: "boolean", default: false },
    "no-peers": { type: "boolean", default: false },
    trace: { type: "string" },
    seed: { type: "string", default: "1" },
  },
})

const chosen = BENCHMARKS.filter((benchmark) => positionals.length === 0 || positionals.includes(benchmark.name))
const unknown = positionals.filter((name) => !BENCHMARKS.some((benchmark) => benchmark.name === name))
if (unknown.length > 0) {
  throw new RangeError(
    `no benchmark is called ${unknown.join(", ")}; there are ${BENCHMARKS.map((b) => b.name).join(", ")}`,
  )
}
const contestants = values["no-peers"] ? CONTESTANTS.slice(0, 1) : CONTESTANTS
const scale: Scale = values.smoke ? "smoke" : "full"
const repeats = values.smoke ? 1 : Number(values.repeats)
const loadedTrace = await loadTrace()

const disk = await measureFsync()
console.log(`fsync here: p50 ${disk.p50.toFixed(2)} ms, p99 ${disk.p99.toFixed(2)} ms`)
for (const benchmark of chosen) await runBenchmark(benchmark)

async function runBenchmark(benchmark: Benchmark): Promise<void> {
  const measurements = new Map<string, { contestant: string; quantity: string; values: number[] }>()
  // Contestants take turns within a repeat, so that a slow minute of the machine falls on all of them.
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (const contestant of contestants) {
      if (benchmark.without.includes(contestant.name)) continue
      const measured = await runOnce(benchmark, contestant)
      for (const [quantity, value] of Object.entries(measured)) {
        const key = `${contestant.name}\n${quantity}`
        const row = measurements.get(key) ?? { contestant: contestant.name, quantity, values: [] }
        row.values.push(value)
        measurements.set(key, row)
      }
    }
  }
  const rows: Measurement[] = [...measurements.values()]
  const results = new URL(values.smoke ? "results/local/" : "results/", import.meta.url)
  await report({ benchmark: benchmark.name, work: benchmark.describe(scale), measurements: rows }, results)
}

async function runOnce(benchmark: Benchmark, contestant: Contestant): Promise<Readonly<Record<string, number>>> {
  const folder = await mkdtemp(join(tmpdir(), "ligature-bench-"))
  const data = join(folder, "data")
  let server = await startContestant(contestant, data)
  try {
    return await benchmark.measure(
      {
        contestant,
        server,
        trace: loadedTrace,
        bytesOnDisk: () => sizeOf(data),
        restart: async () => {
          await server.stop()
          server = await startContestant(contestant, data)
          return server
        },
      },
      scale,
    )
  } finally {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

async function loadTrace(): Promise<Trace> {
  const given = values.trace
  const trace: { endContent: string; txns: { patches: Trace["patches"] }[] } =
    given === undefined
      ? generateTrace(Number(values.seed), values.smoke ? 2_000 : 50_000)
      : JSON.parse(gunzipSync(await readFile(given)).toString())
  return { endContent: trace.endContent, patches: trace.txns.flatMap((txn) => txn.patches) }
}

async function sizeOf(folder: string): Promise<number> {
  let bytes = 0
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size
  }
  return bytes
}
