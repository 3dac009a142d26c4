import { spawn } from "node:child_process"
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"

const CLOCK_TICKS_PER_SECOND = 100

/** How a server frames the y-protocols messages it speaks. */
export type Dialect = "y-websocket" | "hocuspocus" | "relay"

export interface Contestant {
  readonly name: string
  readonly dialect: Dialect
  /** Where documents are: the document's name is appended. */
  readonly path: string
  readonly command: (port: number, folder: string) => readonly string[]
}

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

function ligature(port: number, folder: string): readonly string[] {
  return [file("../apps/sync-server/bin/ligature.js"), "serve", "--port", String(port), "--data", folder]
}

export const LIGATURE: Contestant = { name: "ligature", dialect: "y-websocket", path: "/sync/", command: ligature }

/** Ligature first; ratios are against it. */
export const CONTESTANTS: readonly Contestant[] = [
  LIGATURE,
  {
    name: "y-websocket + LevelDB",
    dialect: "y-websocket",
    path: "/",
    command: (port, folder) => [file("peers/y-websocket.js"), String(port), folder],
  },
  {
    name: "Hocuspocus + SQLite",
    dialect: "hocuspocus",
    path: "/",
    command: (port, folder) => [file("peers/hocuspocus.js"), String(port), folder],
  },
  { name: "ws relay (floor)", dialect: "relay", path: "/", command: (port) => [file("peers/relay.js"), String(port)] },
]

/** A contestant's server as a process of its own. */
export interface RunningServer {
  readonly address: string
  /** CPU seconds, user and system, since the process began, from the operating system. */
  cpuSeconds(): number
  /** The highest resident set so far, bytes. */
  peakBytes(): number
  stop(): Promise<void>
}

/** Starts a contestant on a free port with its data in `folder`; resolves when it says it is ready. */
export async function startContestant(
  contestant: Contestant,
  folder: string,
  flags: readonly string[] = [],
): Promise<RunningServer> {
  const command = [...contestant.command(0, folder), ...flags]
  const child = spawn(process.execPath, command, { stdio: ["ignore", "pipe", "inherit"] })
  const pid = child.pid
  if (pid === undefined) throw new Error(`${contestant.name} did not start`)
  let address: string | undefined
  for await (const line of createInterface({ input: child.stdout })) {
    address = /http:\/\/\S+?(?=\/?$|\s)/.exec(line)?.[0]
    if (address !== undefined) break
  }
  if (address === undefined) throw new Error(`${contestant.name} ended before it was ready`)
  child.stdout.resume()
  return {
    address: address.replace("http:", "ws:") + contestant.path,
    cpuSeconds: () => cpuSeconds(pid),
    peakBytes: () => peakBytes(pid),
    stop: async () => {
      const ended = once(child, "exit")
      child.kill("SIGTERM")
      await ended
    },
  }
}

/** proc_pid_stat(5): utime and stime are fields 14 and 15; the command in field 2 may hold spaces. */
function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_PER_SECOND
}

/** proc_pid_status(5): VmHWM, in kB. */
function peakBytes(pid: number): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? Number.NaN) * 1024
}
