import { mkdir, writeFile } from "node:fs/promises"
import { cpus, totalmem } from "node:os"
import { versionsOf } from "./versions.ts"

/** One measured quantity: all repeats, in the order they ran. */
export interface Measurement {
  readonly contestant: string
  readonly quantity: string
  readonly values: readonly number[]
}

export interface Result {
  readonly benchmark: string
  /** What was done, with its sizes and its seed. */
  readonly work: string
  /** Quantity to what Ligature is to reach: at most that. */
  readonly targets: Readonly<Record<string, number>>
  readonly measurements: readonly Measurement[]
  /** Peers that did not get through, and why. */
  readonly failures: readonly string[]
  /** Of this machine's disk, milliseconds. */
  readonly fsync: { readonly p50: number; readonly p99: number }
  /** The machine's load average of one minute, before and after each repeat: on a busy machine only ratios mean anything. */
  readonly load: readonly number[]
}

/** A result as it is stored. */
export interface StoredResult extends Result {
  /** Of the peers' packages; older results have none. */
  readonly versions?: Readonly<Record<string, string>>
  readonly machine: { readonly node: string; readonly cpu: string; readonly cores: number; readonly memory: number }
}

/** Prints a table with the median, the spread and the ratio to the first contestant, and keeps the result as data. */
export async function report(result: Result, folder: URL): Promise<void> {
  console.log(`\n${result.benchmark}: ${result.work}`)
  const quantities = [...new Set(result.measurements.map((measurement) => measurement.quantity))]
  for (const quantity of quantities) {
    const rows = result.measurements.filter((measurement) => measurement.quantity === quantity)
    const own = median(rows[0]?.values ?? [])
    const target = result.targets[quantity]
    const verdict = target === undefined ? "" : `   (to reach: ${target}, ${own <= target ? "reached" : "MISSED"})`
    console.log(`  ${quantity}${verdict}`)
    for (const { contestant, values } of rows) {
      const middle = median(values)
      const spread = `${format(Math.min(...values))} to ${format(Math.max(...values))}`
      const ratio = own > 0 ? `×${(middle / own).toFixed(2)}` : ""
      console.log(`    ${contestant.padEnd(24)} ${format(middle).padStart(10)}   (${spread})   ${ratio}`)
    }
  }
  for (const failure of result.failures) console.log(`  did not get through: ${failure}`)
  await mkdir(folder, { recursive: true })
  const machine = {
    node: process.version,
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memory: totalmem(),
  }
  const versions = versionsOf([...new Set(result.measurements.map(({ contestant }) => contestant))])
  const stored: StoredResult = { ...result, machine, versions }
  await writeFile(new URL(`${result.benchmark}.json`, folder), `${JSON.stringify(stored, null, 2)}\n`)
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** The value below which the share `q` of the values lies, by the nearest rank. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN
}

export function format(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3)
}
