import { execFile } from "node:child_process"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { type Benchmark, CannotMeasure, type Means } from "../benchmark.ts"
import { STORING, type StartOptions } from "../contestants.ts"
import { TypingRoom } from "./fan-out.ts"
import { Pairs } from "./rooms.ts"
import { serverBenchmark } from "./server-benchmark.ts"

const DELAY_MS = 5

/** The figures that hang on the disk, on a slower one: every `fsync` and `fdatasync` of the server's process takes longer, whoever calls it. */
export const slowDisk: Benchmark = serverBenchmark({
  name: "slow-disk",
  repeats: 1,
  contestants: STORING,
  sizes: {
    full: { clients: 100, gentle: 500, rooms: 1_000, perSecond: 2_000, first: 2_000, updates: 10_000 },
    smoke: { clients: 5, gentle: 30, rooms: 5, perSecond: 100, first: 5, updates: 20 },
  },
  work: ({ clients, gentle, rooms, perSecond, updates }) =>
    `each sync to disk takes ${DELAY_MS} ms more: one room of ${clients} with ${gentle} updates at 100 a second; ${rooms} rooms of 2 with ${updates} updates at ${perSecond} a second`,
  start: slowSyncs,
  async measure({ server, joinRooms }, sizes) {
    const room = new TypingRoom(await joinRooms(Array.from({ length: sizes.clients }, () => "slow-disk")))
    const gentle = await room.gentle(server, sizes.gentle, 100)
    await room.close()
    const pairs = await Pairs.meet(joinRooms, sizes.rooms)
    const typed = await pairs.type(server, sizes)
    await pairs.close()
    return {
      "fan-out, gentle: server CPU s per 100k deliveries": gentle.cpuPer100k,
      "fan-out, gentle: writer to reader p50, ms": gentle.p50,
      "fan-out, gentle: writer to reader p99, ms": gentle.p99,
      "rooms: server CPU s per 100k updates": typed.cpuPer100k,
      "rooms: writer to reader p99, ms": typed.p99,
    }
  },
})

/** Puts a library before the C library that sleeps before each sync: below every store, in the thread that syncs. Needs a C compiler. */
async function slowSyncs({ folder }: Means): Promise<StartOptions> {
  const library = join(await folder(), "slow-sync.so")
  const source = fileURLToPath(new URL("slow-sync.c", import.meta.url))
  try {
    await promisify(execFile)("cc", ["-shared", "-fPIC", "-O2", "-o", library, source, "-ldl"])
  } catch (cause) {
    throw new CannotMeasure("slowing the disk down takes a C compiler (cc)", { cause })
  }
  return { env: { LD_PRELOAD: library, SLOW_SYNC_MS: String(DELAY_MS) } }
}
