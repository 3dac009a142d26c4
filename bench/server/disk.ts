import { openLevelStore } from "@ligature/store-level"
import type { Benchmark } from "../benchmark.ts"
import { LIGATURE, STORING } from "../contestants.ts"
import { serverBenchmark } from "./server-benchmark.ts"
import { bytesAtRest, HARDLY_REST_MS, REST_MS } from "./at-rest.ts"
import { takeIn } from "./trace.ts"
import { Deliveries } from "./deliveries.ts"
import { Typist } from "./typist.ts"

/** What words weigh on disk: those of people who type, one key at a time, and those of a long history once it was compacted. */
export const disk: Benchmark = serverBenchmark({
  name: "disk",
  repeats: 1,
  targets: { "bytes per small update": 60, "the trace's checkpoint, MB": 0.35, "its archive, MB": 0.25 },
  contestants: STORING,
  sizes: {
    full: { updates: 20_000, rooms: 20, edits: 259_778, restMs: REST_MS },
    smoke: { updates: 200, rooms: 2, edits: 2_000, restMs: HARDLY_REST_MS },
  },
  work: ({ updates, rooms, edits }, { trace }) =>
    `${updates} updates of one character, one at a time in each of ${rooms} rooms, then a restart; and, for Ligature, ${Math.min(edits, trace.patches.length)} edits (${trace.source}) after \`ligature compact\``,
  async measure({ contestant, connect, joinRooms, restart, stop, data, bytesOnDisk, means }, sizes) {
    const names = Array.from({ length: sizes.rooms }, (_, room) => `disk-${room}`)
    const before = await bytesOnDisk()
    const writers = await joinRooms(names)
    const readers = await joinRooms(names)
    const deliveries = new Deliveries()
    const typists = names.map((_, n) => new Typist(n + 1))
    for (const reader of readers) deliveries.watch(reader, 0)
    for (let typed = 0; typed < sizes.updates;) {
      for (const [n, typist] of typists.entries()) {
        const writer = writers[n]
        if (writer !== undefined) deliveries.type(typist, writer)
        typed++
      }
      await deliveries.reach(typed)
    }
    await bytesAtRest(bytesOnDisk, sizes.restMs)
    await Promise.all([...writers, ...readers].map((client) => client.close()))
    // At its start a database writes what was in its log as tables.
    await restart()
    const perUpdate = ((await bytesOnDisk()) - before) / sizes.updates
    if (contestant !== LIGATURE) return { "bytes per small update": perUpdate }

    await takeIn(await connect(["trace", "trace"]), means.trace.patches.slice(0, sizes.edits))
    await stop()
    return { "bytes per small update": perUpdate, ...(await compacted(data, "trace")) }
  },
})

async function compacted(data: string, document: string): Promise<Record<string, number>> {
  await using store = await openLevelStore(data)
  await store.compact(document)
  // No other document is large enough to have one.
  const { archiveBytes } = await store.statistics()
  return { "the trace's checkpoint, MB": (await store.bytes(document)) / 1e6, "its archive, MB": archiveBytes / 1e6 }
}
