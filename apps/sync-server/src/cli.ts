// What `ligature` runs. The only place that touches the process: arguments, environment, signals, exit code.
import { PerformanceObserver } from "node:perf_hooks"
import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8"
import { systemClock } from "@ligature/protocol"
import { StoreError } from "@ligature/store"
import { CommanderError } from "commander"
import { ligatureCommand } from "./command.ts"
import type { DataActions } from "./commands/data-commands.ts"
import { openTerminal } from "./commands/terminal.ts"
import type { TokenInput } from "./commands/token.ts"
import { ConfigError } from "./config-error.ts"
import { readConfig, type ConfigInput } from "./config.ts"
import { isLoopback } from "./host-names.ts"
import { type ServerLog, stderrLog } from "./server-log.ts"
import type { RunningServer } from "./start-server.ts"

/** Bad use, as shells have it. */
const BAD_USE = 2
const FAILED = 1
/** What V8's young generation may be, of which there are two. */
const YOUNG_BYTES = 8 * 1024 * 1024
/** Those with a help page of their own beside that of `serve`. */
const COMMANDS: ReadonlySet<string> = new Set([
  "check",
  "backup",
  "restore",
  "compact",
  "export",
  "token",
  "limits",
  "quarantine",
  "import-y-leveldb",
])

try {
  await ligatureCommand({ serve, token, limits, ...dataActions() }).parseAsync(process.argv)
} catch (error) {
  reportFailure(error)
}

async function serve(input: ConfigInput): Promise<void> {
  const config = readConfig({ ...input, ...secretOfEnvironment() })
  keepHeapSmall()
  const log = stderrLog(config.logLevel)
  const started = obeySignals({ hasCertificate: config.tls !== null, log })
  // Only now: help and bad use need none of what the server is made of.
  const { startServer } = await import("./start-server.ts")
  keepYoungGenerationSmall()
  const server = await startServer(config, { log })
  started(server)
  if (!isLoopback(config.host) && config.auth.mode === "open") {
    log.warn(
      { host: config.host },
      config.tls === null
        ? "anyone who reaches this machine and has a link can read and write; opening offline needs https"
        : "anyone who reaches this machine and has a link can read and write",
    )
  }
  process.stdout.write(`Ligature is ready at ${server.address.origin}\n`)
}

/**
 * Left to itself V8 lets the heap grow to twice and more of what is alive before it looks for garbage. After a thousand people have come at
 * once, most of what it holds is what their handshakes left behind: collecting at 40 % more saves about two fifths of that, for some
 * processor time while they come.
 */
function keepHeapSmall(): void {
  setFlagsFromString("--heap-growing-percent=40")
}

/**
 * What is allocated goes through a young generation, which V8 doubles up to 16 MB and has twice: all of it becomes resident, whatever is alive. With 8 MB
 * the collector looks twice as often at half as much. The largest size can only be given when a process starts, so it is kept from doubling once it is
 * there, which it is when all modules are loaded.
 */
function keepYoungGenerationSmall(): void {
  if (keptYoungGeneration()) return
  const observer = new PerformanceObserver(() => {
    if (keptYoungGeneration()) observer.disconnect()
  })
  observer.observe({ entryTypes: ["gc"] })
}

/** False while it is smaller than it may be. */
function keptYoungGeneration(): boolean {
  const young = getHeapSpaceStatistics().find((space) => space.space_name === "new_space")
  if (young !== undefined && young.space_size < 2 * YOUNG_BYTES) return false
  setFlagsFromString("--semi-space-growth-factor=1")
  return true
}

async function limits(input: { readonly markdown?: boolean }): Promise<void> {
  const { listLimits } = await import("./commands/limits.ts")
  process.stdout.write(await listLimits(input))
}

async function token(input: TokenInput): Promise<void> {
  const { mintToken } = await import("./auth/mint-token.ts")
  const minted = await mintToken({ ...input, ...secretOfEnvironment() }, systemClock)
  process.stdout.write(`${minted}\n`)
}

/** Read here and not as options: a command line is for everybody on the machine to see. */
function secretOfEnvironment(): { readonly tokenSecret?: string; readonly webhookSecret?: string } {
  const { LIGATURE_TOKEN_SECRET: tokenSecret = "", LIGATURE_WEBHOOK_SECRET: webhookSecret = "" } = process.env
  return { ...(tokenSecret === "" ? {} : { tokenSecret }), ...(webhookSecret === "" ? {} : { webhookSecret }) }
}

