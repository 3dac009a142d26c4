import { type IDBPDatabase, type IDBPTransaction, openDB } from "idb"
import type { LocalSchema } from "./local-schema.ts"
import { type LocalKey, LocalStoreError } from "./local-store.ts"

/** Version 1. Raise it with an upgrade that keeps every record. */
const VERSION = 1

type Database = IDBPDatabase<LocalSchema>

/** How long a second tab may hold back the opening before it counts as failed. */
const BLOCKED_MS = 3_000

export const STORES = ["documents", "updates", "changes"] as const

export type LocalTransaction<Mode extends "readonly" | "readwrite"> = IDBPTransaction<LocalSchema, typeof STORES, Mode>

let database: LocalDatabase | null = null

/** The database that a page uses unless it is given another: one connection for all documents. */
export function defaultLocalDatabase(): LocalDatabase {
  database ??= new LocalDatabase("ligature")
  return database
}

/** The database of the local store, opened when it is first used. Its methods reject with `LocalStoreError`. */
export class LocalDatabase {
  readonly name: string
  #database: Promise<Database> | null = null

  constructor(name: string) {
    this.name = name
  }

  /** Whether this device has ever kept anything of a document. */
  async has(key: LocalKey): Promise<boolean> {
    return this.run("readonly", async (transaction) => {
      const row = await transaction.objectStore("documents").getKey(copyOf(key))
      return row !== undefined
    })
  }

  /** Runs `work` in one transaction over everything and waits for its commit. */
  async run<T, Mode extends "readonly" | "readwrite">(
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

  /** A later call opens it again. */
  async close(): Promise<void> {
    const database = this.#database
    this.#database = null
    try {
      ;(await database)?.close()
    } catch {
      // It never opened; whoever asked for it was told.
    }
  }
}

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

/** What went wrong, as the store tells it. */
export function errorOf(cause: unknown): LocalStoreError {
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

export function ownerOf(key: { readonly server: string; readonly subject: string }): string {
  return `${encodeURIComponent(key.server)} ${encodeURIComponent(key.subject)}`
}

/** What is kept of a document, in every store. */
export function copyOf(key: LocalKey): string {
  return `${ownerOf(key)} ${encodeURIComponent(key.document)}`
}
