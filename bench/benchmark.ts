import type { Stage } from "./browser/stage.ts"

/** Smoke is for `npm test`: small enough to show only that the benchmark still runs. */
export type Scale = "full" | "smoke"

/** Quantity, with its unit, to value. */
export type Figures = Readonly<Record<string, number>>

/** What runs share. */
export interface Means {
  /** A real editing trace given with --trace, or a generated one. */
  readonly trace: Trace
  /** Where an editor is measured, set when it is first asked for. */
  readonly stage: (editor: string) => Promise<Stage>
  /** Where servers leave CPU profiles, if they are to: that alone makes them slower. */
  readonly profiles: string | null
  /** Of everything that is random. */
  readonly seed: number
  /** A new empty folder, removed at the end. */
  readonly folder: () => Promise<string>
  /** Says how far a long benchmark has come. */
  readonly progress: (text: string) => void
}

/** An editing history: `[position, deleted, inserted]` for each change. */
export interface Trace {
  /** Where it comes from. */
  readonly source: string
  readonly endContent: string
  readonly patches: readonly (readonly [position: number, deleted: number, inserted: string])[]
}

export interface Benchmark {
  readonly name: string
  /** Ligature first; ratios are against it. */
  readonly contestants: readonly string[]
  /** Quantity to what Ligature is to reach: at most that. */
  readonly targets: Figures
  /** Too long for every run: only when it is named. */
  readonly onlyWhenNamed: boolean
  /** How often it is run where nobody says. */
  readonly repeats: number
  describe(scale: Scale, means: Means): string
  measure(contestant: string, scale: Scale, means: Means): Promise<Figures>
}

/** A benchmark from its sizes at each scale and what they mean. */
export function benchmark<Sizes>(o: {
  readonly name: string
  readonly contestants: readonly string[]
  readonly targets?: Figures
  readonly onlyWhenNamed?: boolean
  readonly repeats?: number
  readonly sizes: Readonly<Record<Scale, Sizes>>
  readonly work: (sizes: Sizes, means: Means) => string
  readonly measure: (contestant: string, sizes: Sizes, means: Means) => Promise<Figures>
}): Benchmark {
  return {
    name: o.name,
    contestants: o.contestants,
    targets: o.targets ?? {},
    onlyWhenNamed: o.onlyWhenNamed ?? false,
    repeats: o.repeats ?? 3,
    describe: (scale, means) => o.work(o.sizes[scale], means),
    measure: (contestant, scale, means) => o.measure(contestant, o.sizes[scale], means),
  }
}

/** This machine lacks what a benchmark needs; the message says what. */
export class CannotMeasure extends Error {
  override readonly name = "CannotMeasure"
}
