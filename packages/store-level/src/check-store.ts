import { StoreError } from "@ligature/store"
import { count } from "./batch.ts"
import { checkDocument } from "./check-document.ts"
import { checkFiles } from "./check-files.ts"
import { type Database, entriesOf, type Reading } from "./database.ts"
import { holdFolder } from "./folder-at-rest.ts"
import { documentOf, KEY_LETTER, MARKER_KEY, rangeOfAll, TOTALS_KEY } from "./keys.ts"
import { readOrWriteMarker } from "./marker.ts"
import { emptyTotals, type Totals, unsealTotals } from "./payloads.ts"
import { Damage } from "./sealed-value.ts"

/** What was read, and everything in it that is not what was written. */
export interface StoreCheck {
  /** The store's name, null when its documents were not read. */
  readonly id: string | null
  /** Tables of LevelDB. */
  readonly tables: number
  readonly documents: number
  /** Tombstones. */
  readonly removed: number
  /** Checkpoint chunks and log records that were read. */
  readonly records: number
  readonly damages: readonly FoundDamage[]
  /** Worth knowing and no damage, a sentence each. */
  readonly notes: readonly string[]
}

export interface FoundDamage {
  readonly what: "file" | "document" | "store"
  /** Name of the file or document; empty for the store as a whole. */
  readonly name: string
  /** A part of a sentence. */
  readonly reason: string
}

/** Whoever keeps something beside the store, and in rows what there has to be; only they understand those. */
export interface KeptBeside {
  /** Called with the rows of each document, also of one in the trash. */
  rowsOf(document: string, rows: ReadonlyMap<string, Uint8Array>): void
  /** Called at the end, while nobody else can open the folder. `isWhole`: the rows of every document have been read. */
  check(isWhole: boolean): Promise<{ readonly damages: readonly FoundDamage[]; readonly notes: readonly string[] }>
}

/** How far a long task has come. `of` is 0 while nobody knows. */
export type OnProgress = (progress: { readonly step: string; readonly done: number; readonly of: number }) => void

/**
 * Reads everything in a data folder that no server has open: each checksum of LevelDB's files, then each value of each document. Never
 * writes to the folder. With a damaged table the documents are not read: LevelDB might end the process.
 * Rejects with a StoreError when it cannot check: STORE_LOCKED, STORE_FOREIGN_FOLDER, STORE_NEWER_FORMAT, STORE_UNWRITABLE.
 */
export async function checkStore(
  folder: string,
  onProgress: OnProgress = () => {},
  beside: KeptBeside | null = null,
): Promise<StoreCheck> {
  const found: Found = { damages: [], notes: [], records: 0, removed: 0, documents: 0 }
  try {
    return await checkHeld(folder, found, onProgress, beside)
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== "STORE_DAMAGED") throw error
    found.damages.push({ what: "store", name: "", reason: error.message })
    return { ...found, id: null, tables: 0 }
  }
}

interface Found {
  readonly damages: FoundDamage[]
  readonly notes: string[]
  documents: number
  removed: number
  records: number
}

async function checkHeld(
  folder: string,
  found: Found,
  onProgress: OnProgress,
  beside: KeptBeside | null,
): Promise<StoreCheck> {
  await using held = await holdFolder(folder)
  const files = await checkFiles(held.path, (done, of) => onProgress({ step: "files", done, of }))
  for (const { file, reason } of files.damages) found.damages.push({ what: "file", name: file, reason })
  for (const file of files.torn) {
    found.notes.push(
      `${file} ends in the middle of a record, as after a crash; nothing that was acknowledged is in such a record.`,
    )
  }
  if (files.damages.some(({ file }) => !file.endsWith(".log"))) {
    found.notes.push("The documents were not read: LevelDB may end the process over such a file.")
    return { ...found, id: null, tables: files.tables }
  }
  const database = await held.open()
  const marker = await readOrWriteMarker(database, held.path)
  await checkDocuments(database, found, onProgress, beside)
  if (beside !== null) {
    const { damages, notes } = await beside.check(found.damages.every(({ what }) => what === "file"))
    found.damages.push(...damages)
    found.notes.push(...notes)
  }
  return { ...found, id: marker.id, tables: files.tables }
}

async function checkDocuments(
  database: Database,
  found: Found,
  onProgress: OnProgress,
  beside: KeptBeside | null,
): Promise<void> {
  const stored = await readTotals(database, found)
  const of = stored === null ? 0 : stored.documents + stored.removed
  const totals = emptyTotals()
  const names = new Set<string>()
  for await (const entry of entriesOf(database, rangeOfAll("summary"))) {
    const document = documentOf(entry[0])
    onProgress({ step: "documents", done: names.size, of })
    names.add(document)
    const { summary, damages, records, rows } = await checkDocument(database, document, entry)
    if (rows !== null) beside?.rowsOf(document, rows)
    for (const reason of damages) found.damages.push({ what: "document", name: document, reason })
    found.records += records
    if (summary !== null) count(totals, document, summary, 1)
    else totals.documents += 1
  }
  onProgress({ step: "documents", done: names.size, of: names.size })
  found.documents = totals.documents
  found.removed = totals.removed
  await findStrays(database, names, found)
  if (stored !== null && found.damages.length === 0) compareTotals(stored, totals, found)
}

/** What belongs to no document, or is nothing that this format knows. */
async function findStrays(from: Reading, documents: ReadonlySet<string>, found: Found): Promise<void> {
  const letters = new Set<number>(Object.values(KEY_LETTER).map((letter) => letter.charCodeAt(0)))
  const strays = new Map<string, number>()
  let unknown = 0
  for await (const key of from.keys({ gte: new Uint8Array(), lt: Uint8Array.of(255, 255) })) {
    if (Buffer.compare(key, MARKER_KEY) === 0 || Buffer.compare(key, TOTALS_KEY) === 0) continue
    if (!letters.has(key[0] ?? 0) || !key.includes(0)) unknown += 1
    else {
      const document = documentOf(key)
      if (!documents.has(document)) strays.set(document, (strays.get(document) ?? 0) + 1)
    }
  }
  for (const [name, values] of strays) {
    found.damages.push({ what: "document", name, reason: `it has no summary, and ${values} values are there` })
  }
  if (unknown > 0) found.damages.push({ what: "store", name: "", reason: `${unknown} keys are of no known kind` })
}

async function readTotals(from: Reading, found: Found): Promise<Totals | null> {
  const value = await from.get(TOTALS_KEY)
  try {
    if (value === undefined) throw new Damage("the totals are missing")
    return unsealTotals(TOTALS_KEY, value)
  } catch (error) {
    if (!(error instanceof Damage)) throw error
    found.damages.push({
      what: "store",
      name: "",
      reason: `${error.message}; they are counted anew when a server opens it`,
    })
    return null
  }
}

/** The one trace of a document that is missing as a whole. */
function compareTotals(stored: Totals, counted: Totals, found: Found): void {
  const wrong = (["documents", "removed", "records", "bytes", "archiveBytes"] as const).filter(
    (field) => stored[field] !== counted[field],
  )
  if (wrong.length === 0) return
  const parts = wrong.map((field) => `${field} ${stored[field]}, found ${counted[field]}`)
  const reason = `the totals do not fit what is there (${parts.join("; ")}): documents may be missing, or a damaged one was removed`
  found.damages.push({ what: "store", name: "", reason })
}
