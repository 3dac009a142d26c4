import type { IDBPObjectStore } from "idb"
import type { Millis } from "@ligature/protocol"
import { copyOf, defaultLocalDatabase, errorOf, LocalDatabase, ownerOf, type STORES } from "./local-database.ts"
import type { LocalSchema } from "./local-schema.ts"
import type {
  LocalCopy,
  LocalDocument,
  LocalFacts,
  LocalKey,
  LocalRecord,
  LocalStore,
  LocalWrite,
} from "./local-store.ts"

/** The local store in IndexedDB. `factory` is for tests; by default it is the browser's. */
export function openLocalStore(o: { readonly name?: string } = {}): LocalStore {
  return new IndexedDbStore(o.name === undefined ? defaultLocalDatabase() : new LocalDatabase(o.name))
}

class IndexedDbStore implements LocalStore {
  readonly #database: LocalDatabase

  constructor(database: LocalDatabase) {
    this.#database = database
  }

  get name(): string {
    return this.#database.name
  }

  async read(key: LocalKey): Promise<LocalCopy> {
    return this.#database.run("readonly", async (transaction) => {
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
    await this.#database.run("readwrite", async (transaction) => {
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
    const { compactRecords } = await loadCompaction()
    let more = true
    while (more) {
      more = await this.#database.run("readwrite", (transaction) =>
        compactRecords(transaction.objectStore("updates"), copyOf(key)),
      )
    }
  }

  async rewrite(key: LocalKey, records: readonly LocalRecord[], state: Uint8Array): Promise<boolean> {
    const { rewriteRecords } = await loadCompaction()
    return this.#database.run("readwrite", (transaction) =>
      rewriteRecords(transaction.objectStore("updates"), copyOf(key), records, state),
    )
  }

  async list(owner: { readonly server: string; readonly subject: string }): Promise<LocalDocument[]> {
    return this.#database.run("readonly", async (transaction) => {
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
    await this.#database.run("readwrite", async (transaction) => {
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

  close(): Promise<void> {
    return this.#database.close()
  }
}

const NEVER: Millis = 0

/** Not before a document has been open for a while, or many words were written. */
function loadCompaction(): Promise<typeof import("./local-compaction.ts")> {
  return import("./local-compaction.ts").catch((cause) => {
    throw errorOf(cause)
  })
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

function changesOf(copy: string): IDBKeyRange {
  // An array sorts behind every string.
  return IDBKeyRange.bound([copy], [copy, []])
}
