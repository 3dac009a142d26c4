import { setTimeout as sleep } from "node:timers/promises"
import * as Y from "yjs"
import type { Benchmark, Trace } from "../benchmark.ts"
import { type Client, countInserted } from "./client.ts"
import { STORING } from "../contestants.ts"
import { serverBenchmark } from "./server-benchmark.ts"

const IN_FLIGHT = 200

/** A real editing history, update by update, into the server; then its first open after a restart. */
export const trace: Benchmark = serverBenchmark({
  name: "trace",
  sizes: { full: { edits: 259_778, readers: 20 }, smoke: { edits: 2_000, readers: 3 } },
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
  async measure({ contestant, server, restart, connect, bytesOnDisk, means }, sizes) {
    const document = "trace"
    const patches = means.trace.patches.slice(0, sizes.edits)
    const cpuBefore = server.cpuSeconds()
    const start = performance.now()
    const inserted = await takeIn(await connect([document, document]), patches)
    const seconds = (performance.now() - start) / 1000
    const cpu = server.cpuSeconds() - cpuBefore
    // Peers write some time after they answered; what they hold back would be missing after the restart.
    const bytes = contestant.name === "ligature" ? await bytesOnDisk() : await bytesAtRest(bytesOnDisk)

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

/** The bytes on disk once they have not changed for a while. */
async function bytesAtRest(bytesOnDisk: () => Promise<number>): Promise<number> {
  for (let before = -1; ;) {
    const bytes = await bytesOnDisk()
    if (bytes === before) return bytes
    before = bytes
    await sleep(REST_MS)
  }
}

/** Hocuspocus stores after two quiet seconds, ten at most. */
export const REST_MS = 5_000

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

/**
 * Milliseconds until the last of those who ask at once has every character. Not until they are `synced`: a server may answer
 * before it has loaded.
 */
export async function openTogether(clients: readonly Client[], inserted: number): Promise<number> {
  const start = performance.now()
  const complete = clients.map(
    (client) =>
      new Promise<void>((resolve, reject) => {
        let count = 0
        const deadline = setTimeout(
          () => reject(new Error(`a reader got ${count} of ${inserted} characters in ${DEADLINE_MS} ms`)),
          DEADLINE_MS,
        )
        client.onUpdate = (update) => {
          count += countInserted(update)
          if (count < inserted) return
          clearTimeout(deadline)
          resolve()
        }
      }),
  )
  await Promise.all(clients.map((client) => client.sync()))
  await Promise.all(complete)
  const elapsed = performance.now() - start
  await Promise.all(clients.map((client) => client.close()))
  return elapsed
}

const nobodyWaits = (): void => {}

const DEADLINE_MS = 60_000
