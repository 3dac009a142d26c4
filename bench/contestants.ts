import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"

/** Whoever is not ready by then will never be. */
const READY_MS = 60_000
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

/** Thousands come from one address here, and scripts type faster than people; the peers count nothing of that. */
const LIMITS = {
  sockets: 100_000,
  "sockets-per-address": 100_000,
  connections: 100_000,
  "connections-per-address": 100_000,
  "handshake-burst": 1_000_000,
  "new-document-burst": 1_000_000,
  "message-burst": 10_000_000,
}

function ligature(port: number, folder: string): readonly string[] {
  const limits = Object.entries(LIMITS).flatMap(([name, value]) => ["--limit", `${name}=${value}`])
  return [file("../apps/sync-server/bin/ligature.js"), "serve", "--port", String(port), "--data", folder, ...limits]
}

export const LIGATURE: Contestant = { name: "ligature", dialect: "y-websocket", path: "/sync/", command: ligature }

/** Who stores what it gets. Ligature first; ratios are against it. */
export const STORING: readonly Contestant[] = [
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
]

/** The least that a server in Node can do: nothing but passing frames on. */
const RELAY: Contestant = {
  name: "ws relay (floor)",
  dialect: "relay",
  path: "/",
  command: (port) => [file("peers/relay.js"), String(port)],
}

export const CONTESTANTS: readonly Contestant[] = [...STORING, RELAY]

/** A contestant's server as a process of its own. */
export interface RunningServer {
  readonly address: string
  /** CPU seconds, user and system, since the process began, from the operating system. */
  cpuSeconds(): number
  /** The highest resident set so far, bytes. */
  peakBytes(): number
  /** The resident set now, bytes. */
  residentBytes(): number
  stop(): Promise<void>
  /** The power goes, as far as the process can tell: SIGKILL. */
  kill(): Promise<void>
}

/** How a contestant is started, beside its own command. */
export interface StartOptions {
  readonly flags?: readonly string[]
  /** Of Node, not of the contestant. */
  readonly nodeFlags?: readonly string[]
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>
}

/** Starts a contestant on a free port with its data in `folder`; resolves when it says it is ready. */
export async function startContestant(
  contestant: Contestant,
  folder: string,
  { flags = [], nodeFlags = [], env = {} }: StartOptions = {},
): Promise<RunningServer> {
  const command = [...nodeFlags, ...contestant.command(0, folder), ...flags]
  const child = spawn(process.execPath, command, {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ...env },
  })
  const pid = child.pid
  if (pid === undefined) throw new Error(`${contestant.name} did not start`)
  const deadline = setTimeout(() => child.kill("SIGKILL"), READY_MS)
  let address: string | undefined
  for await (const line of createInterface({ input: child.stdout })) {
    address = /http:\/\/\S+?(?=\/?$|\s)/.exec(line)?.[0]
    if (address !== undefined) break
  }
  clearTimeout(deadline)
  if (address === undefined) throw new Error(`${contestant.name} ended before it was ready`)
  child.stdout.resume()
  return {
    address: address.replace("http:", "ws:") + contestant.path,
    cpuSeconds: () => cpuSeconds(pid),
    peakBytes: () => statusBytes(pid, "VmHWM"),
    residentBytes: () => statusBytes(pid, "VmRSS"),
    stop: () => end(child, "SIGTERM"),
    kill: () => end(child, "SIGKILL"),
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, "exit")
  child.kill(signal)
  await ended
}

/** proc_pid_stat(5): utime and stime are fields 14 and 15; the command in field 2 may hold spaces. */
function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_PER_SECOND
}

/** proc_pid_status(5): sizes are in kB. */
function statusBytes(pid: number, field: "VmHWM" | "VmRSS"): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8")
  return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1] ?? Number.NaN) * 1024
}
