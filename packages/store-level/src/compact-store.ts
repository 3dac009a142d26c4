import { resolve } from "node:path"
import { type DocumentSummary, StoreError } from "@ligature/store"
import { BackupError } from "./backup-error.ts"
import type { OnProgress } from "./check-store.ts"
import type { LevelStore } from "./level-store.ts"
import { openExistingStore } from "./open-level-store.ts"

export interface StoreCompaction {
  /** Documents that were looked at. */
  readonly documents: number
  /** Those that had a log to merge. */
  readonly compacted: number
  /** Bytes of all updates in checkpoints and logs, and of the archives, of the whole store. */
  readonly before: StoreBytes
  readonly after: StoreBytes
  readonly failures: readonly { readonly document: string; readonly reason: string }[]
}

export interface StoreBytes {
  readonly bytes: number
  readonly records: number
  readonly archiveBytes: number
}

/**
 * Merges the logs of all documents, or of the named ones, into their checkpoints, one after the other. One that cannot be compacted stays as it
 * is and does not keep back the others. Rejects like `openLevelStore`, with STORE_FOREIGN_FOLDER when nothing is there, and
 * with a BackupError NO_SUCH_DOCUMENT before anything is changed.
 */
export async function compactStore(
  folder: string,
  documents: readonly string[],
  onProgress: OnProgress = () => {},
): Promise<StoreCompaction> {
  const path = resolve(folder)
  await using store = await openExistingStore(path, { compaction: false })
  const names = documents.length > 0 ? await known(store, documents, path) : await liveDocuments(store)
  const before = await store.statistics()
  const failures: { document: string; reason: string }[] = []
  let compacted = 0
  for (const [done, document] of names.entries()) {
    onProgress({ step: "documents", done, of: names.length })
    try {
      if (await store.compact(document)) compacted += 1
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      failures.push({ document, reason: error.message })
    }
  }
  onProgress({ step: "documents", done: names.length, of: names.length })
  return { documents: names.length, compacted, before, after: await store.statistics(), failures }
}

async function liveDocuments(store: LevelStore): Promise<string[]> {
  const names: string[] = []
  for await (const { document, state } of store.list()) if (isThere(state)) names.push(document)
  return names
}

async function known(store: LevelStore, documents: readonly string[], path: string): Promise<string[]> {
  const names = [...new Set(documents)]
  const states = await Promise.all(names.map((document) => store.state(document)))
  const missing = names.filter((_, n) => !isThere(states[n] ?? "absent"))
  if (missing.length === 0) return names
  const list = missing.map((document) => JSON.stringify(document)).join(", ")
  throw new BackupError("NO_SUCH_DOCUMENT", `There is no document ${list} in ${path}; nothing was changed.`)
}

/** A damaged one too, so that somebody hears of it. */
function isThere(state: DocumentSummary["state"] | "absent"): boolean {
  return state === "live" || state === "quarantined"
}
