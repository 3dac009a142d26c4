import * as Y from "yjs"
import type { Benchmark, Trace } from "../benchmark.ts"
import { type Client, countInserted } from "./client.ts"
import { STORING } from "../contestants.ts"
import { bytesAtRest, HARDLY_REST_MS, REST_MS } from "./at-rest.ts"
import { openTogether } from "./open-together.ts"
import { serverBenchmark } from "./server-benchmark.ts"

const IN_FLIGHT = 200

/** A real editing history, update by update, into the server; then its first open after a restart. */
export const trace: Benchmark = serverBenchmark({
  name: "trace",
  repeats: 1,
  sizes: {
    full: { edits: 259_778, readers: 20, restMs: REST_MS },
    smoke: { edits: 2_000, readers: 3, restMs: HARDLY_REST_MS },
  },
  targets: {
    "taking in: server CPU s per 100k edits": 3,
    "first open after restart, ms": 40,
    "first open after restart: server CPU s": 0.03,
    "first open after restart: peak RSS above idle, MB": 10,
    "all at once after restart: last has all, ms": 120,
  },
  contestants: STORING,
  work: ({ edits, readers }, { trace }) =>
    `${Math.min(edits, trace.patches.length)} edits (${trace.source}) taken in update by update, then opened after a restart by 1 and by ${readers} at once`,
  async measure({ server, restart, connect, bytesOnDisk, means }, sizes) {
    const document = "trace"
    const patches = means.trace.patches.slice(0, sizes.edits)
    const cpuBefore = server.cpuSeconds()
    const start = performance.now()
    const inserted = await takeIn(await connect([document, document]), patches)
    const seconds = (performance.now() - start) / 1000
    const cpu = server.cpuSeconds() - cpuBefore
    const bytes = await bytesAtRest(bytesOnDisk, sizes.restMs)

    const again = await restart()
    const idle = { cpu: again.cpuSeconds(), peak: again.peakBytes() }
    const first = await openTogether(await connect([document]), inserted)
    const opened = { cpu: again.cpuSeconds(), peak: again.peakBytes() }

    await restart()
    const all = await openTogether(await connect(Array.from({ length: sizes.readers }, () => document)), inserted)
    return {
      "taking in: server CPU s per 100k edits": (cpu / patches.length) * 100_000,
      "taking in: edits a second": patches.length / seconds,
      "bytes on disk per edit": bytes / patches.length,
      "first open after restart, ms": first,
      "first open after restart: server CPU s": opened.cpu - idle.cpu,
      "first open after restart: peak RSS above idle, MB": (opened.peak - idle.peak) / 1e6,
      "all at once after restart: last has all, ms": all,
    }
  },
})

/** Sends one update an edit, at most so many ahead of what another client has received; returns how many characters were inserted. */
export async function takeIn([writer, reader]: readonly Client[], patches: Trace["patches"]): Promise<number> {
  if (writer === undefined || reader === undefined) throw new RangeError("it takes a writer and a reader")
  await writer.sync()
  await reader.sync()
  const doc = new Y.Doc()
  const text = doc.getText("text")
  let inserted = 0
  let received = 0
  let wanted = Number.POSITIVE_INFINITY
  let arrived = nobodyWaits
  doc.on("update", (update: Uint8Array) => {
    inserted += countInserted(update)
    writer.update(update)
  })
  reader.onUpdate = (update) => {
    received += countInserted(update)
    if (received >= wanted) arrived()
  }
  const until = async (count: number): Promise<void> => {
    if (received >= count) return
    wanted = count
    await new Promise<void>((resolve) => (arrived = resolve))
    wanted = Number.POSITIVE_INFINITY
  }
  for (const [position, deleted, added] of patches) {
    doc.transact(() => {
      if (deleted > 0) text.delete(position, deleted)
      if (added !== "") text.insert(position, added)
    })
    await until(inserted - IN_FLIGHT)
  }
  await until(inserted)
  await writer.close()
  await reader.close()
  return inserted
}

const nobodyWaits = (): void => {}
