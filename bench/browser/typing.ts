import type { Benchmark, Figures } from "../benchmark.ts"
import { quantile } from "../report.ts"
import { browserBenchmark } from "./browser-benchmark.ts"
import { EDITORS } from "./editors.ts"
import type { Stage } from "./stage.ts"
import { typeKeys } from "./type-keys.ts"

const LETTER = "Γ"

interface Sizes {
  readonly paragraphs: readonly number[]
  readonly keys: number
}

const work = ({ paragraphs, keys }: Sizes): string =>
  `one person, ${keys} keys in the middle of ${paragraphs.map((count) => count.toLocaleString("en")).join(" and of ")} paragraphs of 100 characters`

/** From the keydown to the frame that shows the letter, with nobody else there; see instrument.ts for how that is known. */
export const typing: Benchmark = browserBenchmark<Sizes>({
  name: "typing",
  targets: {
    "1,000 paragraphs: key to paint p50, ms": 8,
    "1,000 paragraphs: key to paint p95, ms": 14,
    "10,000 paragraphs: key to paint p50, ms": 16,
    "10,000 paragraphs: key to paint p95, ms": 25,
  },
  sizes: { full: { paragraphs: [1_000, 10_000], keys: 60 }, smoke: { paragraphs: [20], keys: 2 } },
  work,
  measure,
})

export const largeTyping: Benchmark = browserBenchmark<Sizes>({
  name: "typing-large",
  targets: {
    "50,000 paragraphs: key to paint p50, ms": 20,
    "50,000 paragraphs: key to paint p95, ms": 33,
  },
  // The others need minutes to be given such a document.
  editors: EDITORS.slice(0, 2),
  sizes: { full: { paragraphs: [50_000], keys: 60 }, smoke: { paragraphs: [40], keys: 2 } },
  work,
  measure,
})

async function measure(stage: Stage, { paragraphs, keys }: Sizes): Promise<Figures> {
  const figures: Record<string, number> = {}
  for (const count of paragraphs) {
    const person = await stage.open(await stage.write(count))
    await person.goToMiddle()
    const busyBefore = await person.busySeconds()
    const delays = await typeKeys(person, LETTER, { keys, seconds: 60 })
    const busy = (await person.busySeconds()) - busyBefore
    const pressed = (await person.record()).keydowns.length
    await person.close()
    const size = `${count.toLocaleString("en")} paragraphs`
    figures[`${size}: key to paint p50, ms`] = quantile(delays, 0.5)
    figures[`${size}: key to paint p95, ms`] = quantile(delays, 0.95)
    figures[`${size}: main thread, ms per key`] = (busy * 1000) / pressed
  }
  return figures
}
