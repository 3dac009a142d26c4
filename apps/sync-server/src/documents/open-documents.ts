import { join } from "node:path"
import type { Cancel, Clock, Millis } from "@ligature/protocol"
import type { Rooms } from "@ligature/room"
import { type DocumentStore, StoreError } from "@ligature/store"
import { BLOBS_FOLDER, type LevelStore } from "@ligature/store-level"
import type { ServerConfig } from "../config.ts"
import { openTrash, type Trash } from "../history/trash.ts"
import type { AuditEntry } from "../operations/audit-log.ts"
import type { OpenWebhooks } from "../webhooks/open-webhooks.ts"
import type { ServerLog } from "../server-log.ts"
import { BlobFolder } from "../uploads/blob-folder.ts"
import { blobsOf, idsInUse } from "../uploads/blob-rows.ts"
import { DocumentWork } from "./document-work.ts"

/** What the server does with documents beside letting people write in them. */
export interface OpenDocuments {
  readonly rooms: () => Rooms
  readonly work: DocumentWork
  /** Null where there is no folder to keep files in. */
  readonly blobs: BlobFolder | null
  /** Null for a store that has none. */
  readonly trash: Trash | null
  /** Tells programs of the host what became of a document. */
  readonly tell: OpenWebhooks["tell"]
  close(): Promise<void>
}

/** Files of no document are looked for once a day, and kept this long in case that document comes back. */
const SWEEP_MS: Millis = 24 * 60 * 60 * 1000
const GRACE_MS: Millis = 30 * SWEEP_MS

/** @param o.level the store in the data folder; null for a store that has none */
export async function openDocuments(o: {
  readonly config: ServerConfig
  readonly rooms: () => Rooms
  readonly level: LevelStore | null
  readonly audit: (entry: AuditEntry) => void
  readonly tell: OpenWebhooks["tell"]
  readonly store: DocumentStore
  readonly clock: Clock
  readonly log: ServerLog
}): Promise<OpenDocuments> {
  const work = new DocumentWork()
  const { level, config } = o
  const blobs = level === null ? null : await BlobFolder.open(join(config.data, BLOBS_FOLDER))
  const trash = level === null ? null : openTrash({ ...o, store: level, keepMs: config.documents.trashMs })
  let cancel: Cancel = NOTHING
  const sweepLater = (): void => {
    cancel = o.clock.after(SWEEP_MS, () => {
      if (blobs === null) return
      void sweepAndSay(o, blobs, Math.max(GRACE_MS, config.documents.trashMs + SWEEP_MS))
      sweepLater()
    })
  }
  if (blobs !== null) sweepLater()
  return {
    rooms: o.rooms,
    work,
    blobs,
    trash,
    tell: o.tell,
    async close() {
      cancel()
      trash?.close()
      await work.close()
    },
  }
}

const NOTHING: Cancel = () => {}

async function sweepAndSay(
  { store, clock, log }: { readonly store: DocumentStore; readonly clock: Clock; readonly log: ServerLog },
  blobs: BlobFolder,
  graceMs: Millis,
): Promise<void> {
  try {
    const removed = await blobs.sweep(await blobsInUse(store), graceMs, clock.now(), (ids) => idsInUse(store, ids))
    if (removed.length > 0) log.info({ files: removed.length }, "files that no document has were removed")
  } catch (error) {
    log.warn({ err: error }, "files that no document has could not be looked for")
  }
}

/** The files that documents have. Where one document cannot be read it fails: that may be the one that has a file. */
async function blobsInUse(store: DocumentStore): Promise<ReadonlySet<string>> {
  const referenced = new Set<string>()
  for await (const { document, state } of store.list()) {
    if (state === "removed") continue
    try {
      for (const { id } of blobsOf(await store.readRows(document))) referenced.add(id)
    } catch (error) {
      if (error instanceof StoreError && error.code === "DOCUMENT_REMOVED") continue
      throw error
    }
  }
  return referenced
}
