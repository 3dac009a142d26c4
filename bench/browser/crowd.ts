import type { Benchmark, Figures } from "../benchmark.ts"
import { quantile } from "../report.ts"
import { browserBenchmark } from "./browser-benchmark.ts"
import { delaysToPaint } from "./delays-to-paint.ts"
import { APP, EDITORS } from "./editors.ts"
import { LETTERS } from "./letters.ts"
import type { Stage } from "./stage.ts"
import { typeKeys } from "./type-keys.ts"
import { Writer } from "./writer.ts"

interface Sizes {
  readonly paragraphs: number
  readonly writers: number
  readonly seconds: number
}

const STROKES_A_SECOND = 5
/** How long the last strokes of the others may take to appear before they count as late as they are. */
const GRACE_MS = 2_000

const work = ({ paragraphs, writers, seconds }: Sizes): string =>
  `one person types for ${seconds} s in the middle of ${paragraphs.toLocaleString("en")} paragraphs while ${writers} others type ${STROKES_A_SECOND} characters a second each elsewhere`

/** What others' typing does to one's own, and how far behind the page is with theirs: from their keystroke to its paint here. */
export const crowd: Benchmark = browserBenchmark<Sizes>({
  name: "crowd",
  targets: { "key to paint p95, ms": 33, "others' strokes to paint p95, ms": 100 },
  editors: EDITORS.toSpliced(1, 0, APP),
  sizes: {
    full: { paragraphs: 10_000, writers: 5, seconds: 15 },
    smoke: { paragraphs: 20, writers: 2, seconds: 0.5 },
  },
  work,
  measure,
})

export const largeCrowd: Benchmark = browserBenchmark<Sizes>({
  name: "crowd-large",
  targets: { "key to paint p95, ms": 50, "others' strokes to paint p95, ms": 150 },
  // The others paint no key in this: there is nothing to compare.
  editors: [...EDITORS.slice(0, 1), APP],
  sizes: {
    full: { paragraphs: 10_000, writers: 20, seconds: 15 },
    smoke: { paragraphs: 40, writers: 3, seconds: 0.5 },
  },
  work,
  measure,
})

async function measure(stage: Stage, sizes: Sizes): Promise<Figures> {
  const document = await stage.write(sizes.paragraphs)
  const person = await stage.open(document)
  await person.goToMiddle()
  const writers: Writer[] = []
  for (let n = 0; n < sizes.writers; n++) {
    // Spread over the document, none of them where the person is.
    const share = (n + 0.75) / (sizes.writers + 0.5)
    writers.push(await Writer.enter(stage.sync, document, LETTERS[n + 1] ?? "", share))
  }
  let turn = 0
  const strokes = setInterval(
    () => writers[turn++ % writers.length]?.strike(),
    1000 / (STROKES_A_SECOND * writers.length),
  )
  const delays = await typeKeys(person, LETTERS[0] ?? "", { keys: Number.POSITIVE_INFINITY, seconds: sizes.seconds })
  clearInterval(strokes)
  const behind = await delaysToPaint(person, writers, { graceMs: GRACE_MS })
  for (const writer of writers) writer.leave()
  await person.close()
  return {
    "key to paint p50, ms": quantile(delays, 0.5),
    "key to paint p95, ms": quantile(delays, 0.95),
    "others' strokes to paint p50, ms": quantile(behind, 0.5),
    "others' strokes to paint p95, ms": quantile(behind, 0.95),
    "others' strokes to paint, the latest, ms": Math.max(...behind),
  }
}
