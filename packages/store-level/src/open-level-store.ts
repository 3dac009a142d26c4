import { type Clock, type Millis, systemClock } from "@ligature/protocol"
import { AFTER_RESERVED, StoreError } from "@ligature/store"
import type { CompactionOptions } from "./compactor.ts"
import { count } from "./batch.ts"
import { type Database, type DatabaseFolder, entriesOf } from "./database.ts"
import { documentOf, rangeOfAll, TOTALS_KEY } from "./keys.ts"
import { levelFolder } from "./level-database.ts"
import { beginLifetime, expectCommit, readLifetime } from "./lifetime.ts"
import { DocumentsInLevel, type LevelStore } from "./level-store.ts"
import { readOrWriteMarker } from "./marker.ts"
import { openError } from "./open-error.ts"
import { emptyTotals, sealTotals, type Totals, UNCOUNTED, unsealSummary, unsealTotals } from "./payloads.ts"
import { Damage, unseal } from "./sealed-value.ts"
import { readTrash } from "./trash.ts"
import { inspectFolder } from "./store-folder.ts"

export interface LevelStoreOptions {
  /** `false`: only when `compact` is called. */
  readonly compaction?: CompactionOptions | false
  /** How long deleted text stays in the archive, in ms, which `forgetHistory` enforces; Infinity (the default): for ever; 0: no archive. */
  readonly retentionMs?: Millis
  readonly clock?: Clock
}

/**
 * Opens the documents in `folder`, creating it only when it is absent or empty. Rejects with a StoreError whose message names the
 * folder and what to do: STORE_LOCKED, STORE_DAMAGED, STORE_NEWER_FORMAT, STORE_UNWRITABLE, STORE_FOREIGN_FOLDER.
 */
export function openLevelStore(folder: string, options: LevelStoreOptions = {}): Promise<LevelStore> {
  return openStoreIn(levelFolder(folder), options)
}

/** The same for a folder that must be there: STORE_FOREIGN_FOLDER for one that is absent or empty. */
export async function openExistingStore(folder: string, options: LevelStoreOptions = {}): Promise<LevelStore> {
  if ((await inspectFolder(folder)) === "open") return await openLevelStore(folder, options)
  throw new StoreError("STORE_FOREIGN_FOLDER", `The folder ${folder} is absent or empty; there are no documents in it.`)
}

/** The same over any database; tests put faults into one. */
export async function openStoreIn(folder: DatabaseFolder, options: LevelStoreOptions): Promise<LevelStore> {
  const { compaction = {}, retentionMs = Number.POSITIVE_INFINITY, clock = systemClock } = options
  if (Number.isNaN(retentionMs) || retentionMs < 0)
    throw new RangeError(`retentionMs must be 0 or more, not ${retentionMs}`)
  const create = (await inspectFolder(folder.path)) === "create"
  const before = create ? null : await readLifetime(folder.path)
  if (!create) await beginLifetime(folder.path, before).catch(refuseFolder(folder.path))
  const database = await folder.open({ create })
  try {
    const marker = await readOrWriteMarker(database, folder.path)
    const quarantined = await readQuarantined(database)
    const trash = await readTrash(database)
    const totals = await readTotals(database, before?.commit ?? 0)
    if (create) await beginLifetime(folder.path, before)
    else await expectCommit(folder.path, before, totals.commit)
    return new DocumentsInLevel({
      folder,
      database,
      marker,
      totals,
      quarantined,
      trash,
      clock,
      retentionMs,
      compaction,
    })
  } catch (cause) {
    await database.close()
    throw openError(folder.path, cause)
  }
}

function refuseFolder(path: string): (cause: unknown) => never {
  return (cause) => {
    throw openError(path, cause)
  }
}

async function readQuarantined(database: Database): Promise<Map<string, string>> {
  const quarantined = new Map<string, string>()
  for await (const [key, value] of entriesOf(database, rangeOfAll("quarantine"))) {
    quarantined.set(
      documentOf(key),
      orElse("unknown damage", () => Buffer.from(unseal("quarantine", key, value)).toString()),
    )
  }
  return quarantined
}

/** Counted anew from the summaries when they are missing or damaged: they are worth no restore. `commit`: the last one, as far as anybody knows. */
async function readTotals(database: Database, commit: number): Promise<Totals> {
  const value = await database.get(TOTALS_KEY)
  const found = value === undefined ? null : orElse(null, () => unsealTotals(TOTALS_KEY, value))
  // The next commit writes it; until then a start counts the server's own documents once more, and reads no others.
  if (found?.reserved === UNCOUNTED) return { ...found, reserved: await countReserved(database) }
  if (found !== null) return found
  const totals = { ...emptyTotals(), commit }
  for await (const [key, value] of entriesOf(database, rangeOfAll("summary"))) {
    const summary = orElse(null, () => unsealSummary(key, value))
    if (summary === null) totals.documents += 1
    else count(totals, documentOf(key), summary, 1)
  }
  await database.write([{ type: "put", key: TOTALS_KEY, value: sealTotals(TOTALS_KEY, totals) }])
  return totals
}

async function countReserved(database: Database): Promise<number> {
  const { gte } = rangeOfAll("summary")
  const { gte: lt } = rangeOfAll("summary", AFTER_RESERVED)
  const totals = emptyTotals()
  for await (const [key, value] of entriesOf(database, { gte, lt })) {
    const summary = orElse(null, () => unsealSummary(key, value))
    if (summary !== null) count(totals, documentOf(key), summary, 1)
  }
  return totals.reserved
}

function orElse<T>(fallback: T, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof Damage) return fallback
    throw error
  }
}
