import type { Contestant, RunningServer } from "./contestants.ts"

/** Smoke is for `npm test`: small enough to show only that the benchmark still runs. */
export type Scale = "full" | "smoke"

export interface Run {
  readonly contestant: Contestant
  /** Fresh for this run, with an empty data folder. */
  readonly server: RunningServer
  /** Stops the server and starts it again on its data. */
  readonly restart: () => Promise<RunningServer>
  /** The bytes under the data folder now. */
  readonly bytesOnDisk: () => Promise<number>
  /** A real editing trace given with --trace, or a generated one. */
  readonly trace: Trace
}

/** An editing history: `[position, deleted, inserted]` for each change. */
export interface Trace {
  readonly endContent: string
  readonly patches: readonly (readonly [position: number, deleted: number, inserted: string])[]
}

export interface Benchmark {
  readonly name: string
  /** Contestants that cannot do the work: a relay stores nothing. */
  readonly without: readonly string[]
  describe(scale: Scale): string
  measure(run: Run, scale: Scale): Promise<Readonly<Record<string, number>>>
}

/** A benchmark from its sizes at each scale and what they mean. */
export function benchmark<Sizes>(o: {
  readonly name: string
  readonly sizes: Readonly<Record<Scale, Sizes>>
  readonly work: (sizes: Sizes) => string
  readonly without?: readonly string[]
  readonly measure: (run: Run, sizes: Sizes) => Promise<Readonly<Record<string, number>>>
}): Benchmark {
  return {
    name: o.name,
    without: o.without ?? [],
    describe: (scale) => o.work(o.sizes[scale]),
    measure: (run, scale) => o.measure(run, o.sizes[scale]),
  }
}
