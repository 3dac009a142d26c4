import { spawn, type ChildProcessByStdio } from "node:child_process"
import { once } from "node:events"
import type { Readable } from "node:stream"
import { fileURLToPath } from "node:url"
import { ensureBuilt } from "./ensure-built.ts"

const LIGATURE: string = fileURLToPath(new URL("../bin/ligature.js", import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** The real server in a process of its own, ready to be visited. */
export interface LigatureProcess extends AsyncDisposable {
  /** As printed: `http://127.0.0.1:40123`. */
  readonly address: string
  /** Where documents are: `ws://127.0.0.1:40123/sync`. */
  readonly sync: string
  readonly port: number
  readonly pid: number
  /** What it has logged so far. */
  readonly stderr: () => string
  /** Resolves when its log has this in it. */
  says(text: string): Promise<void>
  kill(signal: NodeJS.Signals): void
  /** Resolves when the process has ended, whoever ended it. */
  readonly ended: Promise<Ended>
}

export interface LigatureOptions {
  readonly env?: Readonly<Record<string, string>>
  /** A shell line to run before, in the same process: limits of the system are set this way. */
  readonly shell?: string
  /** The file to run instead of the committed one. */
  readonly command?: string
}

/** Runs `ligature` to its end. */
export async function runLigature(args: readonly string[], options: LigatureOptions = {}): Promise<Ended> {
  await ensureBuilt()
  const child = spawnLigature(args, options)
  // A command that should have failed and runs instead would outlive its test.
  const deadline = setTimeout(() => child.kill("SIGKILL"), 20_000)
  return endOf(child).ended.finally(() => clearTimeout(deadline))
}

/** Runs `ligature serve` on a free port unless one is given; fails with what it said when it ends before it is ready. */
export async function startLigature(
  data: string,
  options: LigatureOptions & { readonly port?: number; readonly args?: readonly string[] } = {},
): Promise<LigatureProcess> {
  await ensureBuilt()
  const args = ["serve", "--port", String(options.port ?? 0), "--data", data, ...(options.args ?? [])]
  const child = spawnLigature(args, options)
  const { ended, said } = endOf(child)
  const address = await new Promise<string>((resolve, reject) => {
    child.stdout.on("data", () => {
      const line = /^Ligature is ready at (\S+)\n/m.exec(said.stdout)
      if (line?.[1] !== undefined) resolve(line[1])
    })
    void ended.then((end) => reject(new Error(`ligature ended with ${end.code ?? end.signal}: ${end.stderr}`)))
  })
  const { port, host } = new URL(address)
  return {
    address,
    sync: `ws://${host}/sync`,
    port: Number(port),
    pid: child.pid ?? 0,
    stderr: () => said.stderr,
    says: (text) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!said.stderr.includes(text)) return
          child.stderr.off("data", look)
          resolve()
        }
        child.stderr.on("data", look)
        look()
      }),
    kill: (signal) => child.kill(signal),
    ended,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL")
      await ended
    },
  }
}

/** Runs `ligature serve` and kills it so many milliseconds later, most likely while it is still opening its folder. */
export async function killWhileStarting(data: string, ms: number): Promise<Ended> {
  await ensureBuilt()
  const child = spawnLigature(["serve", "--port", "0", "--data", data], {})
  setTimeout(() => child.kill("SIGKILL"), ms)
  return endOf(child).ended
}

type Child = ChildProcessByStdio<null, Readable, Readable>

function spawnLigature(args: readonly string[], { env = {}, shell, command = LIGATURE }: LigatureOptions): Child {
  const run = [process.execPath, command, ...args]
  const [file = "", ...rest] = shell === undefined ? run : ["bash", "-c", `${shell}; exec "$@"`, "bash", ...run]
  return spawn(file, rest, { env: { PATH: process.env["PATH"], ...env }, stdio: ["ignore", "pipe", "pipe"] })
}

function endOf(child: Child): { ended: Promise<Ended>; said: { stdout: string; stderr: string } } {
  const said = { stdout: "", stderr: "" }
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text: string) => {
      said[stream] += text
    })
  }
  const ended = once(child, "close").then(([code, signal]): Ended => ({
    code,
    signal,
    ...said,
  }))
  return { ended, said }
}
