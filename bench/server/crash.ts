import { SUBPROTOCOL } from "@ligature/protocol"
import * as Y from "yjs"
import type { Benchmark } from "../benchmark.ts"
import { LIGATURE, STORING } from "../contestants.ts"
import type { Client } from "./client.ts"
import { pace } from "./pace.ts"
import { serverBenchmark } from "./server-benchmark.ts"
import { Typist } from "./typist.ts"

/** The power goes while people type: what was promised, and what others had read already, must be there afterwards. */
export const crash: Benchmark = serverBenchmark({
  name: "crash",
  targets: { "receipted updates lost, %": 0, "updates lost that others had seen, %": 0 },
  contestants: STORING,
  sizes: { full: { rooms: 50, perSecond: 10_000, seconds: 3 }, smoke: { rooms: 3, perSecond: 500, seconds: 0.4 } },
  work: ({ rooms, perSecond, seconds }) =>
    `kill -9 after ${seconds} s of ${perSecond} updates a second in ${rooms} rooms; only Ligature says what is on disk`,
  async measure({ contestant, server, connect, joinRooms, restart }, sizes) {
    const names = Array.from({ length: sizes.rooms }, (_, room) => `crash-${room}`)
    const writers = await joinRooms(names, contestant === LIGATURE ? [SUBPROTOCOL] : [])
    const readers = await joinRooms(names)
    const rooms = writers.flatMap((writer, n) => {
      const reader = readers[n]
      return reader === undefined ? [] : [new WatchedRoom(n + 1, writer, reader)]
    })

    const typed = sizes.perSecond * sizes.seconds
    const killing: Promise<void>[] = []
    const seenSoFar = (): number => rooms.reduce((all, room) => all + room.seen, 0)
    const deadline = performance.now() + DEADLINE_MS
    while (killing.length === 0) {
      await pace(sizes.perSecond, typed, (n) => {
        rooms[n % rooms.length]?.type()
        // In the midst of it: some are on their way to the server, some to the disk, some to the readers. Not before others have seen enough to lose.
        if (n === typed - 1 && seenSoFar() > typed / 10) killing.push(server.kill())
      })
      if (performance.now() > deadline) throw new Error(`others had seen only ${seenSoFar()} updates`)
    }
    await Promise.all(killing)
    await Promise.all([...writers, ...readers].map((client) => client.close()))

    await restart()
    const witnesses = await connect(names)
    for (const [n, witness] of witnesses.entries()) await rooms[n]?.count(witness)
    await Promise.all(witnesses.map((witness) => witness.close()))
    const sum = (figure: (room: WatchedRoom) => number): number => rooms.reduce((all, room) => all + figure(room), 0)
    const seen = sum((room) => room.seen)
    return {
      ...(contestant === LIGATURE
        ? { "receipted updates lost, %": (100 * sum((room) => room.receiptedLost)) / sum((room) => room.receipted) }
        : {}),
      "updates lost that others had seen, %": (100 * sum((room) => room.seenLost)) / seen,
      "updates that others had seen": seen,
    }
  },
})

const DEADLINE_MS = 60_000

class WatchedRoom {
  readonly #typist: Typist
  readonly #writer: Client
  /** Updates of the writer that are on disk, as the server says. */
  receipted = 0
  /** Updates of the writer that the reader has. */
  seen = 0
  /** What is there after the restart. */
  #stored = 0

  constructor(typist: number, writer: Client, reader: Client) {
    this.#typist = new Typist(typist)
    this.#writer = writer
    // The first message was the answer to the server's step1.
    writer.onReceipt = (count) => (this.receipted = count - 1)
    reader.onUpdate = (update) => (this.seen = Math.max(this.seen, endOf(update, typist)))
  }

  type(): void {
    this.#writer.update(this.#typist.next())
  }

  async count(witness: Client): Promise<void> {
    witness.onUpdate = (update) => (this.#stored = Math.max(this.#stored, endOf(update, this.#typist.client)))
    await witness.sync()
  }

  get receiptedLost(): number {
    return Math.max(0, this.receipted - this.#stored)
  }

  get seenLost(): number {
    return Math.max(0, this.seen - this.#stored)
  }
}

function endOf(update: Uint8Array, client: number): number {
  return Y.parseUpdateMeta(update).to.get(client) ?? 0
}
