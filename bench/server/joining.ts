import { setTimeout as sleep } from "node:timers/promises"
import * as decoding from "lib0/decoding"
import * as encoding from "lib0/encoding"
import type { Benchmark } from "../benchmark.ts"
import { CONTESTANTS } from "../contestants.ts"
import type { Client } from "./client.ts"
import { serverBenchmark } from "./server-benchmark.ts"

/** A lecture begins: everybody joins one room and shows who they are. */
export const joining: Benchmark = serverBenchmark({
  name: "joining",
  targets: { "s until quiet": 1.5 },
  contestants: CONTESTANTS.filter(({ dialect }) => dialect !== "relay"),
  sizes: { full: { clients: 1_000, quietMs: 500 }, smoke: { clients: 20, quietMs: 200 } },
  work: ({ clients, quietMs }) =>
    `${clients} clients with presence join one room; quiet is when nobody has received anything for ${quietMs} ms, and then all know of all`,
  async measure({ server, connect }, sizes) {
    const before = server.cpuSeconds()
    const start = performance.now()
    const clients = await connect(Array.from({ length: sizes.clients }, () => "joining"))
    const onlookers = clients
      .slice(0, WATCHED)
      .concat(clients.slice(-WATCHED))
      .map((client) => new Onlooker(client))
    for (const [index, client] of clients.entries()) client.presence(presenceOf(index + 1))
    await Promise.all(clients.map((client) => client.sync()))
    const last = (): number => Math.max(...clients.map((client) => client.lastReceived))
    const unseen = (): number => onlookers.filter((onlooker) => onlooker.seen.size < sizes.clients - 1).length
    while (unseen() > 0 || performance.now() - last() < sizes.quietMs) {
      if (performance.now() - start > DEADLINE_MS)
        throw new Error(`${unseen()} of ${onlookers.length} do not know of everybody after ${DEADLINE_MS} ms`)
      await sleep(20)
    }
    const elapsed = last() - start
    const received = clients.reduce((sum, client) => sum + client.receivedBytes, 0)
    const cpu = server.cpuSeconds() - before
    await Promise.all(clients.map((client) => client.close()))
    return { "s until quiet": elapsed / 1000, "MB sent": received / 1e6, "server CPU s": cpu }
  },
})

const DEADLINE_MS = 60_000
/** So many of the first and of the last read what they get; the others only count it. */
const WATCHED = 10

/** Keeps whom a client has heard of. */
class Onlooker {
  readonly seen = new Set<number>()

  constructor(client: Client) {
    client.onPresence = (presence) => {
      const decoder = decoding.createDecoder(presence)
      for (let left = decoding.readVarUint(decoder); left > 0; left--) {
        this.seen.add(decoding.readVarUint(decoder))
        decoding.readVarUint(decoder)
        decoding.readVarString(decoder)
      }
    }
  }
}

function presenceOf(client: number): Uint8Array {
  const at = { type: null, tname: "flow", item: { client, clock: 17 }, assoc: 0 }
  const state = { user: { name: `Person ${client}`, color: "#30bced" }, cursor: { anchor: at, head: at } }
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, 1)
  encoding.writeVarUint(encoder, client)
  encoding.writeVarUint(encoder, 1)
  encoding.writeVarString(encoder, JSON.stringify(state))
  return encoding.toUint8Array(encoder)
}
