import type { Server } from "node:http"
import { join } from "node:path"
import { setTimeout as wait } from "node:timers/promises"
import { systemClock, type Clock } from "@ligature/protocol"
import { StoreError, type DocumentStore } from "@ligature/store"
import { type LevelStore, openLevelStore } from "@ligature/store-level"
import { openAuthority } from "./auth/authority.ts"
import { openSessionsFile } from "./auth/sessions-file.ts"
import { attach, type Attached } from "./attach.ts"
import { ConfigError } from "./config-error.ts"
import { openDocuments } from "./documents/open-documents.ts"
import { keepRelease } from "./earlier-release.ts"
import type { ServerConfig } from "./config.ts"
import { keepHistory } from "./history/history-keeper.ts"
import { historySource } from "./history/history-source.ts"
import { hostNames } from "./host-names.ts"
import { createHttpApp } from "./http-app.ts"
import { Admissions, type TurnedAway } from "./limits/admissions.ts"
import { listenFailure } from "./listen-failure.ts"
import { readinessOf } from "./readiness.ts"
import { DEFAULT_SERVER_LIMITS, type ServerLimits } from "./server-limits.ts"
import { silentLog, type ServerLog } from "./server-log.ts"
import { openOperations } from "./operations/operations.ts"
import { tellAll } from "./operations/entrance-observer.ts"
import { openWebhooks } from "./webhooks/open-webhooks.ts"
import { trackSilentConnections } from "./silent-connections.ts"
import { isSyncPath } from "./sync-request.ts"
import { CertificateError } from "./tls/certificate.ts"
import { TlsServers } from "./tls/tls-server.ts"
import { warmUp } from "./warm-up.ts"
import { WEB_APP_FOLDER } from "./web-app.ts"

/** New sockets that may wait to be accepted: when a full server comes back, thousands do at once. The system may allow fewer. */
const BACKLOG = 4096

export interface RunningServer {
  /** Where it listens, with the port that was picked. */
  readonly address: URL
  /** Where metrics are served; null if nowhere. */
  readonly metricsPort: number | null
  /** Takes up the certificate files as they are now; with bad ones the old stay in use, and the log says why. */
  reloadCertificate(): Promise<void>
  /**
   * Stops accepting, says 1012 to everybody, stores what is under way, closes the store. Calling it again gives the same
   * promise. `unstored` names the documents of which something could not be stored.
   */
  close(): Promise<{ readonly unstored: readonly string[] }>
}

/** What may be given instead of what the config says; given parts belong to the server from then on. */
export interface ServerParts {
  readonly store?: DocumentStore
  readonly log?: ServerLog
  readonly webFolder?: string
  readonly limits?: Partial<ServerLimits>
  readonly clock?: Clock
}

/**
 * Starts the whole server: store, rooms, sync endpoint, web app.
 * @throws {StoreError | ConfigError} when it cannot; nothing is left open then
 */
export async function startServer(config: ServerConfig, parts: ServerParts = {}): Promise<RunningServer> {
  const log = parts.log ?? silentLog
  const clock = parts.clock ?? systemClock
  const limits = { ...DEFAULT_SERVER_LIMITS, ...config.limits.server, ...parts.limits }
  const tls = config.tls === null ? null : await openTls(config.tls, log)
  const { store, level } = await storeFor(config, parts, log)
  const stopLogging = store.onHealth((health) => {
    if (health.state === "failing") log.error({ err: health.cause }, "the store cannot be written; retrying")
    if (health.state === "ok") log.info("the store can be written again")
  })

  let isDraining = false
  const operations = await openOperations({ config, store, level, clock, log }).catch(closing(store))
  const boundTo = { boundTo: config.host, publicUrl: config.publicUrl, allowedOrigins: config.allowedOrigins }
  const hosts = hostNames(boundTo)
  const authority = openAuthority({ store, config: config.auth, hosts, clock, log })
  const sessionsFile = parts.store === undefined ? openSessionsFile(config.data, log) : null
  await sessionsFile?.restore(authority.sessions)
  const data = level === null ? null : config.data
  const webhooks = await openWebhooks({ config: config.webhooks, data, clock, log })
  const documents = await openDocuments({
    config,
    rooms: () => sync.rooms,
    store,
    level,
    clock,
    log,
    audit: (entry) => operations.audit(entry),
    tell: (type, document) => webhooks.tell(type, document),
  })
  const { historyMs } = config.documents
  const historyKeeper = level === null || historyMs === Infinity ? null : keepHistory({ store: level, clock, log })
  const { trustedProxies, documents: documentLimits } = config.limits
  const onTurnedAway = (reason: TurnedAway): void => operations.turnedAway(reason)
  const admissions = new Admissions({ limits, trustedProxies, clock, onTurnedAway })
  const webFolder = parts.webFolder ?? WEB_APP_FOLDER
  const earlierRelease = data === null ? null : join(data, "app")
  const http = createHttpApp({
    admissions,
    tls,
    sync: (request, answer) => sync.handleRequest(request, answer),
    hosts,
    authority,
    store,
    documents,
    history: historySource(level, { clock, audit: (entry) => operations.audit(entry), keepMs: historyMs }),
    audit: (entry) => operations.audit(entry),
    readiness: () => readinessOf(store, { isDraining, loadsAreFailing: operations.loadsAreFailing }),
    webFolder,
    earlierRelease,
    frameAncestors: config.frameAncestors,
    limits,
    log,
  })
  const on = { rooms: tellAll(operations.rooms, webhooks.rooms), entrance: operations.entrance }
  const sync = attach({
    server: http.server,
    store,
    authority,
    clock,
    log,
    limits,
    admissions,
    documentLimits,
    on,
    ...boundTo,
  })
  admissions.watch(http.server)
  answerOtherUpgrades(http.server)
  const cutSilentConnections = trackSilentConnections(http.server)
  try {
    await warmUp(store)
    await http.listen({ port: config.port, host: config.host, backlog: BACKLOG })
    await operations.start(() => sync.rooms)
  } catch (cause) {
    await operations.close()
    await historyKeeper?.close()
    await documents.close()
    await webhooks.close()
    await sync.close()
    await http.close()
    await store.close()
    if (cause instanceof ConfigError) throw cause
    throw new ConfigError("CANNOT_LISTEN", listenFailure(config, cause), { cause })
  }

  const keeping = earlierRelease === null ? null : keepForOpenPages(join(webFolder, "assets"), earlierRelease, log)
  let closed: Promise<{ readonly unstored: readonly string[] }> | null = null
  return {
    address: addressOf(http.server, config),
    metricsPort: operations.metricsPort,
    reloadCertificate: async () => tls?.reload(),
    close() {
      isDraining = true
      closed ??= stop()
      return closed
    },
  }

  async function stop(): Promise<{ readonly unstored: readonly string[] }> {
    const doneForgetting = historyKeeper?.close()
    try {
      const stoppedListening = http.close()
      cutSilentConnections()
      return await shutDown(stoppedListening, sync, store, limits)
    } finally {
      await keeping
      await doneForgetting
      await operations.close()
      await documents.close()
      await webhooks.close()
      await sessionsFile?.save(authority.sessions)
      stopLogging()
    }
  }
}

