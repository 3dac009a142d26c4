import type { Benchmark, Figures } from "../benchmark.ts"
import { median } from "../report.ts"
import { browserBenchmark } from "./browser-benchmark.ts"
import { APP } from "./editors.ts"
import type { Stage } from "./stage.ts"

interface Sizes {
  readonly paragraphs: number
  readonly times: number
}

const work = ({ paragraphs, times }: Sizes): string =>
  `in the app, a document of ${paragraphs.toLocaleString("en")} paragraphs is opened by ${times} browsers that have never seen it, and by each of them once more, at the place where it was left`

/** The first screen is painted when there is text of the document on it: for those who come back that is the picture of their last one. */
export const appOpening: Benchmark = browserBenchmark<Sizes>({
  name: "app-opening",
  editors: [APP],
  targets: {
    "first time: navigation to editable and in sync, s": 0.8,
    "again: first screen painted, s": 0.5,
    "again: navigation to editable and in sync, s": 0.8,
    "JavaScript heap after a collection, MB": 20,
  },
  sizes: { full: { paragraphs: 10_000, times: 3 }, smoke: { paragraphs: 20, times: 1 } },
  work,
  measure,
})

export const largeAppOpening: Benchmark = browserBenchmark<Sizes>({
  name: "app-opening-large",
  editors: [APP],
  targets: {
    "first time: navigation to editable and in sync, s": 1.8,
    "again: first screen painted, s": 0.5,
    "again: navigation to editable and in sync, s": 1.8,
    "JavaScript heap after a collection, MB": 70,
  },
  sizes: { full: { paragraphs: 50_000, times: 3 }, smoke: { paragraphs: 40, times: 1 } },
  work,
  measure,
})

async function measure(stage: Stage, { paragraphs, times }: Sizes): Promise<Figures> {
  const document = await stage.written(paragraphs)
  const first = { text: [] as number[], opened: [] as number[] }
  const again = { text: [] as number[], opened: [] as number[], heap: [] as number[] }
  for (let n = 0; n < times; n++) {
    const stranger = await stage.open(document)
    first.text.push(await stranger.textAfter())
    first.opened.push(await stranger.openedAfter())
    await stranger.goToMiddle()
    await stranger.isKept()
    const context = await stranger.leave()
    const returned = await stage.openIn(context, document)
    again.text.push(await returned.textAfter())
    again.opened.push(await returned.openedAfter())
    again.heap.push(await returned.heapBytes())
    await returned.close()
  }
  return {
    "first time: first screen painted, s": median(first.text) / 1000,
    "first time: navigation to editable and in sync, s": median(first.opened) / 1000,
    "again: first screen painted, s": median(again.text) / 1000,
    "again: navigation to editable and in sync, s": median(again.opened) / 1000,
    "JavaScript heap after a collection, MB": median(again.heap) / 1e6,
  }
}
