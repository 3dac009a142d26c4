import { type FileHandle, open, rename, rm, stat } from "node:fs/promises"
import { basename, dirname, join, resolve } from "node:path"
import { StoreError } from "@ligature/store"
import { BackupError } from "./backup-error.ts"
import { type BackupCounts, encodeEnd, encodeFrameHead, encodeHeader, newDigest } from "./backup-file.ts"
import { checkFiles } from "./check-files.ts"
import type { OnProgress } from "./check-store.ts"
import { blobEntries } from "./blobs-in-backup.ts"
import { entriesOf, type Entry, type Reading } from "./database.ts"
import { holdFolder } from "./folder-at-rest.ts"
import { documentOf, KEY_LETTER } from "./keys.ts"
import { readOrWriteMarker } from "./marker.ts"
import { codesOf } from "./open-error.ts"
import { Damage } from "./sealed-value.ts"
import { unsealAny } from "./unseal-any.ts"

/** Takes the bytes of a backup, in order; the next ones come when the promise resolves. The arrays are the sink's to keep. */
export type BackupSink = (bytes: Uint8Array) => Promise<void>

export interface WrittenBackup extends BackupCounts {
  readonly bytes: number
  /** Documents with damaged values ("" for the store's own); they are in the backup as they are. */
  readonly damaged: readonly string[]
}

/** Writes all that `from`, a snapshot, holds, and the files beside it in the data folder. */
export async function writeBackup(
  from: Reading,
  folder: string,
  sink: BackupSink,
  time: number,
  onProgress: OnProgress = () => {},
): Promise<WrittenBackup> {
  const digest = newDigest()
  const damaged = new Set<string>()
  const counts = { time, values: 0, documents: 0 }
  let bytes = 0
  let page: Uint8Array[] = [encodeHeader(time)]
  const flush = async (): Promise<void> => {
    const joined = Buffer.concat(page)
    page = []
    digest.update(joined)
    bytes += joined.length
    await sink(joined)
  }
  let pending = 0
  for await (const [key, value] of inOrder(entriesOf(from, EVERYTHING), blobEntries(folder))) {
    if (!isSound(key, value)) damaged.add(documentOf(key))
    if (key[0] === SUMMARY) counts.documents += 1
    counts.values += 1
    page.push(encodeFrameHead(key, value), key, value)
    pending += value.length
    if (pending < PAGE_BYTES) continue
    pending = 0
    await flush()
    onProgress({ step: "values", done: counts.values, of: 0 })
  }
  page.push(encodeEnd(counts))
  await flush()
  const checksum = digest.digest()
  await sink(checksum)
  onProgress({ step: "values", done: counts.values, of: counts.values })
  return { ...counts, bytes: bytes + checksum.length, damaged: [...damaged] }
}

/**
 * Backs up a data folder that no server has open, without writing to it. The file appears under its name when it is whole
 * and fsynced. Rejects with a StoreError like `checkStore`, with STORE_DAMAGED when LevelDB's files are damaged, and with a
 * BackupError: TARGET_EXISTS, TARGET_UNWRITABLE.
 */
export async function writeBackupFile(
  folder: string,
  file: string,
  time: number,
  onProgress: OnProgress = () => {},
): Promise<WrittenBackup> {
  await refuseExisting(file)
  await using held = await holdFolder(folder)
  const { damages } = await checkFiles(held.path, (done, of) => onProgress({ step: "files", done, of }))
  if (damages.length > 0) {
    const names = damages.map((damage) => damage.file).join(", ")
    const message = `The data folder ${held.path} is damaged (${names}), and no backup was made; run "ligature check" on it, and keep the backups you have.`
    throw new StoreError("STORE_DAMAGED", message)
  }
  const database = await held.open()
  await readOrWriteMarker(database, held.path)
  return await writeWholeFile(file, (sink) => writeBackup(database, held.path, sink, time, onProgress))
}

/** What the snapshot says of files is true of them: a file is there before any document has it. */
async function* inOrder(...parts: readonly AsyncIterable<Entry>[]): AsyncGenerator<Entry> {
  for (const part of parts) yield* part
}

const SUMMARY = KEY_LETTER.summary.charCodeAt(0)
const EVERYTHING = { gte: new Uint8Array(), lt: Uint8Array.of(255, 255) }
const PAGE_BYTES = 1024 * 1024

/** `write` gives what it writes to the sink; it may read what it has written under the (temporary) path. */
export async function writeWholeFile<T>(
  file: string,
  write: (sink: BackupSink, path: string) => Promise<T>,
): Promise<T> {
  const path = resolve(file)
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`)
  let handle: FileHandle
  try {
    handle = await open(temporary, "wx")
  } catch (cause) {
    throw unwritable(path, cause)
  }
  try {
    const result = await writeAndSync(handle, path, (sink) => write(sink, temporary))
    await rename(temporary, path)
    await syncFolder(dirname(path))
    return result
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

async function writeAndSync<T>(handle: FileHandle, path: string, write: (sink: BackupSink) => Promise<T>): Promise<T> {
  const orUnwritable = (cause: unknown): never => {
    throw unwritable(path, cause)
  }
  try {
    const result = await write((bytes) => handle.writeFile(bytes).catch(orUnwritable))
    await handle.sync().catch(orUnwritable)
    return result
  } finally {
    await handle.close()
  }
}

function unwritable(path: string, cause: unknown): BackupError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  const message = `The backup ${path} cannot be written (${reason}); choose another place, or free space.`
  return new BackupError("TARGET_UNWRITABLE", message, { cause })
}

export async function refuseExisting(file: string): Promise<void> {
  const found = await stat(file).catch(() => null)
  if (found === null) return
  throw new BackupError(
    "TARGET_EXISTS",
    `There is a file ${resolve(file)} already; choose another name for the backup.`,
  )
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, "r")
  try {
    await handle.sync()
  } catch (error) {
    // Some systems do not fsync folders.
    if (!codesOf(error).some((code) => code === "EINVAL" || code === "EPERM")) throw error
  } finally {
    await handle.close()
  }
}

function isSound(key: Uint8Array, value: Uint8Array): boolean {
  try {
    unsealAny(key, value)
    return true
  } catch (error) {
    if (error instanceof Damage) return false
    throw error
  }
}
