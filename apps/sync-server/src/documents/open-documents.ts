import { join } from "node:path"
import type { Cancel, Clock, Millis } from "@ligature/protocol"
import type { Rooms } from "@ligature/room"
import { type DocumentStore, StoreError } from "@ligature/store"
import type { ServerLog } from "../server-log.ts"
import { BlobFolder } from "../uploads/blob-folder.ts"
import { blobsOf } from "../uploads/blob-rows.ts"
import { DocumentWork } from "./document-work.ts"

/** What the server does with documents beside letting people write in them. */
export interface OpenDocuments {
  readonly rooms: () => Rooms
  readonly work: DocumentWork
  /** Null where there is no folder to keep files in. */
  readonly blobs: BlobFolder | null
  close(): Promise<void>
}

/** Files of no document are looked for once a day, and kept this long in case that document comes back. */
const SWEEP_MS: Millis = 24 * 60 * 60 * 1000
const GRACE_MS: Millis = 30 * SWEEP_MS

/** @param o.data the data folder; null for a store that has none */
export async function openDocuments(o: {
  readonly rooms: () => Rooms
  readonly data: string | null
  readonly store: DocumentStore
  readonly clock: Clock
  readonly log: ServerLog
}): Promise<OpenDocuments> {
  const work = new DocumentWork()
  const blobs = o.data === null ? null : await BlobFolder.open(join(o.data, "blobs"))
  let cancel: Cancel = NOTHING
  const sweepLater = (): void => {
    cancel = o.clock.after(SWEEP_MS, () => {
      if (blobs === null) return
      void sweepAndSay(o, blobs)
      sweepLater()
    })
  }
  if (blobs !== null) sweepLater()
  return {
    rooms: o.rooms,
    work,
    blobs,
    async close() {
      cancel()
      await work.close()
    },
  }
}

const NOTHING: Cancel = () => {}

async function sweepAndSay(
  { store, clock, log }: { readonly store: DocumentStore; readonly clock: Clock; readonly log: ServerLog },
  blobs: BlobFolder,
): Promise<void> {
  try {
    const removed = await sweep(store, blobs, clock)
    if (removed.length > 0) log.info({ files: removed.length }, "files that no document has were removed")
  } catch (error) {
    log.warn({ err: error }, "files that no document has could not be looked for")
  }
}

/** Removes the files that no document has any more. Where one document cannot be read, none is removed: it may be the one. */
async function sweep(store: DocumentStore, blobs: BlobFolder, clock: Clock): Promise<string[]> {
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
  return blobs.sweep(referenced, GRACE_MS, clock.now())
}
