import type { Clock, Millis } from "@ligature/protocol"
import {
  type Append,
  checkAppend,
  checkDocument,
  checkListOptions,
  type DocumentState,
  type DocumentStore,
  type DocumentSummary,
  isReserved,
  type ListOptions,
  type PrefixReplacement,
  StoreError,
  type StoredRecord,
  type StoreHealth,
  type StoreStatistics,
} from "@ligature/store"
import { AbsentDocuments } from "./absent-documents.ts"
import { type ArchiveSegment, decodeArchiveSegment } from "./archive-segment.ts"
import { recordsOf } from "./batch.ts"
import { CommitLoop, type Operation, type StoreCommit } from "./commit-loop.ts"
import { type CompactionOptions, Compactor } from "./compactor.ts"
import type { HistoryEntry, StoredHistory } from "./document-history.ts"
import { type Database, type DatabaseFolder, entriesOf, type Reading, type Snapshot } from "./database.ts"
import { forgetHistory } from "./forget-history.ts"
import { endLifetime } from "./lifetime.ts"
import { liftOperation, releaseOperation } from "./release-operation.ts"
import { documentOf, rangeOf, rangeOfAll } from "./keys.ts"
import {
  appendOperation,
  type PrefixFacts,
  quarantineOperation,
  removeOperation,
  replaceOperation,
} from "./operations.ts"
import { Historian } from "./historian.ts"
import { codesOf } from "./open-error.ts"
import { type Marker, type RecordPayload, type Summary, type Totals, unsealSummary } from "./payloads.ts"
import { readPages, readRows, readSummary, refuseRemoved } from "./read-records.ts"
import { readSoundPieces, remainsOf } from "./salvage.ts"
import { Damage, unseal } from "./sealed-value.ts"
import { type TrashedDocument, trashOperation, untrashOperation } from "./trash.ts"
import { type BackupSink, writeBackup, type WrittenBackup } from "./write-backup.ts"

/** A DocumentStore on LevelDB, with compaction, archive and reports. */
export interface LevelStore extends DocumentStore {
  /** Names the store in its folder; the same for ever. */
  readonly id: string
  /**
   * Merges the document's log into its checkpoint now; `false` when it has no log. Rejects with COMPACTION_FAILED (the
   * log stays as it was), and like `read`.
   */
  compact(document: string): Promise<boolean>
  /** The archive, oldest segment first: what was in the log before compactions, deleted text included. Fails like `read`. */
  readArchive(document: string): AsyncIterable<ArchiveSegment>
  /**
   * Who wrote and deleted how much when, oldest first: what archive and log tell. Rebuilt in a worker. Fails like `read`, and with
   * HISTORY_FAILED over a document that is too large for that.
   */
  history(document: string): Promise<readonly HistoryEntry[]>
  /**
   * The document as it was at a `time` of its history, as one update for a new document. Empty from before its first change. Fails like
   * `history`.
   */
  stateAt(document: string, time: Millis): Promise<Uint8Array>
  /**
   * Lets go of the document's history from before the retention time: text that had been deleted by then is gone for good. What was there then, or came
   * since, can be had back as before; who wrote and deleted when stays known. False when there was nothing to do. Fails like
   * `compact` and `history`.
   */
  forgetHistory(document: string): Promise<boolean>
  /**
   * Gives the sink a backup of everything as it is now, while others go on writing: the bytes of a backup file.
   * Fails with STORE_UNAVAILABLE and STORE_CLOSED; what the sink has by then is no backup. `time`: when it is made, in ms since 1970.
   */
  writeBackup(sink: BackupSink, time: Millis): Promise<WrittenBackup>
  /**
   * Puts a document into the trash: from now on it is as good as removed (DOCUMENT_REMOVED, state `removed`), and all of it is kept.
   * Resolves when that is durable; false for one that is not there, or there already.
   */
  trash(trashed: TrashedDocument): Promise<boolean>
  /** Takes a document out of the trash, as it was; false for one that is not in it. */
  untrash(document: string): Promise<boolean>
  /** What is in the trash. */
  readonly trashed: ReadonlyMap<string, TrashedDocument>
  /** The documents that were found damaged, and why. */
  readonly quarantined: ReadonlyMap<string, string>
  /**
   * Gives a damaged document back to readers and writers: as it is when it proves sound after all, else, `withLoss`, as what can still be
   * read of it, marked as recovering so that clients bring what they have. Rejects with STORE_DAMAGED when it is damaged and
   * no loss is allowed, or when nothing can be read. null for one that is not quarantined.
   */
  release(document: string, o: { withLoss: boolean; now: Millis }): Promise<"whole" | "with-loss" | null>
  /** Called for what nobody waits for and somebody should know; must not throw. Returns the way to stop. */
  onReport(listener: (report: StoreReport) => void): () => void
  /** Called after each durable batch, for metrics; must not throw. Returns the way to stop. */
  onCommit(listener: (commit: StoreCommit) => void): () => void
}

