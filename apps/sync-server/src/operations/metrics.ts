import { CLOSE, closeRule } from "@ligature/protocol"
import type { RoomsObserver, RoomsStats, Session } from "@ligature/room"
import { type DocumentStore, StoreError } from "@ligature/store"
import type { StoreCommit } from "@ligature/store-level"
import {
  type CollectFunction as CollectInto,
  collectDefaultMetrics,
  Counter,
  Gauge,
  Histogram,
  Registry,
} from "prom-client"
import type { TurnedAway } from "../limits/admissions.ts"
import type { EntranceObserver } from "./entrance-observer.ts"

/** What Prometheus scrapes. What can be asked for is asked for at each scrape; what happens is counted, a few additions a commit batch. */
export interface Metrics {
  readonly rooms: RoomsObserver
  readonly entrance: EntranceObserver
  /** From now on gauges tell what this says. */
  watch(stats: () => RoomsStats): void
  /** In the text format of Prometheus. */
  text(): Promise<string>
  readonly contentType: string
  /** The store has written a batch. */
  stored(commit: StoreCommit): void
  /** Somebody was turned away without a close code. */
  turnedAway(reason: TurnedAway): void
  /** An entry of the audit log was given up. */
  auditLost(entries: number): void
}

/** @param process also event-loop delay, memory, file descriptors: what Node dashboards know; there is one process */
export function createMetrics(store: DocumentStore, o: { readonly process: boolean }): Metrics {
  const registry = new Registry()
  const registers = [registry]
  if (o.process) collectDefaultMetrics({ register: registry })
  const counter = (name: string, help: string, ...labelNames: string[]): Counter =>
    new Counter({ name: `ligature_${name}_total`, help, labelNames, registers })
  const histogram = (name: string, help: string, buckets: number[]): Histogram =>
    new Histogram({ name: `ligature_${name}`, help, buckets, registers })

  let stats = noStats
  const gauge = (name: string, help: string, labelNames: string[], collect: CollectInto<Gauge>): Gauge =>
    new Gauge({ name: `ligature_${name}`, help, labelNames, registers, collect })
  for (const [name, field, help] of GAUGES) {
    gauge(name, help, [], function collect() {
      this.set(stats()[field])
    })
  }
  gauge("store_failing", "1 while the store takes no writes", [], function collect() {
    this.set(store.health.state === "ok" ? 0 : 1)
  })
  gauge("documents", "Documents in the store by state", ["state"], async function collect() {
    try {
      const { documents, quarantined, removed } = await store.statistics()
      this.set({ state: "live" }, documents - quarantined)
      this.set({ state: "quarantined" }, quarantined)
      this.set({ state: "removed" }, removed)
    } catch (error) {
      // The last numbers stand; ligature_store_failing says why they are old.
      if (!(error instanceof StoreError)) throw error
    }
  })
  const updates = counter("updates", "Updates that are on disk")
  const updateBytes = counter("update_bytes", "Bytes of updates that are on disk")
  const commitSeconds = histogram(
    "commit_seconds",
    "One batch of the store, of all documents: write and fsync",
    SECONDS,
  )
  const commitWrites = histogram("commit_writes", "Appends and other changes in one batch of the store", BATCH)
  const appendSeconds = histogram("append_seconds", "From a document's append until it is on disk", SECONDS)
  const appendUpdates = histogram("append_updates", "Updates in one append of a document", BATCH)
  const closes = counter("closes", "Connections that ended, by close code; peer: the other side went", "code")
  const refusals = counter("refusals", "Connections and requests that were sent away, by reason", "reason")
  const loadFailures = counter("load_failures", "Documents that could not be read", "code")
  const salvages = counter("salvages", "Damaged documents that were opened read-only")
  const faults = counter("faults", "Messages that met a fault of the server")
  const slowReaders = counter("slow_readers", "Readers that took nothing and were cut off")
  const unknownMessages = counter("unknown_messages", "Messages of an unknown number, passed over")
  const auditLost = counter("audit_lost", "Entries that the audit log could not be given")
  const closed = new WeakSet<Session>()

  return {
    rooms: {
      committed(_document, batch) {
        updates.inc(batch.updates)
        updateBytes.inc(batch.bytes)
        appendSeconds.observe(batch.ms / 1000)
        appendUpdates.observe(batch.updates)
      },
      sessionClosed(_document, session, { code }) {
        closed.add(session)
        closes.inc({ code })
        if (!ORDERLY.has(code)) refusals.inc({ reason: closeRule(code).name })
      },
      loadFailed: (_document, error) => loadFailures.inc({ code: error instanceof StoreError ? error.code : "FAULT" }),
      salvaged: () => salvages.inc(),
      fault: () => faults.inc(),
      slowReaderTerminated(_document, session) {
        closed.add(session)
        slowReaders.inc()
        closes.inc({ code: CLOSE.abnormal })
      },
      unknownMessage: () => unknownMessages.inc(),
    },
    entrance: {
      refused({ code }) {
        closes.inc({ code })
        if (!ORDERLY.has(code)) refusals.inc({ reason: closeRule(code).name })
      },
      left: (session) => closed.has(session) || closes.inc({ code: "peer" }),
    },
    watch(source) {
      stats = source
    },
    stored({ writes, ms }) {
      commitSeconds.observe(ms / 1000)
      commitWrites.observe(writes)
    },
    turnedAway: (reason) => refusals.inc({ reason }),
    text: () => registry.metrics(),
    contentType: registry.contentType,
    auditLost: (entries) => auditLost.inc(entries),
  }
}

/** Nobody did anything wrong. */
const ORDERLY: ReadonlySet<number> = new Set([CLOSE.normal, CLOSE.goingAway, CLOSE.restart])
/** From a fast disk to one that stalls. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const BATCH = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]

const GAUGES = [
  ["connections", "sessions", "Connections that are in a room"],
  ["rooms", "rooms", "Documents that are open"],
  ["rooms_opening", "opening", "Documents that are being read"],
  ["rooms_closing", "closing", "Documents that wait for their last writes"],
  ["unstored_bytes", "unstoredBytes", "Bytes accepted and not on disk yet"],
  ["buffered_bytes", "bufferedBytes", "Bytes that wait for readers to take them"],
  ["cached_bytes", "cachedBytes", "Bytes of documents kept for those who join next"],
] as const satisfies readonly (readonly [string, keyof RoomsStats, string])[]

/** Before there are rooms. */
function noStats(): RoomsStats {
  return { rooms: 0, opening: 0, closing: 0, sessions: 0, unstoredBytes: 0, cachedBytes: 0, bufferedBytes: 0 }
}
