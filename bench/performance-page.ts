import { readdir, readFile, writeFile } from "node:fs/promises"
import { format, median, type StoredResult } from "./report.ts"

const INTRODUCTION = `# Performance

Made by \`npm run bench\` from the results in \`bench/results\`; do not edit by hand. Every contestant did the same work on the same machine in the
same run, in turns. Figures are medians over the repeats; less is better, except where a row says "a second". Ratios are worth more than
the figures, for the machine is small and seldom quiet: each table gives its load average.

Servers and load run in processes of their own; processor time is what the operating system counts for the server's process, kernel and all threads
included. Ligature runs with every default but the limits on how much may come from one address. It checks every update and waits for the disk (fsync) before it shows it to anybody; of the others only what
they do by default is asked: y-websocket's server writes to LevelDB without waiting for the disk, Hocuspocus writes the whole document some seconds later. _slow-disk_ puts a
library before the C library that sleeps in fsync and fdatasync, whoever calls them; it changes nothing for those who do not wait. The relay checks and stores nothing. uWebSockets.js is not on the npm registry and takes no part.

In the browser benchmarks all editors run in headless Chromium against the same Ligature server, with production builds. _Key to paint_ is from
the keydown's own time stamp to the end of the main thread's frame that draws the letter, waiting for the display's next frame included. A key
that was not painted while the benchmark lasted counts as long as it was waited for. The others who type in _crowd_ are
programs: stock clients with the whole document and a caret that moves.
`

/** Writes a table for each result in `results`. */
export async function writePerformancePage(results: URL, page: URL): Promise<void> {
  const notes = new URL("notes/", import.meta.url)
  const files = (await readdir(results)).filter((name) => name.endsWith(".json")).toSorted()
  const sections = await Promise.all(
    files.map(async (name) => {
      const result: StoredResult = JSON.parse(await readFile(new URL(name, results), "utf8"))
      return section(result, await readFile(new URL(`${result.benchmark}.md`, notes), "utf8").catch(noNote))
    }),
  )
  await writeFile(page, [INTRODUCTION, ...sections].join("\n"))
}

/** Most benchmarks need none. */
function noNote(error: NodeJS.ErrnoException): string {
  if (error.code === "ENOENT") return ""
  throw error
}

/** `note`: what a person has to say about the figures. */
function section(result: StoredResult, note: string): string {
  const { benchmark, work, targets, measurements, failures, fsync, load, machine, versions = {} } = result
  const contestants = [...new Set(measurements.map(({ contestant }) => contestant))]
  const quantities = [...new Set(measurements.map(({ quantity }) => quantity))]
  const hasTargets = Object.keys(targets).length > 0
  const rows = quantities.map((quantity) => {
    const figures = contestants.map((contestant) => {
      const found = measurements.find((one) => one.contestant === contestant && one.quantity === quantity)
      return found === undefined ? "" : format(median(found.values))
    })
    const target = targets[quantity]
    const toReach = target === undefined ? "" : `≤ ${target}`
    return hasTargets ? [quantity, toReach].concat(figures) : [quantity].concat(figures)
  })
  const peers = Object.entries(versions).map(([name, version]) => `${name} ${version}; `)
  const repeats = Math.max(...measurements.map(({ values }) => values.length))
  return `## ${benchmark}

${work[0]?.toUpperCase()}${work.slice(1)}.

${table([["", ...(hasTargets ? ["to reach"] : []), ...contestants], ...rows])}
${note === "" ? "" : `\n${note.trim()}\n`}${failures.map((failure) => `\nDid not get through: ${failure}.\n`).join("")}
${repeats} ${repeats === 1 ? "repeat" : "repeats"}; ${machine.cores} cores of ${machine.cpu}, Node ${machine.node}; ${peers.join("")}fsync p50 ${format(fsync.p50)} ms, p99 ${format(fsync.p99)} ms; load average ${load.map((one) => one.toFixed(1)).join(", ")}.
`
}

/** A Markdown table as the formatter leaves it: columns of even width, figures to the right. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(" | ")} |`
  const rule = `| ${widths.map((width, column) => (column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`
  const [head = [], ...body] = rows
  return [line(head), rule, ...body.map(line)].join("\n")
}
