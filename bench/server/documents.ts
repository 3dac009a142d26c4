import { openLevelStore } from "@ligature/store-level"
import { seededRandom } from "@ligature/testing"
import type { Benchmark } from "../benchmark.ts"
import { LIGATURE } from "../contestants.ts"
import { quantile } from "../report.ts"
import { serverBenchmark } from "./server-benchmark.ts"
import { Typist } from "./typist.ts"

const UPDATES_EACH = 20

/** A folder that has grown for years. */
export const documents: Benchmark = serverBenchmark({
  name: "documents",
  repeats: 1,
  contestants: [LIGATURE],
  targets: { "100000: start-up, s": 2, "100000: open a random one p99, ms": 50 },
  sizes: { full: { counts: [1_000, 10_000, 100_000], opened: 300 }, smoke: { counts: [10, 100], opened: 10 } },
  work: ({ counts, opened }) =>
    `start on ${counts.join(", ")} stored documents of ${UPDATES_EACH} updates, then open ${opened} random ones, one after the other`,
  async measure({ data, restart, connect, stop, means }, { counts, opened }) {
    const figures: Record<string, number> = {}
    const random = seededRandom(means.seed)
    let stored = 0
    for (const count of counts) {
      await stop()
      await store(data, stored, count)
      stored = count
      const start = performance.now()
      await restart()
      figures[`${count}: start-up, s`] = (performance.now() - start) / 1000
      const delays: number[] = []
      for (let n = 0; n < opened; n++) {
        const begin = performance.now()
        const [client] = await connect([`document-${random.integer(count)}`])
        await client?.sync()
        delays.push(performance.now() - begin)
        await client?.close()
      }
      figures[`${count}: open a random one p50, ms`] = quantile(delays, 0.5)
      figures[`${count}: open a random one p99, ms`] = quantile(delays, 0.99)
    }
    return figures
  },
})

/** Through the store itself: typing them in would take an hour. */
async function store(data: string, from: number, to: number): Promise<void> {
  await using level = await openLevelStore(data)
  for (let first = from; first < to; first += AT_A_TIME) {
    const last = Math.min(to, first + AT_A_TIME)
    await Promise.all(
      Array.from({ length: last - first }, (_, n) => {
        const typist = new Typist(n + 1)
        const updates = Array.from({ length: UPDATES_EACH }, () => ({ update: typist.next(), time: 0, author: null }))
        return level.append({ document: `document-${first + n}`, updates })
      }),
    )
  }
}

const AT_A_TIME = 1_000
