import { type IDBPDatabase, type IDBPObjectStore, type IDBPTransaction, openDB } from "idb"
import type { Millis } from "@ligature/protocol"
import type { LocalSchema } from "./local-schema.ts"
import { compactRecords, rewriteRecords } from "./local-compaction.ts"
import {
  type LocalCopy,
  type LocalDocument,
  type LocalFacts,
  type LocalKey,
  type LocalRecord,
  type LocalStore,
  LocalStoreError,
  type LocalWrite,
} from "./local-store.ts"

/** Version 1. Raise it with an upgrade that keeps every record. */
const VERSION = 1

type Database = IDBPDatabase<LocalSchema>

/** How long a second tab may hold back the opening before it counts as failed. */
const BLOCKED_MS = 3_000

/** The local store in IndexedDB. `factory` is for tests; by default it is the browser's. */
export function openLocalStore(o: { readonly name?: string } = {}): LocalStore {
  return new IndexedDbStore(o.name ?? "ligature")
}

class IndexedDbStore implements LocalStore {
  readonly name: string
  #database: Promise<Database> | null = null

  constructor(name: string) {
    this.name = name
  }

  async read(key: LocalKey): Promise<LocalCopy> {
    return this.#run("readonly", async (transaction) => {
      const copy = copyOf(key)
      const byCopy = transaction.objectStore("updates").index("copy")
      const [row, keys, updates, changes] = await Promise.all([
        transaction.objectStore("documents").get(copy),
        byCopy.getAllKeys(copy),
        byCopy.getAll(copy),
        transaction.objectStore("changes").getAllKeys(changesOf(copy)),
      ])
      return {
        updates: updates.map((record) => record.update),
        records: keys.map((key, place) => ({ key, level: updates[place]?.level ?? 0 })),
        changes: changes.map(([, id]) => id),
        facts: row ?? {},
      }
    })
  }

  async write(key: LocalKey, write: LocalWrite): Promise<void> {
    await this.#run("readwrite", async (transaction) => {
      const copy = copyOf(key)
      const updates = transaction.objectStore("updates")
      const changes = transaction.objectStore("changes")
      const requests: Promise<unknown>[] = []
      try {
        for (const update of write.updates) requests.push(updates.add({ copy, update, level: 0 }))
        for (const id of write.made) requests.push(changes.put({ copy, id }))
        for (const id of write.saved) requests.push(changes.delete([copy, id]))
        // Else it would wait for the answers first, and a page that is closing does not hear them.
        if (Object.keys(write.facts).length === 0) transaction.commit()
        else requests.push(mergeFacts(transaction.objectStore("documents"), key, write.facts))
      } catch (error) {
        // What was asked for before the throw would be committed.
        transaction.abort()
        await Promise.allSettled(requests)
        throw error
      }
      await Promise.all(requests)
    })
  }

  async compact(key: LocalKey): Promise<void> {
    let more = true
    while (more) {
      more = await this.#run("readwrite", (transaction) =>
        compactRecords(transaction.objectStore("updates"), copyOf(key)),
      )
    }
  }

  async rewrite(key: LocalKey, records: readonly LocalRecord[], state: Uint8Array): Promise<boolean> {
    return this.#run("readwrite", (transaction) =>
      rewriteRecords(transaction.objectStore("updates"), copyOf(key), records, state),
    )
  }

  async list(owner: { readonly server: string; readonly subject: string }): Promise<LocalDocument[]> {
    return this.#run("readonly", async (transaction) => {
      const rows = await transaction.objectStore("documents").index("owner").getAll(ownerOf(owner))
      const changes = transaction.objectStore("changes")
      const documents = await Promise.all(
        rows.map(async ({ copy, document, title, opened = NEVER }): Promise<LocalDocument> => {
          const listed = { document, opened, changes: await changes.count(changesOf(copy)) }
          return title === undefined ? listed : Object.assign(listed, { title })
        }),
      )
      return documents.sort((a, b) => b.opened - a.opened)
    })
  }

  async forget(key: LocalKey): Promise<void> {
    await this.#run("readwrite", async (transaction) => {
      const copy = copyOf(key)
      const updates = transaction.objectStore("updates")
      const records = await updates.index("copy").getAllKeys(copy)
      await Promise.all([
        ...records.map((record) => updates.delete(record)),
        transaction.objectStore("changes").delete(changesOf(copy)),
        transaction.objectStore("documents").delete(copy),
      ])
    })
  }

  async close(): Promise<void> {
    const database = this.#database
    this.#database = null
    try {
      ;(await database)?.close()
    } catch {
      // It never opened; whoever asked for it was told.
    }
  }

  /** Runs `work` in one transaction over everything and waits for its commit. */
  async #run<T, Mode extends "readonly" | "readwrite">(
    mode: Mode,
    work: (transaction: LocalTransaction<Mode>) => Promise<T>,
  ): Promise<T> {
    try {
      const database = await this.#open()
      const transaction = database.transaction(STORES, mode, { durability: "strict" })
      // Both are awaited together: an abort rejects the requests and the commit, and none may go unheard.
      const [worked, committed] = await Promise.allSettled([work(transaction), transaction.done])
      if (worked.status === "fulfilled" && committed.status === "fulfilled") return worked.value
      // Of the two the one that says why, not that of the abort which followed.
      const causes = [worked, committed].flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []))
      throw causes.find((cause) => nameOf(cause) !== "AbortError") ?? causes[0]
    } catch (cause) {
      throw errorOf(cause)
    }
  }

  async #open(): Promise<Database> {
    this.#database ??= open(this.name, () => {
      this.#database = null
    })
    try {
      return await this.#database
    } catch (cause) {
      this.#database = null
      throw cause
    }
  }
}