export type StoreReport =
  | { readonly kind: "quarantined"; readonly document: string; readonly cause: Error }
  /** The log stays as it is; `next`: not tried again before. */
  | { readonly kind: "compaction-failed"; readonly document: string; readonly cause: Error; readonly next: Millis }

export interface LevelStoreParts {
  readonly folder: DatabaseFolder
  readonly database: Database
  readonly marker: Marker
  readonly totals: Totals
  /** Documents that were found damaged, with the reason. */
  readonly quarantined: ReadonlyMap<string, string>
  readonly trash: ReadonlyMap<string, TrashedDocument>
  readonly clock: Clock
  readonly retentionMs: Millis
  readonly compaction: CompactionOptions | false
}

/** The port over the commit loop: what is read comes from snapshots, what is written goes through the loop. */
export class DocumentsInLevel implements LevelStore {
  readonly id: string
  readonly #path: string
  readonly #clock: Clock
  readonly #retentionMs: Millis
  readonly #commits: CommitLoop
  readonly #compactor: Compactor
  readonly #historian: Historian
  #closing: Promise<void> | null = null
  readonly #quarantined: Map<string, string>
  readonly #trash: Map<string, TrashedDocument>
  readonly #absent = new AbsentDocuments(MOST_ABSENT)
  readonly #reportListeners = new Set<(report: StoreReport) => void>()
  readonly #commitListeners = new Set<(commit: StoreCommit) => void>()