/** A disk that is full is no reason not to start. */
async function keepForOpenPages(assets: string, folder: string, log: ServerLog): Promise<void> {
  try {
    await keepRelease(assets, folder)
  } catch (error) {
    log.warn(
      { err: error },
      "the page's files could not be kept for after the next upgrade; open pages will have to reload then",
    )
  }
}

/** @throws {ConfigError} when there is no certificate that can be used */
async function openTls(files: NonNullable<ServerConfig["tls"]>, log: ServerLog): Promise<TlsServers> {
  try {
    return await TlsServers.open(files, log)
  } catch (cause) {
    if (cause instanceof CertificateError) throw new ConfigError("BAD_CONFIG", cause.message, { cause })
    throw cause
  }
}

/** Nothing is left open when the server does not start. */
function closing(store: DocumentStore): (cause: unknown) => Promise<never> {
  return async (cause) => {
    await store.close()
    throw cause
  }
}

async function storeFor(
  config: ServerConfig,
  parts: ServerParts,
  log: ServerLog,
): Promise<{ readonly store: DocumentStore; readonly level: LevelStore | null }> {
  if (parts.store !== undefined) return { store: parts.store, level: null }
  const store = await openLevelStore(config.data, { retentionMs: config.documents.historyMs })
  store.onReport(({ kind, document, cause }) => {
    if (kind === "quarantined") log.error({ document, err: cause }, "a document is damaged and out of use")
    else log.warn({ document, err: cause }, "a document could not be compacted; its log stays as it is")
  })
  return { store, level: store }
}

/** @param stoppedListening resolves when the last connection is gone, so it is awaited last */
async function shutDown(
  stoppedListening: PromiseLike<unknown>,
  sync: Attached,
  store: DocumentStore,
  limits: ServerLimits,
): Promise<{ unstored: readonly string[] }> {
  const unstored = new Set<string>()
  const left = sync.close().then((result) => result.unstored.forEach((document) => unstored.add(document)))
  // Rooms wait for the store. One that takes no writes is closed under them: that makes it try a last time.
  if (store.health.state === "ok") {
    const enough = new AbortController()
    // Not the clock's timer: with nothing else under way that one would let the process end here, half done.
    await Promise.race([left, wait(limits.shutdownMs, undefined, { signal: enough.signal }).catch(() => {})])
    enough.abort()
  }
  try {
    await store.close()
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    for (const document of error.documents) unstored.add(document)
  }
  await left
  await stoppedListening
  return { unstored: [...unstored] }
}

/** Node hands every upgrade to the listeners and forgets it: what is not ours must be answered all the same. */
function answerOtherUpgrades(server: Server): void {
  server.on("upgrade", (request, socket) => {
    if (!isSyncPath(request)) socket.end("HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
  })
}

function addressOf(server: Server, { host, tls }: ServerConfig): URL {
  const address = server.address()
  if (address === null || typeof address === "string") throw new TypeError(`a TCP server has no address ${address}`)
  const { port } = address
  return new URL(`${tls === null ? "http" : "https"}://${host.includes(":") ? `[${host}]` : host}:${port}`)
}