/** Each is loaded when it is asked for, and says by its exit code how it went. */
function dataActions(): DataActions {
  const terminal = openTerminal(process.stdout, process.stderr, () => performance.now())
  return {
    check: async (input) => exitWith(await (await import("./commands/check.ts")).check(input, terminal)),
    backup: async (input) => exitWith(await (await import("./commands/backup.ts")).backup(input, terminal)),
    restore: async (input) => exitWith(await (await import("./commands/restore.ts")).restore(input, terminal)),
    compact: async (input) => exitWith(await (await import("./commands/compact.ts")).compact(input, terminal)),
    export: async (input) => exitWith(await (await import("./commands/export.ts")).exportDocuments(input, terminal)),
    listQuarantine: async (input) =>
      exitWith(await (await import("./commands/quarantine.ts")).listQuarantine(input, terminal)),
    releaseDocument: async (input) =>
      exitWith(await (await import("./commands/quarantine.ts")).releaseDocument(input, terminal)),
    importOldDocuments: async (input) =>
      exitWith(await (await import("./commands/import-y-leveldb.ts")).importOldDocuments(input, terminal)),
  }
}

/** When everything has been written. */
function exitWith(code: number): void {
  process.exitCode = code
}

/**
 * The first signal stops the server in order, the second at once, as does one before the server has started: nothing has been promised to
 * anybody then. SIGHUP reads the certificate again. A service manager that reloads a server without one must not end it; a terminal that goes does.
 *
 * @returns to be told when the server has started
 */
function obeySignals(o: {
  readonly hasCertificate: boolean
  readonly log: ServerLog
}): (server: RunningServer) => void {
  let running: RunningServer | null = null
  let isStopping = false
  let hungUpEarly = false
  const stop = (signal: "SIGTERM" | "SIGINT" | "SIGHUP"): void => {
    if (isStopping || running === null) process.exit(EXIT_BY[signal])
    isStopping = true
    running.close().then(
      ({ unstored }) => endWith(unstored),
      (error: unknown) => {
        reportFailure(error)
        endAfterLastWords("", FAILED)
      },
    )
  }
  const hangUp = (): void => {
    const hasTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY
    if (!o.hasCertificate && hasTerminal) stop("SIGHUP")
    else if (!o.hasCertificate) o.log.info("there is no certificate to read again; settings are read at the start only")
    else if (running === null) hungUpEarly = true
    else void running.reloadCertificate()
  }
  process.on("SIGTERM", stop)
  process.on("SIGINT", stop)
  process.on("SIGHUP", hangUp)
  return (server) => {
    running = server
    if (hungUpEarly) void server.reloadCertificate()
  }
}

/** As shells have it: 128 and the signal's number. */
const EXIT_BY = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const

/** @param unstored documents whose last changes could not be stored */
function endWith(unstored: readonly string[]): void {
  if (unstored.length === 0) return endAfterLastWords("", 0)
  return endAfterLastWords(
    `Not everything could be stored before the end; the last changes of these documents are only with those who wrote them: ${unstored.join(", ")}.\n`,
    FAILED,
  )
}

/** Ending before they have left would swallow the one line that matters. */
function endAfterLastWords(words: string, code: number): void {
  process.stderr.write(words, () => process.exit(code))
}

/** One sentence for what a person can put right; everything else is ours and keeps its stack. */
function reportFailure(error: unknown): void {
  process.exitCode = error instanceof CommanderError ? error.exitCode && BAD_USE : FAILED
  if (error instanceof CommanderError) {
    // Help and version end by an error too, with exit code 0, and have said what they had to say.
    if (error.exitCode !== 0 && error.code !== "commander.help") process.stderr.write(`${sentenceOf(error)}\n`)
  } else if (error instanceof ConfigError || error instanceof StoreError) {
    process.exitCode = error instanceof ConfigError && error.code !== "CANNOT_LISTEN" ? BAD_USE : FAILED
    process.stderr.write(`${error.message}\n`)
  } else {
    const details = error instanceof Error ? error.stack : String(error)
    process.stderr.write(`Ligature stopped over a fault of its own: ${details}\n`)
  }
}

/** "error: unknown option '--prot'\n(Did you mean --port?)" reads better as a sentence. */
function sentenceOf(error: CommanderError): string {
  const [fault = "", hint = ""] = error.message.replace(/^error: /, "").split("\n")
  const sentence = fault.charAt(0).toUpperCase() + fault.slice(1)
  const command = COMMANDS.has(process.argv[2] ?? "") ? process.argv[2] : "serve"
  return `${sentence.replace(/\.?$/, ".")} ${hint === "" ? "" : `${hint} `}See \`ligature ${command} --help\`.`
}