const STORES = ["documents", "updates", "changes"] as const
const NEVER: Millis = 0

type LocalTransaction<Mode extends "readonly" | "readwrite"> = IDBPTransaction<LocalSchema, typeof STORES, Mode>

async function open(name: string, lost: () => void): Promise<Database> {
  if (typeof indexedDB === "undefined") throw new LocalStoreError("LOCAL_STORE_ABSENT", "this runtime has no IndexedDB")
  let database: Database | null = null
  const opening = openDB<LocalSchema>(name, VERSION, {
    upgrade(database) {
      database.createObjectStore("documents", { keyPath: "copy" }).createIndex("owner", "owner")
      const updates = database.createObjectStore("updates", { autoIncrement: true })
      updates.createIndex("copy", "copy")
      updates.createIndex("level", ["copy", "level"])
      database.createObjectStore("changes", { keyPath: ["copy", "id"] })
    },
    // A newer version wants to upgrade: let it, or both tabs hang. What we write next fails and says so.
    blocking() {
      lost()
      database?.close()
    },
    terminated: lost,
  })
  // Only now: a browser that denies storage throws above, and nobody would hear of this one then.
  let timer: ReturnType<typeof setTimeout> | undefined
  const blocked = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new LocalStoreError("LOCAL_STORE_FAILED", "the database does not open")),
      BLOCKED_MS,
    )
  })
  try {
    database = await Promise.race([opening, blocked])
    return database
  } catch (cause) {
    // It may still open later; then nobody holds it.
    opening.then((database) => database.close()).catch(() => undefined)
    throw cause
  } finally {
    clearTimeout(timer)
  }
}

async function mergeFacts(
  documents: IDBPObjectStore<LocalSchema, typeof STORES, "documents", "readwrite">,
  key: LocalKey,
  facts: LocalFacts,
): Promise<void> {
  const copy = copyOf(key)
  const row = await documents.get(copy)
  await documents.put({ ...row, ...facts, copy, owner: ownerOf(key), document: key.document })
}

function errorOf(cause: unknown): LocalStoreError {
  if (cause instanceof LocalStoreError) return cause
  const name = nameOf(cause)
  if (name === "QuotaExceededError") return new LocalStoreError("LOCAL_STORE_FULL", "the device is full", { cause })
  if (name === "VersionError") return new LocalStoreError("LOCAL_STORE_NEWER", "the database is newer", { cause })
  if (name === "SecurityError") return new LocalStoreError("LOCAL_STORE_ABSENT", "IndexedDB is denied", { cause })
  return new LocalStoreError("LOCAL_STORE_FAILED", "the database failed", { cause })
}

function nameOf(error: unknown): string {
  return error instanceof Error || error instanceof DOMException ? error.name : ""
}

function ownerOf(key: { readonly server: string; readonly subject: string }): string {
  return `${encodeURIComponent(key.server)} ${encodeURIComponent(key.subject)}`
}

function copyOf(key: LocalKey): string {
  return `${ownerOf(key)} ${encodeURIComponent(key.document)}`
}

function changesOf(copy: string): IDBKeyRange {
  // An array sorts behind every string.
  return IDBKeyRange.bound([copy], [copy, []])
}
