import { checkAppend, checkDocument, checkListOptions, checkReplacement } from "./check-arguments.ts"
import type {
  Append,
  DocumentState,
  DocumentStore,
  DocumentSummary,
  ListOptions,
  PrefixReplacement,
  StoredRecord,
  StoreHealth,
  StoreStatistics,
} from "./document-store.ts"
import { isReserved } from "./reserved-document.ts"
import { StoreError } from "./store-error.ts"

/** A store that lives as long as its process: for tests and trials. Durable means accepted. */
export function openMemoryStore(): DocumentStore {
  return new MemoryStore()
}

type StoredDocument =
  | { readonly state: "removed"; readonly changed: number }
  | {
      readonly state: "live"
      changed: number
      /** The sequence of the last update. */
      last: number
      checkpoint: readonly StoredRecord[]
      /** Only pushed to or replaced whole: reads in progress keep the array and the length they started with. */
      log: StoredRecord[]
      readonly rows: Map<string, Uint8Array>
      readonly archive: Uint8Array[]
    }

class MemoryStore implements DocumentStore {
  readonly #documents = new Map<string, StoredDocument>()
  readonly #listeners = new Set<(health: StoreHealth) => void>()
  #health: StoreHealth = { state: "ok" }

  async *read(document: string): AsyncIterable<StoredRecord> {
    checkDocument(document)
    const stored = this.#live(document)
    if (stored === undefined) return
    const { checkpoint, log } = stored
    const end = log.length
    for (const record of checkpoint) yield copy(record)
    for (let index = 0; index < end; index++) {
      const record = log[index]
      if (record !== undefined) yield copy(record)
    }
  }

  /** Nothing is ever damaged here. */
  salvage(document: string): AsyncIterable<StoredRecord> {
    return this.read(document)
  }

  async readRows(document: string): Promise<ReadonlyMap<string, Uint8Array>> {
    checkDocument(document)
    const rows = this.#live(document)?.rows ?? new Map<string, Uint8Array>()
    return new Map(Array.from(rows, ([name, value]) => [name, value.slice()]))
  }

  async append(append: Append): Promise<void> {
    checkAppend(append)
    const stored = this.#live(append.document) ?? {
      state: "live",
      changed: 0,
      last: 0,
      checkpoint: [],
      log: [],
      rows: new Map<string, Uint8Array>(),
      archive: [],
    }
    for (const { update, time, author } of append.updates) {
      stored.last += 1
      stored.changed = time
      stored.log.push({ kind: "update", sequence: stored.last, update: update.slice(), time, author })
    }
    for (const [name, value] of append.rows ?? []) stored.rows.set(name, value.slice())
    this.#documents.set(append.document, stored)
  }

  async replacePrefix(document: string, replacement: PrefixReplacement): Promise<void> {
    checkDocument(document)
    const stored = this.#live(document)
    const first = stored?.checkpoint[0]?.sequence ?? 1
    checkReplacement(document, replacement, first, stored?.last ?? 0)
    if (stored === undefined) return
    const { through, chunks, archive, rows = [] } = replacement
    const time = [...stored.checkpoint, ...stored.log].findLast((record) => record.sequence <= through)?.time ?? 0
    stored.checkpoint = chunks.map((chunk): StoredRecord => {
      return { kind: "checkpoint", sequence: through, update: chunk.slice(), time, author: null }
    })
    stored.log = stored.log.filter((record) => record.sequence > through)
    if (archive !== null) stored.archive.push(archive.slice())
    for (const [name, value] of rows) stored.rows.set(name, value.slice())
  }

  async state(document: string): Promise<DocumentState> {
    checkDocument(document)
    this.#mustBeOpen(`look up ${JSON.stringify(document)}`)
    return this.#documents.get(document)?.state ?? "absent"
  }

  async bytes(document: string): Promise<number> {
    checkDocument(document)
    const stored = this.#live(document)
    return stored === undefined ? 0 : summaryOf(document, stored).bytes
  }

  async *list({ after, limit }: ListOptions = {}): AsyncIterable<DocumentSummary> {
    checkListOptions(limit)
    this.#mustBeOpen("list documents")
    const names = [...this.#documents.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    const from =
      after === undefined ? 0 : names.findIndex((name) => Buffer.compare(Buffer.from(name), Buffer.from(after)) > 0)
    if (from === -1) return
    for (const document of names.slice(from, limit === undefined ? undefined : from + limit)) {
      const stored = this.#documents.get(document)
      if (stored !== undefined) yield summaryOf(document, stored)
    }
  }

  async remove(document: string, at: number): Promise<void> {
    checkDocument(document)
    this.#mustBeOpen(`remove ${JSON.stringify(document)}`)
    if (this.#documents.get(document)?.state === "live")
      this.#documents.set(document, { state: "removed", changed: at })
  }

  async statistics(): Promise<StoreStatistics> {
    this.#mustBeOpen("count documents")
    const statistics = { documents: 0, quarantined: 0, removed: 0, records: 0, bytes: 0, archiveBytes: 0 }
    for (const [document, stored] of this.#documents) {
      const { bytes, records } = summaryOf(document, stored)
      statistics.records += records
      statistics.bytes += bytes
      if (stored.state === "removed") {
        statistics.removed += 1
      } else {
        if (!isReserved(document)) statistics.documents += 1
        for (const segment of stored.archive) statistics.archiveBytes += segment.length
      }
    }
    return statistics
  }

  get health(): StoreHealth {
    return this.#health
  }

  onHealth(listener: (health: StoreHealth) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async close(): Promise<void> {
    if (this.#health.state === "closed") return
    this.#health = { state: "closed" }
    for (const listener of this.#listeners) listener(this.#health)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #live(document: string): (StoredDocument & { state: "live" }) | undefined {
    this.#mustBeOpen(`use ${JSON.stringify(document)}`)
    const stored = this.#documents.get(document)
    if (stored?.state === "removed") {
      throw new StoreError("DOCUMENT_REMOVED", `document ${JSON.stringify(document)} was removed`, {
        documents: [document],
      })
    }
    return stored
  }

  #mustBeOpen(purpose: string): void {
    if (this.#health.state === "closed") throw new StoreError("STORE_CLOSED", `cannot ${purpose}: the store is closed`)
  }
}

function copy(record: StoredRecord): StoredRecord {
  return { ...record, update: record.update.slice() }
}

function summaryOf(document: string, stored: StoredDocument): DocumentSummary {
  if (stored.state === "removed") return { document, bytes: 0, records: 0, changed: stored.changed, state: "removed" }
  const records = [...stored.checkpoint, ...stored.log]
  const bytes = records.reduce((sum, record) => sum + record.update.length, 0)
  return { document, bytes, records: records.length, changed: stored.changed, state: "live" }
}
