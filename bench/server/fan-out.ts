import type { Benchmark, Figures } from "../benchmark.ts"
import type { RunningServer } from "../contestants.ts"
import { quantile } from "../report.ts"
import type { Client } from "./client.ts"
import { Deliveries } from "./deliveries.ts"
import { pace } from "./pace.ts"
import { serverBenchmark } from "./server-benchmark.ts"
import { Typist } from "./typist.ts"

const IN_FLIGHT = 80
const GENTLE_PER_SECOND = 100

/** One room, everybody connected, updates of one character: what a delivery costs the server, and how long a word is on its way. */
export const fanOut: Benchmark = serverBenchmark({
  name: "fan-out",
  targets: {
    "gentle: server CPU s per 100k deliveries": 1,
    "gentle: writer to reader p50, ms": 2.5,
    "gentle: writer to reader p99, ms": 5,
    "closed loop: server CPU s per 100k deliveries": 0.05,
  },
  sizes: {
    full: { clients: 100, first: 2_000, gentle: 1_000, loop: 20_000 },
    smoke: { clients: 5, first: 10, gentle: 50, loop: 100 },
  },
  work: ({ clients, first, gentle, loop }) =>
    `one room, ${clients} clients: ${first} updates of one character that do not count, then ${gentle}, ${GENTLE_PER_SECOND} a second (gentle), then ${loop}, ${IN_FLIGHT} in flight (closed loop)`,
  async measure({ server, joinRooms }, sizes) {
    const room = new TypingRoom(await joinRooms(Array.from({ length: sizes.clients }, () => "fan-out")))
    // Servers run for weeks: what is measured is not how a program that has just started is compiled.
    await room.warmUp(sizes.first)
    const gentle = await room.gentle(server, sizes.gentle, GENTLE_PER_SECOND)
    const loop = await room.closedLoop(server, sizes.loop)
    await room.close()
    return {
      "gentle: server CPU s per 100k deliveries": gentle.cpuPer100k,
      "gentle: writer to reader p50, ms": gentle.p50,
      "gentle: writer to reader p99, ms": gentle.p99,
      "closed loop: server CPU s per 100k deliveries": loop.cpuPer100k,
      "closed loop: deliveries a second": loop.perSecond,
    }
  },
})

/** A room where everybody types in turns, each into a text of its own: no server pays for conflicts that people do not make. */
export class TypingRoom {
  readonly #clients: readonly Client[]
  readonly #typists: readonly Typist[]
  readonly #deliveries = new Deliveries()
  #typed = 0

  /** @param clients in the room, with all that is there */
  constructor(clients: readonly Client[]) {
    this.#clients = clients
    this.#typists = clients.map((_, index) => new Typist(index + 1))
    for (const [index, client] of clients.entries()) this.#deliveries.watch(client, index + 1)
  }

  /** One after the other, measured by nobody. */
  async warmUp(updates: number): Promise<void> {
    await this.#typeAll(updates, 1)
    this.#deliveries.takeDelays()
  }

  /** At a steady rate. */
  async gentle(
    server: RunningServer,
    updates: number,
    perSecond: number,
  ): Promise<Figures & { p50: number; p99: number; cpuPer100k: number }> {
    const before = server.cpuSeconds()
    await pace(perSecond, updates, () => this.#type())
    await this.#arrived(0)
    const delays = this.#deliveries.takeDelays()
    return {
      cpuPer100k: this.#per100k(server.cpuSeconds() - before, updates),
      p50: quantile(delays, 0.5),
      p99: quantile(delays, 0.99),
    }
  }

  /** As fast as it goes. */
  async closedLoop(server: RunningServer, updates: number): Promise<{ cpuPer100k: number; perSecond: number }> {
    const before = server.cpuSeconds()
    const start = performance.now()
    await this.#typeAll(updates, IN_FLIGHT)
    return {
      cpuPer100k: this.#per100k(server.cpuSeconds() - before, updates),
      perSecond: (1000 * updates * (this.#clients.length - 1)) / (performance.now() - start),
    }
  }

  async #typeAll(updates: number, inFlight: number): Promise<void> {
    for (let n = 0; n < updates; n++) {
      this.#type()
      await this.#arrived(inFlight)
    }
    await this.#arrived(0)
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()))
  }

  #type(): void {
    const index = this.#typed++ % this.#clients.length
    const client = this.#clients[index]
    const typist = this.#typists[index]
    if (client !== undefined && typist !== undefined) this.#deliveries.type(typist, client)
  }

  /** Until everybody has all but so many of the updates. */
  #arrived(butFor: number): Promise<void> {
    return this.#deliveries.reach((this.#typed - butFor) * (this.#clients.length - 1))
  }

  #per100k(seconds: number, updates: number): number {
    return (seconds * 100_000) / (updates * (this.#clients.length - 1))
  }
}
