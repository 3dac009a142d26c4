import { mkdir, readdir, rm } from "node:fs/promises"
import { join, resolve } from "node:path"
import * as encoding from "lib0/encoding"
import { BackupError } from "./backup-error.ts"
import { isBlobKey, restoreBlob } from "./blobs-in-backup.ts"
import type { OnProgress } from "./check-store.ts"
import { type Change, type Database, type DatabaseFolder, entriesOf } from "./database.ts"
import { documentOf, MARKER_KEY, quarantineKey, rangeOfAll, rowKey } from "./keys.ts"
import { levelFolder } from "./level-database.ts"
import { codesOf } from "./open-error.ts"
import { sealSummary, type Summary, unsealSummary } from "./payloads.ts"
import { type BackupCheck, checkBackup, readBackup } from "./read-backup.ts"
import { Damage, seal } from "./sealed-value.ts"

/** The row that a restored document has: a varUint, when it was restored (ms since 1970). */
export const RECOVERING_ROW = "recovering"

/**
 * Makes a data folder of a backup, in a folder that is absent or empty. Nothing is created before the whole file has proved good; a
 * restore that is interrupted leaves a folder that no server opens, one that fails leaves nothing. Live documents get the
 * row `recovering`. Rejects with a BackupError like `checkBackup`, and TARGET_EXISTS, TARGET_UNWRITABLE.
 */
export async function restoreBackup(
  file: string,
  folder: string,
  time: number,
  onProgress: OnProgress = () => {},
): Promise<BackupCheck> {
  return await restoreInto(levelFolder(resolve(folder)), file, time, onProgress)
}

/** The same into any database; tests put faults into one. */
export async function restoreInto(
  folder: DatabaseFolder,
  file: string,
  time: number,
  onProgress: OnProgress,
): Promise<BackupCheck> {
  const wasThere = await refuseFilled(folder.path)
  const check = await checkBackup(file, onProgress)
  try {
    await mkdir(folder.path, { recursive: true })
    const database = await folder.open({ create: true })
    try {
      await fill(database, folder.path, file, check, time, onProgress)
    } finally {
      await database.close()
    }
  } catch (cause) {
    await empty(folder.path, wasThere)
    if (cause instanceof BackupError) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    const message = `Nothing was restored into ${folder.path} (${reason}); choose another folder, or free space.`
    throw new BackupError("TARGET_UNWRITABLE", message, { cause })
  }
  return check
}

async function fill(
  database: Database,
  folder: string,
  file: string,
  check: BackupCheck,
  time: number,
  onProgress: OnProgress,
): Promise<void> {
  // The marker comes last: without it a folder with documents is damaged, and nobody takes half of them for all.
  let marker: Change | null = null
  const writer = new BatchWriter(database)
  const again = await readBackup(
    file,
    async ([key, value]) => {
      if (Buffer.compare(key, MARKER_KEY) === 0) marker = { type: "put", key, value }
      else if (isBlobKey(key)) await restoreBlob(folder, [key, value])
      else await writer.put(key, value)
    },
    ({ done, of }) => onProgress({ step: "restoring", done, of }),
  )
  if (again.bytes !== check.bytes || marker === null) {
    throw new BackupError("BACKUP_DAMAGED", `The backup ${file} changed while it was read.`)
  }
  await writer.flush()
  await markRecovering(database, time)
  await database.write([marker])
}

async function markRecovering(database: Database, time: number): Promise<void> {
  const writer = new BatchWriter(database)
  const value = encoding.encode((encoder) => encoding.writeVarUint(encoder, time))
  for await (const [key, sealed] of entriesOf(database, rangeOfAll("summary"))) {
    const summary = orNull(() => unsealSummary(key, sealed))
    const document = documentOf(key)
    // What is damaged or removed stays as it is.
    if (summary === null || summary.state === "removed" || (await database.get(quarantineKey(document))) !== undefined)
      continue
    const row = rowKey(document, RECOVERING_ROW)
    if ((await database.get(row)) === undefined) {
      const counted: Summary = { ...summary, rows: summary.rows + 1 }
      await writer.put(key, sealSummary(key, counted))
    }
    await writer.put(row, seal("row", row, value))
  }
  await writer.flush()
}

class BatchWriter {
  readonly #database: Database
  #changes: Change[] = []
  #bytes = 0

  constructor(database: Database) {
    this.#database = database
  }

  async put(key: Uint8Array, value: Uint8Array): Promise<void> {
    this.#changes.push({ type: "put", key, value })
    this.#bytes += key.length + value.length
    if (this.#bytes >= BATCH_BYTES) await this.flush()
  }

  async flush(): Promise<void> {
    if (this.#changes.length > 0) await this.#database.write(this.#changes)
    this.#changes = []
    this.#bytes = 0
  }
}

const BATCH_BYTES = 1024 * 1024

/** Whether the (empty) folder is there. */
async function refuseFilled(path: string): Promise<boolean> {
  try {
    const names = await readdir(path)
    if (names.length === 0) return true
    const message = `The folder ${path} is not empty; a backup is restored into a folder that is absent or empty.`
    throw new BackupError("TARGET_EXISTS", message)
  } catch (cause) {
    if (cause instanceof BackupError) throw cause
    if (codesOf(cause).includes("ENOENT")) return false
    const reason = cause instanceof Error ? cause.message : String(cause)
    const message = `The folder ${path} cannot be used (${reason}); choose another one.`
    throw new BackupError("TARGET_UNWRITABLE", message, { cause })
  }
}

/** Everything in it is ours: it was empty. */
async function empty(path: string, wasThere: boolean): Promise<void> {
  if (!wasThere) return await rm(path, { recursive: true, force: true })
  for (const name of await readdir(path)) await rm(join(path, name), { recursive: true, force: true })
}

function orNull<T>(read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    if (error instanceof Damage) return null
    throw error
  }
}
