import type { Clock } from "@ligature/protocol"
import type { Rooms, RoomsObserver } from "@ligature/room"
import type { DocumentStore } from "@ligature/store"
import type { LevelStore } from "@ligature/store-level"
import { ConfigError } from "../config-error.ts"
import type { ServerConfig } from "../config.ts"
import type { TurnedAway } from "../limits/admissions.ts"
import type { ServerLog } from "../server-log.ts"
import { auditOfEntrance } from "./audit-of-entrance.ts"
import { type AuditEntry, type AuditLog, openAuditLog } from "./audit-log.ts"
import { controlRoutes } from "./control-routes.ts"
import { openControlSocket } from "./control-socket.ts"
import { type EntranceObserver, tellAll } from "./entrance-observer.ts"
import { LoadWatch } from "./load-watch.ts"
import { logOfEntrance } from "./log-of-entrance.ts"
import { createMetrics } from "./metrics.ts"
import { listenForScrapes } from "./metrics-listener.ts"

/** How a host watches and steers a running server. */
export interface Operations {
  /** What rooms tell, for metrics and readiness. */
  readonly rooms: RoomsObserver
  /** What the entrance tells, for metrics, audit and logs. */
  readonly entrance: EntranceObserver
  /** Documents cannot be read at the moment, for a reason that is not theirs. */
  readonly loadsAreFailing: boolean
  /** Where metrics are served; null if nowhere. */
  readonly metricsPort: number | null
  /** Counts somebody who was turned away before anybody looked at them. */
  turnedAway(reason: TurnedAway): void
  /** Notes an action in the audit log, if one is kept. Never throws, never waits. */
  audit(entry: AuditEntry): void
  /** Lets commands and scrapers in. */
  start(rooms: () => Pick<Rooms, "stats" | "reopenDocument">): Promise<void>
  close(): Promise<void>
}

/** @throws {ConfigError} when the audit log cannot be opened */
export async function openOperations(o: {
  readonly config: ServerConfig
  readonly store: DocumentStore
  /** The store in the data folder; null when the server was given another one, which commands cannot name. */
  readonly level: LevelStore | null
  readonly clock: Clock
  readonly log: ServerLog
}): Promise<Operations> {
  const { config, log, clock } = o
  const metrics = createMetrics(o.store, { process: config.operations.metrics !== null })
  o.level?.onCommit((commit) => metrics.stored(commit))
  const loads = new LoadWatch(clock)
  const audit = config.operations.audit === null ? null : await openAudit(config.operations.audit)
  const open: AsyncDisposable[] = []
  let metricsPort: number | null = null

  async function openAudit(options: NonNullable<ServerConfig["operations"]["audit"]>): Promise<AuditLog> {
    try {
      return await openAuditLog({
        ...options,
        clock,
        onTrouble: (error) =>
          error === null
            ? log.info("the audit log can be written again")
            : log.error({ err: error }, "the audit log cannot be written; entries wait"),
        onLost: (entries) => metrics.auditLost(entries),
      })
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new ConfigError("BAD_CONFIG", `The audit log ${options.file} cannot be written (${reason}).`, { cause })
    }
  }

  return {
    rooms: tellAll(metrics.rooms, loads.rooms),
    entrance: tellAll(
      metrics.entrance,
      loads.entrance,
      logOfEntrance(log),
      ...(audit === null ? [] : [auditOfEntrance(audit)]),
    ),
    get loadsAreFailing() {
      return loads.isFailing
    },
    get metricsPort() {
      return metricsPort
    },
    turnedAway: (reason) => metrics.turnedAway(reason),
    audit: (entry) => audit?.record(entry),
    async start(rooms) {
      metrics.watch(() => rooms().stats())
      if (config.operations.metrics !== null) {
        const listener = await listenForScrapes({ ...config.operations.metrics, metrics, log })
        open.push(listener)
        metricsPort = listener.port
        log.info({ host: config.operations.metrics.host, port: metricsPort }, "metrics are served")
      }
      if (o.level !== null) {
        const routes = controlRoutes({
          store: o.level,
          reopen: (document) => rooms().reopenDocument(document, "it was released from quarantine"),
          audit: (entry) => audit?.record(entry),
        })
        open.push(await openControlSocket({ data: config.data, routes, log }))
      }
    },
    async close() {
      for (const one of open.splice(0)) await one[Symbol.asyncDispose]()
      await audit?.close()
    },
  }
}
