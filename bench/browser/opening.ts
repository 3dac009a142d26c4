import type { Benchmark, Figures } from "../benchmark.ts"
import { median } from "../report.ts"
import { browserBenchmark } from "./browser-benchmark.ts"
import { EDITORS } from "./editors.ts"
import type { Stage } from "./stage.ts"

interface Sizes {
  readonly paragraphs: number
  readonly times: number
}

const work = ({ paragraphs, times }: Sizes): string =>
  `a document of ${paragraphs.toLocaleString("en")} paragraphs is opened in ${times} browsers that have never seen it, one after the other`

/** From the navigation to a page that is in sync, editable and painted, and what it then holds in memory. */
export const opening: Benchmark = browserBenchmark<Sizes>({
  name: "opening",
  targets: { "navigation to editable and in sync, s": 0.8, "JavaScript heap after a collection, MB": 20 },
  sizes: { full: { paragraphs: 10_000, times: 3 }, smoke: { paragraphs: 20, times: 1 } },
  work,
  measure,
})

export const largeOpening: Benchmark = browserBenchmark<Sizes>({
  name: "opening-large",
  targets: { "navigation to editable and in sync, s": 1.8, "JavaScript heap after a collection, MB": 70 },
  // The others need minutes to be given such a document.
  editors: EDITORS.slice(0, 2),
  sizes: { full: { paragraphs: 50_000, times: 3 }, smoke: { paragraphs: 40, times: 1 } },
  work,
  measure,
})

async function measure(stage: Stage, { paragraphs, times }: Sizes): Promise<Figures> {
  const document = await stage.written(paragraphs)
  const opened: number[] = []
  const heaps: number[] = []
  for (let n = 0; n < times; n++) {
    const person = await stage.open(document)
    opened.push(await person.openedAfter())
    heaps.push(await person.heapBytes())
    await person.close()
  }
  return {
    "navigation to editable and in sync, s": median(opened) / 1000,
    "JavaScript heap after a collection, MB": median(heaps) / 1e6,
  }
}
