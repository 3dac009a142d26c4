import type { Benchmark, Figures, Scale } from "../benchmark.ts"
import type { RunningServer } from "../contestants.ts"
import { quantile } from "../report.ts"
import type { Client } from "./client.ts"
import { Deliveries } from "./deliveries.ts"
import { pace } from "./pace.ts"
import { serverBenchmark } from "./server-benchmark.ts"
import { Typist } from "./typist.ts"

const CPU = "server CPU s per 100k updates"
const P99 = "writer to reader p99, ms"

/** Many rooms of two: what an update costs that only one other person is to see. */
export const rooms: Benchmark = roomsOfTwo({
  name: "rooms",
  targets: { [CPU]: 7 },
  sizes: {
    full: { rooms: 1_000, perSecond: 2_000, first: 5_000, updates: 20_000 },
    smoke: { rooms: 10, perSecond: 200, first: 20, updates: 60 },
  },
})

/** So many rooms that a small machine is busy with them. */
export const manyRooms: Benchmark = roomsOfTwo({
  name: "many-rooms",
  repeats: 1,
  targets: { [P99]: 40 },
  sizes: {
    full: { rooms: 5_000, perSecond: 5_000, first: 10_000, updates: 20_000 },
    smoke: { rooms: 20, perSecond: 500, first: 20, updates: 100 },
  },
})

function roomsOfTwo(o: {
  readonly name: string
  readonly repeats?: number
  readonly targets: Figures
  readonly sizes: Readonly<Record<Scale, Typing & { readonly rooms: number }>>
}): Benchmark {
  return serverBenchmark({
    ...o,
    work: ({ rooms, perSecond, first, updates }) =>
      `${rooms} rooms of 2, ${updates} updates of one character at ${perSecond} a second over all rooms, behind ${first} that do not count`,
    async measure({ server, joinRooms }, sizes) {
      const pairs = await Pairs.meet(joinRooms, sizes.rooms)
      const { cpuPer100k, p50, p99 } = await pairs.type(server, sizes)
      await pairs.close()
      return { [CPU]: cpuPer100k, "writer to reader p50, ms": p50, [P99]: p99 }
    },
  })
}

interface Typing {
  readonly perSecond: number
  /** So many come before those that are measured. */
  readonly first: number
  readonly updates: number
}

/** Two people in each of many rooms, who type in turns. */
export class Pairs {
  readonly #clients: readonly Client[]
  readonly #typists: readonly Typist[]
  readonly #rooms: number
  readonly #deliveries = new Deliveries()
  #typed = 0

  static async meet(joinRooms: (documents: readonly string[]) => Promise<Client[]>, rooms: number): Promise<Pairs> {
    const names = Array.from({ length: rooms }, (_, room) => `room-${room}`)
    return new Pairs(await joinRooms([...names, ...names]), rooms)
  }

  private constructor(clients: readonly Client[], rooms: number) {
    this.#clients = clients
    this.#rooms = rooms
    this.#typists = clients.map((_, index) => new Typist(index + 1))
    for (const [index, client] of clients.entries()) this.#deliveries.watch(client, index + 1)
  }

  async type(
    server: RunningServer,
    { first, updates, perSecond }: Typing,
  ): Promise<{ cpuPer100k: number; p50: number; p99: number }> {
    // The first word of each writes the document for the first time, which is another matter; and all servers are to be compiled.
    for (const _ of this.#clients) this.#typeNext()
    await this.#deliveries.reach(this.#typed)
    await pace(perSecond, first, () => this.#typeNext())
    await this.#deliveries.reach(this.#typed)
    this.#deliveries.takeDelays()
    const before = server.cpuSeconds()
    await pace(perSecond, updates, () => this.#typeNext())
    await this.#deliveries.reach(this.#typed)
    const delays = this.#deliveries.takeDelays()
    return {
      cpuPer100k: ((server.cpuSeconds() - before) * 100_000) / updates,
      p50: quantile(delays, 0.5),
      p99: quantile(delays, 0.99),
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()))
  }

  #typeNext(): void {
    // Neighbours in time are strangers: first one of each room, then the other.
    const index = this.#typed++ % (2 * this.#rooms)
    const client = this.#clients[index]
    const typist = this.#typists[index]
    if (client !== undefined && typist !== undefined) this.#deliveries.type(typist, client)
  }
}
