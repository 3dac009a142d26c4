import { readdir, stat } from "node:fs/promises"
import { join } from "node:path"
import { benchmark, type Benchmark, type Figures, type Means, type Scale } from "../benchmark.ts"
import { CONTESTANTS, type Contestant, type RunningServer, startContestant, type StartOptions } from "../contestants.ts"
import { type Client, connectAll } from "./client.ts"

export interface ServerRun {
  readonly contestant: Contestant
  /** Fresh for this run, with an empty data folder. */
  readonly server: RunningServer
  /** Stops the server and starts it again on its data. */
  readonly restart: () => Promise<RunningServer>
  /** Stops the server; `restart` starts it again. */
  readonly stop: () => Promise<void>
  /** Connects a client for each name to the server that runs now. */
  readonly connect: (documents: readonly string[], protocols?: readonly string[]) => Promise<Client[]>
  /** The data folder. */
  readonly data: string
  /** The bytes under the data folder now. */
  readonly bytesOnDisk: () => Promise<number>
  readonly means: Means
}

/** A benchmark of servers: each contestant's runs in a process of its own. */
export function serverBenchmark<Sizes>(o: {
  readonly name: string
  readonly sizes: Readonly<Record<Scale, Sizes>>
  readonly targets?: Figures
  readonly work: (sizes: Sizes, means: Means) => string
  /** Who takes part. All if left out. */
  readonly contestants?: readonly Contestant[]
  readonly onlyWhenNamed?: boolean
  /** How each server is started. */
  readonly start?: (means: Means) => Promise<StartOptions>
  /** What the data folder holds when the server starts. */
  readonly prepare?: (data: string, sizes: Sizes, means: Means) => Promise<void>
  readonly measure: (run: ServerRun, sizes: Sizes) => Promise<Figures>
}): Benchmark {
  const contestants = o.contestants ?? CONTESTANTS
  return benchmark<Sizes>({
    name: o.name,
    contestants: contestants.map(({ name }) => name),
    targets: o.targets ?? {},
    onlyWhenNamed: o.onlyWhenNamed ?? false,
    sizes: o.sizes,
    work: o.work,
    async measure(name, sizes, means) {
      const contestant = contestants.find((one) => one.name === name)
      if (contestant === undefined) throw new RangeError(`${name} does not take part in ${o.name}`)
      const data = join(await means.folder(), "data")
      await o.prepare?.(data, sizes, means)
      const { profiles } = means
      const nodeFlags = profiles === null ? [] : ["--cpu-prof", `--cpu-prof-dir=${profiles}`]
      const options = { nodeFlags, ...(await o.start?.(means)) }
      let server = await startContestant(contestant, data, options)
      const restart = async (): Promise<RunningServer> => {
        await server.stop()
        server = await startContestant(contestant, data, options)
        return server
      }
      const connect: ServerRun["connect"] = (documents, protocols = []) => {
        const { address } = server
        const { dialect } = contestant
        return connectAll(documents.map((document) => ({ address, dialect, document, protocols })))
      }
      try {
        return await o.measure(
          {
            contestant,
            server,
            means,
            data,
            restart,
            stop: () => server.stop(),
            connect,
            bytesOnDisk: () => sizeOf(data),
          },
          sizes,
        )
      } finally {
        await server.stop()
      }
    },
  })
}

/** What documents take: the page's own files, which Ligature keeps for after an upgrade, are not theirs. */
async function sizeOf(folder: string): Promise<number> {
  let bytes = 0
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.parentPath === join(folder, "app")) continue
    // Tidied away in between, by whoever the folder belongs to.
    bytes += await stat(join(entry.parentPath, entry.name)).then(
      ({ size }) => size,
      () => 0,
    )
  }
  return bytes
}
