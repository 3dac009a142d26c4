import { CLOSE, type Clock, type DocumentName, type Millis } from "@ligature/protocol"
import type { Rooms } from "@ligature/room"
import { StoreError } from "@ligature/store"
import type { LevelStore, TrashedDocument } from "@ligature/store-level"
import type { AuditEntry } from "../operations/audit-log.ts"
import type { ServerLog } from "../server-log.ts"

/** Who asks for something, for the audit log. */
export interface Asker {
  /** The subject they proved to be; null for nobody known. */
  readonly who: string | null
  readonly address: string | null
}

/** Deleted documents, which can be had back until their time has come. */
export interface Trash {
  /** Deletes a document: sessions get 4404 at once, and it is as good as gone. False if it is not there. */
  put(document: DocumentName, asker: Asker): Promise<boolean>
  /** Gives it back, as it was. False if it is not in the trash. */
  restore(document: DocumentName, asker: Asker): Promise<boolean>
  /** Removes what is in the trash for good, now. False if it is not in it. */
  purge(document: DocumentName, asker: Asker): Promise<boolean>
  /** What is in it, oldest first. */
  list(): readonly TrashedDocument[]
  close(): void
}

/** How often what is due is looked for. */
export const PURGE_EVERY_MS: Millis = 60 * 60 * 1000

export function openTrash(o: {
  readonly store: Pick<LevelStore, "trash" | "untrash" | "trashed" | "remove">
  readonly rooms: () => Pick<Rooms, "closeDocument">
  readonly clock: Clock
  readonly log: ServerLog
  readonly audit: (entry: AuditEntry) => void
  /** How long a document stays in it. */
  readonly keepMs: Millis
}): Trash {
  const { store, clock, log, audit } = o
  const note = (action: string, document: DocumentName, { who, address }: Asker, done: boolean): boolean => {
    audit({ who, document, action, address, result: done ? "done" : "not there" })
    return done
  }

  const purging = new Set<DocumentName>()
  async function purgeDue(): Promise<void> {
    const now = clock.now()
    for (const { document, purge } of store.trashed.values()) {
      // A slow disk may still be busy with it since an hour ago.
      if (purge > now || purging.has(document)) continue
      purging.add(document)
      try {
        await store.remove(document, now)
        note("purge", document, NOBODY, true)
      } catch (error) {
        if (!(error instanceof StoreError)) throw error
        // It is tried again in an hour.
        log.warn({ err: error }, "a document could not be purged from the trash")
      } finally {
        purging.delete(document)
      }
    }
  }

  let cancel = clock.after(0, tick)
  function tick(): void {
    cancel = clock.after(PURGE_EVERY_MS, tick)
    purgeDue().catch((error: unknown) => log.error({ err: error }, "the trash could not be looked through"))
  }

  return {
    async put(document, asker) {
      const now = clock.now()
      const done = await store.trash({ document, trashed: now, purge: now + o.keepMs, by: asker.who })
      if (done) o.rooms().closeDocument(document, CLOSE.noSuchDocument, "it was put into the trash")
      return note("trash", document, asker, done)
    },
    restore: async (document, asker) => note("untrash", document, asker, await store.untrash(document)),
    async purge(document, asker) {
      const isThere = store.trashed.has(document)
      if (isThere) await store.remove(document, clock.now())
      return note("purge", document, asker, isThere)
    },
    list: () => [...store.trashed.values()].toSorted((a, b) => a.trashed - b.trashed),
    close: () => cancel(),
  }
}

const NOBODY: Asker = { who: null, address: null }
