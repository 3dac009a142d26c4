import { createHash } from "node:crypto"
import { mkdir, readdir, writeFile } from "node:fs/promises"
import { join, resolve } from "node:path"
import { joinUpdates, ProtocolError } from "@ligature/protocol"
import { isReserved } from "@ligature/store"
import { BackupError } from "./backup-error.ts"
import type { OnProgress } from "./check-store.ts"
import { type Database, entriesOf } from "./database.ts"
import { holdFolder } from "./folder-at-rest.ts"
import { documentOf, quarantineKey, rangeOfAll, trashKey } from "./keys.ts"
import { readOrWriteMarker } from "./marker.ts"
import { codesOf } from "./open-error.ts"
import { readPages, readSummary } from "./read-records.ts"
import { Damage } from "./sealed-value.ts"

/** One document in the index of an export. */
export type ExportedDocument =
  | {
      readonly document: string
      /** Name of its file in the folder. */
      readonly file: string
      readonly bytes: number
      /** Of the file, in hexadecimal digits. */
      readonly sha256: string
      /** Time of the last change, in ms since 1970. */
      readonly changed: number
    }
  /** Damaged: why there is no file. */
  | { readonly document: string; readonly error: string }

/** What an exported document is written as. */
export interface ExportFormat {
  /** Of its file's name, without a dot. */
  readonly extension: string
  /** The bytes of the file; or a part of a sentence, why there are none. */
  write(update: Uint8Array): Uint8Array | string
}

const AS_UPDATE: ExportFormat = { extension: "yjs", write: (update) => update }

/** Lists the exported documents; written last, so that with it an export is whole. */
export const EXPORT_INDEX = "index.json"

/**
 * Writes each document, or the named ones, as one Yjs update (V1), or as another format, into `out`, which must be absent or empty. The data folder
 * must not be open elsewhere and is not written to. A damaged document does not keep the others from being exported.
 * Rejects with a StoreError like `checkStore`, STORE_DAMAGED when the whole folder is, and a BackupError: TARGET_EXISTS,
 * TARGET_UNWRITABLE, NO_SUCH_DOCUMENT.
 */
export async function exportUpdates(
  folder: string,
  out: string,
  documents: readonly string[],
  onProgress: OnProgress = () => {},
  as: ExportFormat = AS_UPDATE,
): Promise<readonly ExportedDocument[]> {
  await using held = await holdFolder(folder)
  const database = await held.open()
  await readOrWriteMarker(database, held.path)
  const names = documents.length > 0 ? [...new Set(documents)] : await liveDocuments(database)
  for (const document of documents) await expectLive(database, document, held.path)
  const exported: ExportedDocument[] = []
  try {
    await makeEmpty(resolve(out))
    for (const [done, document] of names.entries()) {
      onProgress({ step: "documents", done, of: names.length })
      exported.push(await exportOne(database, document, resolve(out), as))
    }
    await writeFile(join(out, EXPORT_INDEX), `${JSON.stringify(exported, null, 2)}\n`, { flush: true })
  } catch (cause) {
    if (!(cause instanceof Error && "syscall" in cause)) throw cause
    const message = `The folder ${resolve(out)} cannot be written (${cause.message}); choose another one, or free space.`
    throw new BackupError("TARGET_UNWRITABLE", message, { cause })
  }
  onProgress({ step: "documents", done: names.length, of: names.length })
  return exported
}

async function exportOne(
  database: Database,
  document: string,
  out: string,
  as: ExportFormat,
): Promise<ExportedDocument> {
  const found = await readWhole(database, document)
  if (typeof found === "string") return { document, error: found }
  const written = as.write(found.update)
  if (typeof written === "string") return { document, error: written }
  const file = exportFileName(document).replace(/\.yjs$/, `.${as.extension}`)
  await writeFile(join(out, file), written, { flag: "wx", flush: true })
  const sha256 = createHash("sha256").update(written).digest("hex")
  return { document, file, bytes: written.length, sha256, changed: found.changed }
}

/** The document as one update, or why there is none. */
async function readWhole(
  database: Database,
  document: string,
): Promise<{ readonly update: Uint8Array; readonly changed: number } | string> {
  if ((await database.get(quarantineKey(document))) !== undefined) return "it was found damaged and shut off"
  const updates: Uint8Array[] = []
  let changed = 0
  try {
    for await (const page of readPages(database, document)) {
      for (const { update, time } of page) {
        updates.push(update)
        changed = time
      }
    }
    return { update: joinUpdates(updates), changed }
  } catch (error) {
    const isDamage =
      error instanceof Damage || error instanceof ProtocolError || codesOf(error).includes("LEVEL_CORRUPTION")
    if (isDamage && error instanceof Error) return error.message
    throw error
  }
}

/**
 * Safe on every system whatever the document's name is: some of its letters to recognise it by, and a hash of all, since names may differ
 * in nothing but case or signs that no file name can hold.
 */
export function exportFileName(document: string): string {
  const letters = document
    .replaceAll(/[^A-Za-z0-9]+/g, "-")
    .slice(0, 40)
    .replaceAll(/^-+|-+$/g, "")
  const hash = createHash("sha256").update(document).digest("hex").slice(0, 16)
  return `${letters === "" ? "document" : letters}-${hash}.yjs`
}

async function liveDocuments(database: Database): Promise<string[]> {
  const live: string[] = []
  for await (const [key] of entriesOf(database, rangeOfAll("summary"))) {
    const document = documentOf(key)
    if (!isReserved(document) && (await stateOf(database, document)) !== "removed") live.push(document)
  }
  return live
}

async function expectLive(database: Database, document: string, path: string): Promise<void> {
  const state = await stateOf(database, document)
  if (state === "live") return
  const why = state === "absent" ? "There is no document" : "Somebody has removed the document"
  throw new BackupError("NO_SUCH_DOCUMENT", `${why} ${JSON.stringify(document)} in ${path}; nothing was written.`)
}

/** A damaged summary counts as live: the export then says what is wrong. */
async function stateOf(database: Database, document: string): Promise<"absent" | "live" | "removed"> {
  if ((await database.get(trashKey(document))) !== undefined) return "removed"
  try {
    const summary = await readSummary(database, document)
    return summary?.state ?? "absent"
  } catch (error) {
    if (error instanceof Damage) return "live"
    throw error
  }
}

async function makeEmpty(out: string): Promise<void> {
  await mkdir(out, { recursive: true })
  const names = await readdir(out)
  if (names.length === 0) return
  throw new BackupError("TARGET_EXISTS", `The folder ${out} is not empty; choose one that is absent or empty.`)
}
