import { benchmark, type Benchmark, type Figures, type Scale } from "../benchmark.ts"
import { EDITORS, type Editor } from "./editors.ts"
import type { Stage } from "./stage.ts"

/**
 * A benchmark of editors in a real Chromium, each on a Ligature server of its own. Run once: each takes many samples, and most of the time
 * goes by until the editors have been given their documents.
 */
export function browserBenchmark<Sizes>(o: {
  readonly name: string
  readonly editors?: readonly Editor[]
  readonly targets?: Figures
  readonly onlyWhenNamed?: boolean
  readonly sizes: Readonly<Record<Scale, Sizes>>
  readonly work: (sizes: Sizes) => string
  readonly measure: (stage: Stage, sizes: Sizes) => Promise<Figures>
}): Benchmark {
  return benchmark<Sizes>({
    name: o.name,
    contestants: (o.editors ?? EDITORS).map(({ name }) => name),
    ...(o.targets === undefined ? {} : { targets: o.targets }),
    onlyWhenNamed: o.onlyWhenNamed ?? false,
    repeats: 1,
    sizes: o.sizes,
    work: o.work,
    measure: async (name, sizes, { stage }) => o.measure(await stage(name), sizes),
  })
}
