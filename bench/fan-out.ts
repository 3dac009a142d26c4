import { setTimeout as sleep } from "node:timers/promises"
import * as Y from "yjs"
import { Client, countInserted } from "./client.ts"
import type { Benchmark } from "./benchmark.ts"
import { quantile } from "./report.ts"
import { serverBenchmark } from "./server-benchmark.ts"

/** One room, everybody connected, updates of one character: what a delivery costs the server, and how long a word is on its way. */
export const fanOut: Benchmark = serverBenchmark({
  name: "fan-out",
  sizes: { full: { clients: 100, updates: 2_000 }, smoke: { clients: 5, updates: 50 } },
  work: ({ clients, updates }) =>
    `one room, ${clients} clients, ${updates} updates of one character, gentle (100 a second) and closed loop (80 in flight)`,
  async measure({ server, contestant }, sizes) {
    const document = "fan-out"
    const readers = await Promise.all(
      Array.from({ length: sizes.clients }, () => Client.connect(server.address, contestant.dialect, document)),
    )
    const writers = readers.map((client, index) => new Writer(client, index))
    const expected = (count: number): number => count * (sizes.clients - 1)
    const room = new Room(readers, writers)
    for (const client of readers) await client.sync()

    const gentleStart = server.cpuSeconds()
    for (let n = 0; n < sizes.updates; n++) {
      room.type(n % sizes.clients)
      await sleep(10)
    }
    await room.delivered(expected(sizes.updates))
    const gentle = server.cpuSeconds() - gentleStart
    const delays = room.takeDelays()

    const loopStart = server.cpuSeconds()
    for (let n = 0; n < sizes.updates; n++) {
      room.type(n % sizes.clients)
      await room.delivered(expected(sizes.updates + n + 1 - 80))
    }
    await room.delivered(expected(2 * sizes.updates))
    const loop = server.cpuSeconds() - loopStart

    await Promise.all(readers.map((client) => client.close()))
    const per100k = 100_000 / expected(sizes.updates)
    return {
      "gentle: server CPU s per 100k deliveries": gentle * per100k,
      "gentle: writer to reader p50, ms": quantile(delays, 0.5),
      "gentle: writer to reader p99, ms": quantile(delays, 0.99),
      "closed loop: server CPU s per 100k deliveries": loop * per100k,
    }
  },
})

/** Types into a text of its own, so that no server pays for resolving conflicts that people do not make. */
class Writer {
  readonly #doc = new Y.Doc()
  readonly #text: Y.Text
  readonly #client: Client

  constructor(client: Client, index: number) {
    this.#client = client
    this.#doc.clientID = index + 1
    this.#text = this.#doc.getText(`line ${index}`)
    this.#doc.on("update", (update: Uint8Array) => this.#client.update(update))
  }

  /** The clock of the item that this made, which names the update on its way. */
  type(): string {
    this.#text.insert(this.#text.length, "x")
    return `${this.#doc.clientID}:${this.#text.length - 1}`
  }
}

/** Counts deliveries over all readers. */
class Room {
  readonly #writers: readonly Writer[]
  readonly #sent = new Map<string, number>()
  #delays: number[] = []
  #delivered = 0
  #wanted = Number.POSITIVE_INFINITY
  #arrived: () => void = () => {}

  constructor(readers: readonly Client[], writers: readonly Writer[]) {
    this.#writers = writers
    for (const [index, reader] of readers.entries()) reader.onUpdate = (update) => this.#count(index + 1, update)
  }

  type(index: number): void {
    const writer = this.#writers[index]
    if (writer === undefined) throw new RangeError(`there is no writer ${index}`)
    const sentAt = performance.now()
    this.#sent.set(writer.type(), sentAt)
  }

  async delivered(count: number): Promise<void> {
    if (this.#delivered >= count) return
    this.#wanted = count
    await new Promise<void>((resolve) => (this.#arrived = resolve))
  }

  takeDelays(): number[] {
    const delays = this.#delays
    this.#delays = []
    return delays
  }

  #count(reader: number, update: Uint8Array): void {
    // What a writer gets back is its receipt or echo, not a delivery.
    const { from, to } = Y.parseUpdateMeta(update)
    if (to.has(reader) && to.size === 1) return
    this.#delivered += countInserted(update) - ((to.get(reader) ?? 0) - (from.get(reader) ?? 0))
    for (const [client, end] of to) {
      if (client === reader) continue
      for (let clock = from.get(client) ?? 0; clock < end; clock++) {
        const sentAt = this.#sent.get(`${client}:${clock}`)
        if (sentAt !== undefined) this.#delays.push(performance.now() - sentAt)
      }
    }
    if (this.#delivered >= this.#wanted) {
      this.#wanted = Number.POSITIVE_INFINITY
      this.#arrived()
    }
  }
}
