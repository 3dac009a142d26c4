import { readdir, stat } from "node:fs/promises"
import { join } from "node:path"
import { benchmark, type Benchmark, type Figures, type Means, type Scale } from "../benchmark.ts"
import { CONTESTANTS, type Contestant, type RunningServer, startContestant, type StartOptions } from "../contestants.ts"
import { type Client, connectAll, type Connecting } from "./client.ts"

export interface ServerRun {
  readonly contestant: Contestant
  /** Fresh for this run, with an empty data folder. */
  readonly server: RunningServer
  /** Stops the server and starts it again on its data. */
  readonly restart: () => Promise<RunningServer>
  /** Stops the server; `restart` starts it again. */
  readonly stop: () => Promise<void>
  /** Connects a client for each name to the server that runs now. */
  readonly connect: Connect
  /** The same, and each has all of its document. */
  readonly joinRooms: Connect
  /** The data folder. */
  readonly data: string
  /** The bytes under the data folder now. */
  readonly bytesOnDisk: () => Promise<number>
  readonly means: Means
}

type Connect = (documents: readonly string[], protocols?: readonly string[]) => Promise<Client[]>

/** A benchmark of servers: each contestant's runs in a process of its own. */
export function serverBenchmark<Sizes>(o: {
  readonly name: string
  readonly sizes: Readonly<Record<Scale, Sizes>>
  readonly targets?: Figures
  readonly work: (sizes: Sizes, means: Means) => string
  /** Who takes part. All if left out. */
  readonly contestants?: readonly Contestant[]
  readonly onlyWhenNamed?: boolean
  /** What takes a minute and more is done once, so that all of them take some twenty. */
  readonly repeats?: number
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
    ...(o.repeats === undefined ? {} : { repeats: o.repeats }),
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
      const wishes = (documents: readonly string[], protocols: readonly string[]): Connecting[] => {
        const { address } = server
        const { dialect } = contestant
        return documents.map((document) => ({ address, dialect, document, protocols }))
      }
      const connect: Connect = (documents, protocols = []) => connectAll(wishes(documents, protocols))
      const joinRooms: Connect = (documents, protocols = []) =>
        connectAll(wishes(documents, protocols), (one) => one.sync())
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
            joinRooms,
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
