import { generateProse, seededRandom } from "@ligature/testing"
import * as Y from "yjs"
import type { Benchmark } from "../benchmark.ts"
import { STORING } from "../contestants.ts"
import { connectAll } from "./client.ts"
import { serverBenchmark } from "./server-benchmark.ts"
import { bytesAtRest, HARDLY_REST_MS, REST_MS } from "./at-rest.ts"

/** After a restart of the server everybody comes back at once, having missed nothing. */
export const returning: Benchmark = serverBenchmark({
  name: "returning",
  repeats: 1,
  targets: { "last is in sync, ms": 700, "KB sent to each": 1 },
  contestants: STORING,
  sizes: {
    full: { documents: 100, clients: 500, edits: 6_000, restMs: REST_MS },
    smoke: { documents: 3, clients: 9, edits: 50, restMs: HARDLY_REST_MS },
  },
  work: ({ documents, clients, edits }) =>
    `${clients} clients of ${documents} documents, each of ${edits} edits with deletes, come back after a restart and lack nothing`,
  async measure({ contestant, connect, bytesOnDisk, restart, means }, sizes) {
    const name = (n: number): string => `returning-${n % sizes.documents}`
    const written = Array.from({ length: VARIANTS }, (_, n) => edited(means.seed + n, sizes.edits))
    const writers = await connect(Array.from({ length: sizes.documents }, (_, n) => name(n)))
    for (const [n, writer] of writers.entries()) {
      await writer.sync()
      writer.update(written[n % VARIANTS]?.update ?? NO_UPDATE)
      // An answer to the next question means that it was taken.
      await writer.sync()
    }
    await bytesAtRest(bytesOnDisk, sizes.restMs)
    await Promise.all(writers.map((writer) => writer.close()))
    const server = await restart()
    const before = server.cpuSeconds()
    const start = performance.now()
    const { address } = server
    const has = (n: number): Written | undefined => written[(n % sizes.documents) % VARIANTS]
    const wishes = Array.from({ length: sizes.clients }, (_, n) => {
      return { address, dialect: contestant.dialect, document: name(n), lacking: has(n)?.deletes ?? NO_UPDATE }
    })
    const clients = await connectAll(wishes, (client, n) => client.sync(has(n)?.stateVector))
    const elapsed = performance.now() - start
    const bytes = clients.reduce((sum, client) => sum + client.receivedBytes, 0)
    const cpu = server.cpuSeconds() - before
    await Promise.all(clients.map((client) => client.close()))
    return { "last is in sync, ms": elapsed, "KB sent to each": bytes / clients.length / 1024, "server CPU s": cpu }
  },
})

interface Written {
  readonly update: Uint8Array
  readonly stateVector: Uint8Array
  /** What one who has all of it answers the server's question with. */
  readonly deletes: Uint8Array
}

/** A document in which some words were deleted again, here and there. */
function edited(seed: number, edits: number): Written {
  const random = seededRandom(seed)
  const doc = new Y.Doc()
  doc.clientID = seed + 1
  const text = doc.getText("text")
  const words = generateProse(seed, 1_000).flatMap((block) => block.text.split(" "))
  for (let n = 0; n < edits; n++) {
    const at = random.integer(text.length + 1)
    if (text.length > 50 && random.chance(0.4)) text.delete(Math.min(at, text.length - 5), random.between(1, 5))
    else text.insert(at, `${random.pick(words)} `)
  }
  const stateVector = Y.encodeStateVector(doc)
  return { update: Y.encodeStateAsUpdate(doc), stateVector, deletes: Y.encodeStateAsUpdate(doc, stateVector) }
}

/** Documents repeat after so many: what they hold is not of this matter, and making it takes long. */
const VARIANTS = 10
const NO_UPDATE = new Uint8Array([0, 0])
