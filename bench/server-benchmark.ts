import { readdir, stat } from "node:fs/promises"
import { join } from "node:path"
import { benchmark, type Benchmark, type Figures, type Scale, type Trace } from "./benchmark.ts"
import { CONTESTANTS, startContestant, type Contestant, type RunningServer } from "./contestants.ts"

export interface ServerRun {
  readonly contestant: Contestant
  /** Fresh for this run, with an empty data folder. */
  readonly server: RunningServer
  /** Stops the server and starts it again on its data. */
  readonly restart: () => Promise<RunningServer>
  /** The bytes under the data folder now. */
  readonly bytesOnDisk: () => Promise<number>
  readonly trace: Trace
}

/** A benchmark of servers: each contestant's runs in a process of its own. */
export function serverBenchmark<Sizes>(o: {
  readonly name: string
  readonly sizes: Readonly<Record<Scale, Sizes>>
  readonly work: (sizes: Sizes) => string
  /** Contestants that cannot do the work: a relay stores nothing. */
  readonly without?: readonly string[]
  readonly measure: (run: ServerRun, sizes: Sizes) => Promise<Figures>
}): Benchmark {
  const contestants = CONTESTANTS.filter(({ name }) => o.without?.includes(name) !== true)
  return benchmark<Sizes>({
    name: o.name,
    contestants: contestants.map(({ name }) => name),
    sizes: o.sizes,
    work: o.work,
    async measure(name, sizes, { folder, trace }) {
      const contestant = contestants.find((one) => one.name === name)
      if (contestant === undefined) throw new RangeError(`${name} does not take part in ${o.name}`)
      const data = join(await folder(), "data")
      let server = await startContestant(contestant, data)
      const restart = async (): Promise<RunningServer> => {
        await server.stop()
        server = await startContestant(contestant, data)
        return server
      }
      try {
        return await o.measure({ contestant, server, trace, restart, bytesOnDisk: () => sizeOf(data) }, sizes)
      } finally {
        await server.stop()
      }
    },
  })
}

async function sizeOf(folder: string): Promise<number> {
  let bytes = 0
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size
  }
  return bytes
}
