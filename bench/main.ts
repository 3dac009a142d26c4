// Runs benchmarks: `npm run bench -- [NAME …] [--repeats 3] [--smoke] [--no-peers] [--with NAME …] [--local] [--page] [--profile FOLDER] [--trace FILE] [--seed N]`.
import { loadavg } from "node:os"
import { parseArgs } from "node:util"
import { type Benchmark, CannotMeasure, type Means, type Scale } from "./benchmark.ts"
import { binding } from "./binding.ts"
import { across } from "./browser/across.ts"
import { appOpening, largeAppOpening } from "./browser/app-opening.ts"
import { crowd, largeCrowd } from "./browser/crowd.ts"
import { largeOpening, opening } from "./browser/opening.ts"
import { largeTyping, typing } from "./browser/typing.ts"
import { measureFsync } from "./fsync.ts"
import { gatherMeans } from "./means.ts"
import { writePerformancePage } from "./performance-page.ts"
import { report, type Measurement } from "./report.ts"
import { crash } from "./server/crash.ts"
import { disk } from "./server/disk.ts"
import { documents } from "./server/documents.ts"
import { fanOut } from "./server/fan-out.ts"
import { growth } from "./server/growth.ts"
import { joining } from "./server/joining.ts"
import { memory } from "./server/memory.ts"
import { returning } from "./server/returning.ts"
import { richText } from "./server/rich-text.ts"
import { manyRooms, rooms } from "./server/rooms.ts"
import { slowDisk } from "./server/slow-disk.ts"
import { trace } from "./server/trace.ts"

const BENCHMARKS: readonly Benchmark[] = [
  fanOut,
  rooms,
  manyRooms,
  trace,
  richText,
  memory,
  returning,
  joining,
  crash,
  documents,
  disk,
  slowDisk,
  growth,
  typing,
  largeTyping,
  crowd,
  largeCrowd,
  across,
  opening,
  largeOpening,
  appOpening,
  largeAppOpening,
  binding,
]

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    repeats: { type: "string" },
    smoke: { type: "boolean", default: false },
    "no-peers": { type: "boolean", default: false },
    // Only these peers; some need minutes for what others do in seconds.
    with: { type: "string", multiple: true },
    // Only writes the page, from the results that are there.
    page: { type: "boolean", default: false },
    // Results of a try-out stay out of the page.
    local: { type: "boolean", default: false },
    trace: { type: "string" },
    seed: { type: "string", default: "1" },
    // A folder for CPU profiles of the servers.
    profile: { type: "string" },
  },
})

const unknown = positionals.filter((name) => !BENCHMARKS.some((benchmark) => benchmark.name === name))
if (unknown.length > 0) {
  throw new RangeError(
    `no benchmark is called ${unknown.join(", ")}; there are ${BENCHMARKS.map((b) => b.name).join(", ")}`,
  )
}
const PAGE = new URL("../docs/performance.md", import.meta.url)
if (values.page) {
  await writePerformancePage(new URL("results/", import.meta.url), PAGE)
  process.exit()
}
const chosen = BENCHMARKS.filter(({ name, onlyWhenNamed }) =>
  positionals.length === 0 ? !onlyWhenNamed : positionals.includes(name),
)
const scale: Scale = values.smoke ? "smoke" : "full"
const results = new URL(values.smoke || values.local ? "results/local/" : "results/", import.meta.url)
const fsync = await measureFsync()
console.log(`fsync here: p50 ${fsync.p50.toFixed(2)} ms, p99 ${fsync.p99.toFixed(2)} ms`)

{
  await using means = await gatherMeans({
    traceFile: values.trace,
    seed: Number(values.seed),
    profiles: values.profile ?? null,
    edits: values.smoke ? 2_000 : 50_000,
  })
  for (const benchmark of chosen) {
    try {
      await measure(benchmark, means)
    } catch (error) {
      if (!(error instanceof CannotMeasure)) throw error
      console.log(`\n${benchmark.name}: not measured: ${error.message}`)
    }
  }
}
if (scale === "full" && !values.local) await writePerformancePage(results, PAGE)

function contestantsOf({ contestants }: Benchmark): readonly string[] {
  if (values["no-peers"]) return contestants.slice(0, 1)
  const { with: chosen } = values
  return chosen === undefined ? contestants : contestants.filter((name, at) => at === 0 || chosen.includes(name))
}

function loadOfLastMinute(): number {
  return loadavg()[0] ?? Number.NaN
}

async function measure(benchmark: Benchmark, means: Means): Promise<void> {
  const contestants = contestantsOf(benchmark)
  const measurements = new Map<string, { contestant: string; quantity: string; values: number[] }>()
  const load = [loadOfLastMinute()]
  const begun = performance.now()
  const failures = new Set<string>()
  const repeats = scale === "smoke" ? 1 : Number(values.repeats ?? benchmark.repeats)
  // Contestants take turns within a repeat, so that a slow minute of the machine falls on all of them.
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (const contestant of contestants) {
      const figures = await benchmark.measure(contestant, scale, means).catch((error: unknown) => {
        if (contestant === benchmark.contestants[0]) throw error
        failures.add(`${contestant}: ${error instanceof Error ? error.message : String(error)}`)
        return {}
      })
      for (const [quantity, value] of Object.entries(figures)) {
        const key = `${contestant}\n${quantity}`
        const row = measurements.get(key) ?? { contestant, quantity, values: [] }
        row.values.push(value)
        measurements.set(key, row)
      }
    }
    load.push(loadOfLastMinute())
    if (repeats > 1) means.progress(`${benchmark.name}: ${repeat + 1} of ${repeats} repeats`)
  }
  const rows: Measurement[] = [...measurements.values()]
  const { name } = benchmark
  // At its smallest a benchmark measures mostly its beginning.
  const targets = scale === "smoke" ? {} : benchmark.targets
  const work = benchmark.describe(scale, means)
  await report({ benchmark: name, work, targets, measurements: rows, failures: [...failures], fsync, load }, results)
  console.log(`  it took ${((performance.now() - begun) / 1000).toFixed(0)} s`)
}