  constructor({
    folder,
    database,
    marker,
    totals,
    quarantined,
    trash,
    clock,
    retentionMs,
    compaction,
  }: LevelStoreParts) {
    this.id = marker.id
    this.#path = folder.path
    this.#clock = clock
    this.#retentionMs = retentionMs
    this.#quarantined = new Map(quarantined)
    this.#trash = new Map(trash)
    this.#compactor = new Compactor({
      ...(compaction === false ? {} : compaction),
      automatic: compaction !== false,
      archive: retentionMs > 0,
      clock,
      read: (document) => this.read(document),
      replace: (document, replacement, facts) => this.#replace(document, replacement, facts),
      onFailure: (document, cause, next) => this.#report({ kind: "compaction-failed", document, cause, next }),
    })
    this.#historian = new Historian(clock)
    this.#commits = new CommitLoop({
      folder,
      database,
      marker,
      totals,
      clock,
      onDamage: (document, damage) => {
        this.#quarantine(document, damage)
        return this.#quarantineError(document)
      },
      onCommit: (summaries, commit) => {
        this.#compactor.consider(summaries)
        for (const listener of this.#commitListeners) listener(commit)
      },
    })
  }

  async *read(document: string): AsyncIterable<StoredRecord> {
    checkDocument(document)
    yield* this.#records(document, (summary) => this.#compactor.wasRead(document, summary))
  }

  async *#records(document: string, onSummary?: (summary: Summary) => void): AsyncIterable<StoredRecord> {
    const read = (from: Reading, sought: Sought): AsyncIterable<StoredRecord[]> =>
      readPages(from, document, (summary) => {
        sought(summary)
        if (summary !== null) onSummary?.(summary)
      })
    for await (const page of this.#reading(document, read)) {
      for (const record of page) yield record
    }
  }

  async *salvage(document: string): AsyncIterable<StoredRecord> {
    checkDocument(document)
    this.#refuseTrashed(document)
    const database = await this.#commits.reading()
    const snapshot = database.snapshot()
    try {
      const { updates, archive, last } = await readSoundPieces(snapshot, document)
      const chunks = await this.#historian.salvage(updates, archive)
      for (const update of chunks) yield { kind: "checkpoint", ...last, update, author: null }
    } catch (error) {
      throw this.#unavailable(`What is left of document ${JSON.stringify(document)}`, error)
    } finally {
      await snapshot.close()
    }
  }

  async readRows(document: string): Promise<ReadonlyMap<string, Uint8Array>> {
    checkDocument(document)
    const read = (from: Reading, sought: Sought): AsyncIterable<Map<string, Uint8Array>> =>
      once(readRows(from, document, sought))
    for await (const rows of this.#reading(document, read)) return rows
    return new Map()
  }

  async *readArchive(document: string): AsyncIterable<ArchiveSegment> {
    checkDocument(document)
    yield* this.#reading(document, (snapshot) => readArchive(snapshot, document))
  }

  async history(document: string): Promise<readonly HistoryEntry[]> {
    const stored = await this.#storedHistory(document)
    return this.#rebuilt(document, this.#historian.entries(stored))
  }

  async stateAt(document: string, time: Millis): Promise<Uint8Array> {
    if (!Number.isFinite(time)) throw new RangeError(`time must be milliseconds since 1970, not ${time}`)
    const stored = await this.#storedHistory(document)
    return this.#rebuilt(document, this.#historian.stateAt(stored, time))
  }

  async forgetHistory(document: string): Promise<boolean> {
    checkDocument(document)
    return forgetHistory(document, {
      retentionMs: this.#retentionMs,
      now: this.#clock.now(),
      read: (read) => this.#readOnce(document, read),
      compact: () => this.compact(document),
      letGo: (job) => this.#rebuilt(document, this.#historian.letGo(job)),
      commit: (operation) => this.#commit(operation),
    })
  }

  async #readOnce<T>(document: string, read: (from: Reading) => Promise<T>): Promise<T> {
    for await (const value of this.#reading(document, (snapshot) => once(read(snapshot)))) return value
    throw new TypeError("a read of one value gave none")
  }

  async writeBackup(sink: BackupSink, time: Millis): Promise<WrittenBackup> {
    const database = await this.#commits.reading()
    const snapshot = database.snapshot()
    try {
      return await writeBackup(snapshot, this.#path, sink, time)
    } catch (error) {
      throw this.#unavailable("The snapshot for a backup", error)
    } finally {
      await snapshot.close()
    }
  }

  async trash(trashed: TrashedDocument): Promise<boolean> {
    const { document } = trashed
    const state = await this.state(document)
    if (state === "absent" || state === "removed") return false
    // At once, so that nothing comes behind it.
    this.#trash.set(document, trashed)
    try {
      await this.#commit(trashOperation(trashed))
    } catch (error) {
      this.#trash.delete(document)
      throw error
    }
    return true
  }

  async untrash(document: string): Promise<boolean> {
    if (!this.#trash.has(document)) return false
    await this.#commit(untrashOperation(document))
    return this.#trash.delete(document)
  }

  get trashed(): ReadonlyMap<string, TrashedDocument> {
    return this.#trash
  }

  get quarantined(): ReadonlyMap<string, string> {
    return this.#quarantined
  }

  async release(document: string, o: { withLoss: boolean; now: Millis }): Promise<"whole" | "with-loss" | null> {
    const reason = this.#quarantined.get(document)
    if (reason === undefined) return null
    const database = await this.#commits.reading()
    const snapshot = database.snapshot()
    try {
      if (await isSound(snapshot, document)) {
        await this.#commit(liftOperation(document))
        this.#quarantined.delete(document)
        return "whole"
      }
      const pieces = await readSoundPieces(snapshot, document)
      const chunks = o.withLoss ? await this.#historian.salvage(pieces.updates, pieces.archive) : []
      if (chunks.length === 0) {
        const why = o.withLoss ? "nothing can be read of it" : reason
        const message = `Document ${JSON.stringify(document)} in ${this.#path} is damaged (${why}), and stays quarantined; restore it from a backup.`
        throw new StoreError("STORE_DAMAGED", message, { documents: [document] })
      }
      await this.#commit(releaseOperation(document, await remainsOf(snapshot, document, { ...pieces, chunks }, o.now)))
      this.#quarantined.delete(document)
      return "with-loss"
    } finally {
      await snapshot.close()
    }
  }

  async append(append: Append): Promise<void> {
    checkAppend(append)
    this.#refuseTrashed(append.document)
    this.#refuseQuarantined(append.document)
    await this.#commit(appendOperation(append))
  }

  replacePrefix(document: string, replacement: PrefixReplacement): Promise<void> {
    return this.#replace(document, replacement, null)
  }

  async state(document: string): Promise<DocumentState> {
    checkDocument(document)
    const database = await this.#commits.reading()
    if (this.#trash.has(document)) return "removed"
    if (this.#quarantined.has(document)) return "quarantined"
    try {
      const summary = await this.#summary(database, document)
      return summary?.state ?? "absent"
    } catch (error) {
      const failure = this.#readFailure(document, error)
      if (failure instanceof StoreError && failure.code === "STORE_DAMAGED") return "quarantined"
      throw failure
    }
  }

  async bytes(document: string): Promise<number> {
    checkDocument(document)
    const database = await this.#commits.reading()
    this.#refuseQuarantined(document)
    try {
      const summary = await this.#summary(database, document)
      refuseRemoved(document, summary)
      return summary === null ? 0 : summary.checkpointBytes + summary.logBytes
    } catch (error) {
      throw this.#readFailure(document, error)
    }
  }

  async *list({ after, limit = Number.MAX_SAFE_INTEGER }: ListOptions = {}): AsyncIterable<DocumentSummary> {
    checkListOptions(limit)
    const database = await this.#commits.reading()
    let left = limit
    if (left === 0) return
    try {
      for await (const [key, value] of entriesOf(database, rangeOfAll("summary", after))) {
        yield this.#summarise(documentOf(key), key, value)
        left -= 1
        if (left === 0) return
      }
    } catch (error) {
      throw this.#unavailable("The list of documents", error)
    }
  }

  async remove(document: string, at: Millis): Promise<void> {
    checkDocument(document)
    await this.#commit(removeOperation(document, at, this.#quarantined.has(document)))
    this.#quarantined.delete(document)
    this.#trash.delete(document)
  }

  async statistics(): Promise<StoreStatistics> {
    await this.#commits.reading()
    const { documents, reserved, removed, records, bytes, archiveBytes } = this.#commits.totals
    const quarantined = [...this.#quarantined.keys()].filter((document) => !isReserved(document)).length
    return { documents: documents - reserved, quarantined, removed, records, bytes, archiveBytes }
  }

  async compact(document: string): Promise<boolean> {
    checkDocument(document)
    return this.#compactor.compact(document)
  }

  get health(): StoreHealth {
    return this.#commits.health
  }

  onHealth(listener: (health: StoreHealth) => void): () => void {
    return this.#commits.onHealth(listener)
  }

  onReport(listener: (report: StoreReport) => void): () => void {
    this.#reportListeners.add(listener)
    return () => this.#reportListeners.delete(listener)
  }

  onCommit(listener: (commit: StoreCommit) => void): () => void {
    this.#commitListeners.add(listener)
    return () => this.#commitListeners.delete(listener)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    // Side by side: a compaction may wait for a commit that can only be given up.
    const [, committed] = await Promise.allSettled([
      this.#compactor.close(),
      this.#commits.close(),
      this.#historian.close(),
    ])
    if (committed.status === "rejected") throw committed.reason
    await endLifetime(this.#path, this.#commits.totals.commit)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #storedHistory(document: string): Promise<StoredHistory> {
    checkDocument(document)
    return this.#readOnce(document, (snapshot) => readStoredHistory(snapshot, document))
  }

  async #rebuilt<T>(document: string, work: Promise<T>): Promise<T> {
    try {
      return await work
    } catch (cause) {
      if (this.health.state === "closed")
        throw this.#unavailable(`The history of ${JSON.stringify(document)}`, new Damage("closed"))
      const reason = cause instanceof Error ? cause.message : String(cause)
      const message = `The history of ${JSON.stringify(document)} in ${this.#path} could not be rebuilt (${reason}).`
      throw new StoreError("HISTORY_FAILED", message, { cause, documents: [document] })
    }
  }

  /**
   * Reads of one document from one snapshot, so that a commit in between changes nothing; none of one that is known to be absent. `read` says what
   * it found in place of the summary.
   */
  async *#reading<T>(
    document: string,
    read: (snapshot: Snapshot, sought: Sought) => AsyncIterable<T>,
  ): AsyncIterable<T> {
    const database = await this.#commits.reading()
    this.#refuseQuarantined(document)
    if (this.#absent.has(document)) return
    const isAbsent = this.#absent.seek(document)
    let snapshot: Snapshot | undefined
    try {
      snapshot = database.snapshot()
      yield* read(snapshot, (summary) => {
        if (summary === null) isAbsent()
      })
    } catch (error) {
      throw this.#readFailure(document, error)
    } finally {
      await snapshot?.close()
    }
  }

  /** null for an absent document. */
  async #summary(database: Database, document: string): Promise<Summary | null> {
    const known = this.#commits.knownSummary(document)
    if (known !== undefined) return known
    if (this.#absent.has(document)) return null
    const isAbsent = this.#absent.seek(document)
    const summary = await readSummary(database, document)
    if (summary === null) isAbsent()
    return summary
  }

  /** Resolves when the operation is durable. What a read finds meanwhile may be out of date when it is. */
  async #commit(operation: Operation): Promise<void> {
    this.#absent.forget(operation.document)
    try {
      await this.#commits.enqueue(operation)
    } finally {
      this.#absent.forget(operation.document)
    }
  }

  async #replace(document: string, replacement: PrefixReplacement, known: PrefixFacts | null): Promise<void> {
    checkDocument(document)
    this.#refuseQuarantined(document)
    await this.#commit(replaceOperation(document, replacement, known))
  }

  #summarise(document: string, key: Uint8Array, value: Uint8Array): DocumentSummary {
    try {
      const summary = unsealSummary(key, value)
      const bytes = summary.checkpointBytes + summary.logBytes
      const isRemoved = summary.state === "removed" || this.#trash.has(document)
      const state = isRemoved ? "removed" : this.#quarantined.has(document) ? "quarantined" : "live"
      return { document, bytes, records: recordsOf(summary), changed: summary.changed, state }
    } catch (error) {
      if (!(error instanceof Damage)) throw error
      this.#quarantine(document, error)
      return { document, bytes: 0, records: 0, changed: 0, state: "quarantined" }
    }
  }

  /** What a failed read rejects with. Damage quarantines the document, unless the database under it is failing anyway. */
  #readFailure(document: string, error: unknown): unknown {
    const isDamage = error instanceof Damage || (error instanceof Error && codesOf(error).includes("LEVEL_CORRUPTION"))
    if (isDamage && this.health.state === "ok") return this.#quarantine(document, error)
    return this.#unavailable(`Document ${JSON.stringify(document)}`, error)
  }

  /** What comes from the database below, or through damage while that is failing, passes; everything else is as it is. */
  #unavailable(what: string, error: unknown): unknown {
    if (!(error instanceof Damage) && !codesOf(error).some((code) => code.startsWith("LEVEL_"))) return error
    const isClosed = this.health.state === "closed"
    const message = `${what} in ${this.#path} cannot be read ${isClosed ? "any more: the store is closed" : "at the moment"}.`
    return new StoreError(isClosed ? "STORE_CLOSED" : "STORE_UNAVAILABLE", message, { cause: error })
  }

  #quarantine(document: string, cause: Error): StoreError {
    const message = `Document ${JSON.stringify(document)} in ${this.#path} is damaged (${cause.message}); it is neither read nor written until it is restored from a backup. The other documents are not affected.`
    const error = new StoreError("STORE_DAMAGED", message, { cause, documents: [document] })
    if (this.#quarantined.has(document)) return error
    this.#quarantined.set(document, cause.message)
    // Remembered here in any case; on disk it is found again by whoever reads it, should this not be stored.
    this.#commit(quarantineOperation(document, cause.message)).catch(() => {})
    this.#report({ kind: "quarantined", document, cause: error })
    return error
  }

  #refuseTrashed(document: string): void {
    if (!this.#trash.has(document)) return
    const message = `Document ${JSON.stringify(document)} is in the trash.`
    throw new StoreError("DOCUMENT_REMOVED", message, { documents: [document] })
  }

  #refuseQuarantined(document: string): void {
    this.#refuseTrashed(document)
    if (this.#quarantined.has(document)) throw this.#quarantineError(document)
  }

  #quarantineError(document: string): StoreError {
    const reason = this.#quarantined.get(document)
    const message = `Document ${JSON.stringify(document)} in ${this.#path} is quarantined (${reason}); restore it from a backup.`
    return new StoreError("STORE_QUARANTINED", message, { documents: [document] })
  }

  #report(report: StoreReport): void {
    for (const listener of this.#reportListeners) listener(report)
  }
}

