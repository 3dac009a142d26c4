import type { Benchmark } from "../benchmark.ts"
import { LIGATURE } from "../contestants.ts"
import { TypingRoom } from "./fan-out.ts"
import { Pairs } from "./rooms.ts"
import { serverBenchmark } from "./server-benchmark.ts"

/** What ten and a hundred times as much costs: the same for each delivery and each update, if cost follows the change. */
export const growth: Benchmark = serverBenchmark({
  name: "growth",
  repeats: 1,
  contestants: [LIGATURE],
  sizes: {
    full: { clients: [10, 100, 1_000], deliveries: 100_000, rooms: [50, 500, 5_000], updates: 10_000, seconds: 8 },
    smoke: { clients: [2, 4], deliveries: 40, rooms: [2, 4], updates: 20, seconds: 0.3 },
  },
  work: ({ clients, deliveries, rooms, updates, seconds }) =>
    `one room of ${clients.join(", ")} clients, ${deliveries} deliveries in ${seconds} s each; ${rooms.join(", ")} rooms of 2, ${updates} updates in ${seconds} s each`,
  async measure({ server, joinRooms, means }, sizes) {
    const figures: Record<string, number> = {}
    for (const clients of sizes.clients) {
      means.progress(`one room of ${clients}`)
      const room = new TypingRoom(await joinRooms(Array.from({ length: clients }, () => `growth-${clients}`)))
      const updates = Math.ceil(sizes.deliveries / (clients - 1))
      const { cpuPer100k, p99 } = await room.gentle(server, updates, updates / sizes.seconds)
      await room.close()
      figures[`${clients} clients: server CPU s per 100k deliveries`] = cpuPer100k
      figures[`${clients} clients: writer to reader p99, ms`] = p99
    }
    for (const count of sizes.rooms) {
      means.progress(`${count} rooms of 2 fill`)
      const pairs = await Pairs.meet((names) => joinRooms(names.map((name) => `growth-${count}-${name}`)), count)
      means.progress(`${count} rooms: people type`)
      const { cpuPer100k, p99 } = await pairs.type(server, {
        first: 0,
        updates: sizes.updates,
        perSecond: sizes.updates / sizes.seconds,
      })
      await pairs.close()
      figures[`${count} rooms: server CPU s per 100k updates`] = cpuPer100k
      figures[`${count} rooms: writer to reader p99, ms`] = p99
    }
    return figures
  },
})
