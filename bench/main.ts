// Runs benchmarks: `npm run bench -- [NAME …] [--repeats 3] [--smoke] [--no-peers] [--trace FILE] [--seed N]`.
import { loadavg } from "node:os"
import { parseArgs } from "node:util"
import type { Benchmark, Scale } from "./benchmark.ts"
import { across } from "./browser/across.ts"
import { crowd, largeCrowd } from "./browser/crowd.ts"
import { largeOpening, opening } from "./browser/opening.ts"
import { largeTyping, typing } from "./browser/typing.ts"
import { fanOut } from "./fan-out.ts"
import { measureFsync } from "./fsync.ts"
import { gatherMeans } from "./means.ts"
import { writePerformancePage } from "./performance-page.ts"
import { report, type Measurement } from "./report.ts"
import { trace } from "./trace.ts"

const BENCHMARKS: readonly Benchmark[] = [
  fanOut,
  trace,
  typing,
  largeTyping,
  crowd,
  largeCrowd,
  across,
  opening,
  largeOpening,
]

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

const unknown = positionals.filter((name) => !BENCHMARKS.some((benchmark) => benchmark.name === name))
if (unknown.length > 0) {
  throw new RangeError(
    `no benchmark is called ${unknown.join(", ")}; there are ${BENCHMARKS.map((b) => b.name).join(", ")}`,
  )
}
const chosen = BENCHMARKS.filter(({ name, onlyWhenNamed }) =>
  positionals.length === 0 ? !onlyWhenNamed : positionals.includes(name),
)
const scale: Scale = values.smoke ? "smoke" : "full"
const repeats = values.smoke ? 1 : Number(values.repeats)
const results = new URL(values.smoke ? "results/local/" : "results/", import.meta.url)
const fsync = await measureFsync()
console.log(`fsync here: p50 ${fsync.p50.toFixed(2)} ms, p99 ${fsync.p99.toFixed(2)} ms`)

{
  await using means = await gatherMeans({
    traceFile: values.trace,
    seed: Number(values.seed),
    edits: values.smoke ? 2_000 : 50_000,
  })
  for (const benchmark of chosen) {
    const contestants = values["no-peers"] ? benchmark.contestants.slice(0, 1) : benchmark.contestants
    const measurements = new Map<string, { contestant: string; quantity: string; values: number[] }>()
    const load = [loadOfLastMinute()]
    // Contestants take turns within a repeat, so that a slow minute of the machine falls on all of them.
    for (let repeat = 0; repeat < repeats; repeat++) {
      for (const contestant of contestants) {
        const figures = await benchmark.measure(contestant, scale, means)
        for (const [quantity, value] of Object.entries(figures)) {
          const key = `${contestant}\n${quantity}`
          const row = measurements.get(key) ?? { contestant, quantity, values: [] }
          row.values.push(value)
          measurements.set(key, row)
        }
      }
      load.push(loadOfLastMinute())
    }
    const rows: Measurement[] = [...measurements.values()]
    const result = { benchmark: benchmark.name, work: benchmark.describe(scale), measurements: rows, fsync, load }
    await report(result, results)
  }
}
if (scale === "full") await writePerformancePage(results, new URL("../docs/performance.md", import.meta.url))

function loadOfLastMinute(): number {
  return loadavg()[0] ?? Number.NaN
}