/** Told what stands for a document: its summary, or null where nothing is there. */
type Sought = (summary: Summary | null) => void

/** Names of absent documents that are remembered, some 200 bytes each. */
const MOST_ABSENT = 10_000

async function* once<T>(promise: Promise<T>): AsyncIterable<T> {
  yield await promise
}

async function isSound(from: Reading, document: string): Promise<boolean> {
  try {
    for await (const _ of readPages(from, document));
    await readRows(from, document)
    return true
  } catch (error) {
    if (error instanceof Damage || codesOf(error).includes("LEVEL_CORRUPTION")) return false
    throw error
  }
}

async function readStoredHistory(from: Reading, document: string): Promise<StoredHistory> {
  const archive: Uint8Array[] = []
  const checkpoint: Uint8Array[] = []
  const log: RecordPayload[] = []
  for await (const page of readPages(from, document)) {
    for (const { kind, update, time, author } of page) {
      if (kind === "checkpoint") checkpoint.push(update.slice())
      else log.push({ update: update.slice(), time, author })
    }
  }
  for await (const [key, value] of entriesOf(from, rangeOf("archive", document))) {
    archive.push(unseal("archive", key, value).slice())
  }
  return { archive, checkpoint, log }
}

async function* readArchive(from: Reading, document: string): AsyncIterable<ArchiveSegment> {
  refuseRemoved(document, await readSummary(from, document))
  for await (const [key, value] of entriesOf(from, rangeOf("archive", document))) {
    yield decodeArchiveSegment(unseal("archive", key, value))
  }
}
