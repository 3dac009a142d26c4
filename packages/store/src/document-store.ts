/** Milliseconds since 1970. */
type Millis = number

/**
 * Bytes by document: a log of updates with a checkpoint before it, small named rows, and a summary for each document.
 * The store never looks inside an update. A document name is opaque: 1 or more bytes of well-formed UTF-8 without U+0000.
 *
 * Misuse (a bad name, an empty update, a `through` that is no record) rejects with TypeError or RangeError. Failures are
 * `StoreError`s. The caller keeps the byte arrays it passes and leaves them unchanged until the call settles; arrays
 * that come out of the store belong to the caller.
 */
export interface DocumentStore {
  /**
   * Every record in order, as of the first step of the iteration: checkpoint chunks first, then the log. Applying them
   * in this order never leaves anything pending, if they were appended so. An absent document has none.
   * Fails with STORE_DAMAGED on a bad record or a hole, possibly after some good ones: nothing may be shown before the
   * end is reached. That quarantines the document; from then on it fails with STORE_QUARANTINED. A removed one fails with
   * DOCUMENT_REMOVED, so that neither looks like an empty document. Fails with STORE_UNAVAILABLE, also half-way, while
   * what is under the store cannot be read or is being reopened: read again later.
   */
  read(document: string): AsyncIterable<StoredRecord>
  /**
   * Small named values that live and die with the document ("owner/<client>", "schema"), written in the batch of the
   * update they belong to. Fails like `read`.
   */
  readRows(document: string): Promise<ReadonlyMap<string, Uint8Array>>
  /**
   * What can still be read of a document, damaged or not: chunks in causal order, each of which leaves nothing pending. What is lost, and
   * what stands on it, is missing without a trace, so whoever shows this says so, and nobody writes behind it. Nothing when
   * nothing can be read. Fails with DOCUMENT_REMOVED and STORE_UNAVAILABLE.
   */
  salvage(document: string): AsyncIterable<StoredRecord>
  /**
   * Resolves when everything in it is durable (fsynced). All of it becomes durable or nothing. Concurrent calls join one
   * batch; the order of calls is the order of records. After a write error it stays pending while the store
   * reopens and writes again what was not acknowledged, without doubling it. Rejects only with STORE_CLOSED,
   * STORE_QUARANTINED and DOCUMENT_REMOVED.
   */
  append(append: Append): Promise<void>
  /** Swaps the records up to and including `through` for a checkpoint, and adds to the archive, in one atomic batch. */
  replacePrefix(document: string, replacement: PrefixReplacement): Promise<void>
  state(document: string): Promise<DocumentState>
  /** Bytes of all updates in checkpoint and log, without overhead; compaction makes them fewer. 0 for an absent document. Fails like `read`. */
  bytes(document: string): Promise<number>
  /** Summaries in the byte order of the names, removed and quarantined documents too; reads no records. */
  list(options?: ListOptions): AsyncIterable<DocumentSummary>
  /**
   * Deletes records, rows and archive, and leaves a tombstone with the time `at`. Removing an absent or removed document
   * changes nothing; a quarantined one can be removed.
   */
  remove(document: string, at: Millis): Promise<void>
  statistics(): Promise<StoreStatistics>
  readonly health: StoreHealth
  /** Called after every change of `health`; must not throw. Returns the way to stop. */
  onHealth(listener: (health: StoreHealth) => void): () => void
  /** Flushes what is pending, then closes. Rejects with STORE_UNSTORED, naming the documents whose appends were not stored. */
  close(): Promise<void>
  /** The same as `close`. */
  [Symbol.asyncDispose](): Promise<void>
}

export interface Append {
  readonly document: string
  /** In causal order; may be empty when only rows are written. */
  readonly updates: readonly AppendedUpdate[]
  /** Rows to set. An existing row of that name is replaced. */
  readonly rows?: ReadonlyMap<string, Uint8Array>
}

export interface AppendedUpdate {
  readonly update: Uint8Array
  /** When it reached the server. */
  readonly time: Millis
  /** Who made it, as the caller writes identities; null when nobody is known. */
  readonly author: string | null
}

export interface StoredRecord {
  readonly kind: "checkpoint" | "update"
  /** An update's place in the document's history, from 1 without holes. For a checkpoint chunk: the last update it covers. */
  readonly sequence: number
  readonly update: Uint8Array
  readonly time: Millis
  /** null for a checkpoint: who wrote what it holds is in the archive. */
  readonly author: string | null
}

export interface PrefixReplacement {
  /** The last sequence that the chunks cover: that of a stored record. */
  readonly through: number
  /** The checkpoint in causal order, each chunk valid after those before it; at least one. */
  readonly chunks: readonly Uint8Array[]
  /** Opaque to the store, appended to the document's archive; null adds nothing. */
  readonly archive: Uint8Array | null
  /** Rows to set in the same batch. */
  readonly rows?: ReadonlyMap<string, Uint8Array>
}

/** A removed document leaves a tombstone; a quarantined one has damaged records and is neither read nor written. */
export type DocumentState = "absent" | "live" | "removed" | "quarantined"

export interface ListOptions {
  /** Starts behind this name. */
  readonly after?: string
  readonly limit?: number
}

export interface DocumentSummary {
  readonly document: string
  /** Bytes of all updates in checkpoint and log, without overhead. */
  readonly bytes: number
  /** Checkpoint chunks and log records. */
  readonly records: number
  /** The time of the last update, or of the removal. */
  readonly changed: Millis
  readonly state: Exclude<DocumentState, "absent">
}

export interface StoreStatistics {
  /** Live and quarantined documents, without the server's own (see `isReserved`). */
  readonly documents: number
  readonly quarantined: number
  /** Tombstones. */
  readonly removed: number
  readonly records: number
  /** Bytes of all updates in checkpoints and logs, without overhead. */
  readonly bytes: number
  /** Bytes of all archives. */
  readonly archiveBytes: number
}

export type StoreHealth =
  | { readonly state: "ok" }
  /** Writes wait while the store tries to reopen what is under it; reads are served as far as possible. */
  | { readonly state: "failing"; readonly since: Millis; readonly cause: Error }
  | { readonly state: "closed" }
