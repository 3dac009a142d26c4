import { setTimeout as sleep } from "node:timers/promises"
import type { Benchmark } from "../benchmark.ts"
import { CONTESTANTS } from "../contestants.ts"
import { serverBenchmark } from "./server-benchmark.ts"
import { Typist } from "./typist.ts"

/** What stays in memory for rooms where nothing happens, and for people who only look. */
export const memory: Benchmark = serverBenchmark({
  name: "memory",
  targets: { "resident KB per open room with 2 clients": 40, "resident KB per idle connection": 25 },
  contestants: CONTESTANTS.filter(({ dialect }) => dialect !== "relay"),
  sizes: { full: { rooms: 1_000, readers: 1_500, restMs: 3_000 }, smoke: { rooms: 10, readers: 10, restMs: 100 } },
  work: ({ rooms, readers }) =>
    `${rooms} rooms of 2 where one has typed a character; then ${readers} who look at one more document`,
  async measure({ server, joinRooms }, { rooms, readers, restMs }) {
    // What the first of everything costs is not of this matter.
    const first = await joinRooms(["first", "first"])
    await sleep(restMs)
    const idle = server.residentBytes()

    const names = Array.from({ length: rooms }, (_, room) => `room-${room}`)
    const pairs = await joinRooms([...names, ...names])
    for (const [room, client] of pairs.slice(0, rooms).entries()) client.update(new Typist(room + 1).next())
    await sleep(restMs)
    const withRooms = server.residentBytes()

    const crowd = await joinRooms(Array.from({ length: readers }, () => "first"))
    await sleep(restMs)
    const withReaders = server.residentBytes()
    await Promise.all([...first, ...pairs, ...crowd].map((client) => client.close()))
    return {
      "resident KB per open room with 2 clients": (withRooms - idle) / rooms / 1024,
      "resident KB per idle connection": (withReaders - withRooms) / readers / 1024,
      "resident MB before": idle / 1e6,
    }
  },
})
