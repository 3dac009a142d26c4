import { cp, readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import * as Y from "yjs"
import type { Database } from "../src/database.ts"
import { type LevelStore, openLevelStore } from "../src/index.ts"
import { levelFolder } from "../src/level-database.ts"
import { mergePrefix } from "../src/merge-prefix.ts"
import { typing, updatesOf } from "./yjs-document.ts"

export const SAMPLE_DOCUMENTS: readonly string[] = ["Minutes", "minutes", "réunion / été", "..", "empty of words"]

/** Documents as a server leaves them: checkpoint, log, rows and archive; one that was removed; one with rows only. */
export async function writeSamples(folder: string, documents: readonly string[] = SAMPLE_DOCUMENTS): Promise<void> {
  await using store = await openLevelStore(folder, { compaction: false })
  for (const [n, document] of documents.entries()) {
    const updates = updatesOf(
      (doc) => {
        doc.getText("flow").insert(0, "a longer stretch, pasted, so that there are several chunks. ".repeat(8))
        typing(`${document} and more words to lose`)(doc)
        doc.getText("flow").delete(2, 5)
      },
      { clientID: n + 1, author: (update) => (update % 3 === 0 ? "bob" : "ann") },
    )
    const half = Math.floor(updates.length / 2)
    const rows = new Map([
      ["owner/1", Uint8Array.of(1, 2)],
      ["schema", Uint8Array.of(3)],
    ])
    await store.append({ document, updates: updates.slice(0, half), rows })
    const { chunks, archive } = mergePrefix({
      checkpoint: [],
      log: updates.slice(0, half),
      through: half,
      maxChunkBytes: 256,
      archive: true,
    })
    await store.replacePrefix(document, { through: half, chunks, archive })
    await store.append({ document, updates: updates.slice(half) })
  }
  await store.append({ document: "gone", updates: updatesOf(typing("gone")) })
  await store.remove("gone", 99)
  await store.append({ document: "rows only", updates: [], rows: new Map([["schema", Uint8Array.of(4)]]) })
}

/** Lets LevelDB move its log to a table, as it does at every opening. */
export async function moveToTables(folder: string): Promise<void> {
  await openLevelStore(folder, { compaction: false }).then((store) => store.close())
}

/** Every value that can be read of all documents, rows and archives included. */
export async function everythingIn(folder: string): Promise<Map<string, unknown>> {
  await using store = await openLevelStore(folder, { compaction: false })
  const found = new Map<string, unknown>([
    ["id", store.id],
    ["statistics", await store.statistics()],
  ])
  for await (const summary of store.list()) {
    found.set(
      summary.document,
      summary.state === "removed" ? summary : { summary, ...(await readAll(store, summary.document)) },
    )
  }
  return found
}

async function readAll(store: LevelStore, document: string): Promise<object> {
  const records: unknown[] = []
  for await (const record of store.read(document)) records.push({ ...record, update: hex(record.update) })
  const archive: unknown[] = []
  for await (const segment of store.readArchive(document)) archive.push({ ...segment, update: hex(segment.update) })
  const rows = Array.from(await store.readRows(document), ([name, value]) => `${name} ${hex(value)}`)
  return { records, rows, archive }
}

/** Lets `spoil` work on a closed store's database. */
export async function spoil(folder: string, spoil: (database: Database) => Promise<void>): Promise<void> {
  const database = await levelFolder(folder).open({ create: false })
  try {
    await spoil(database)
  } finally {
    await database.close()
  }
}

/** Every file with its content. */
export async function filesIn(folder: string): Promise<Map<string, string>> {
  const files = new Map<string, string>()
  for (const name of (await readdir(folder)).toSorted()) files.set(name, await readFile(join(folder, name), "base64"))
  return files
}

/** A copy of a store that nobody has open. */
export async function copyOf(folder: string, to: string): Promise<string> {
  await cp(folder, to, { recursive: true })
  return to
}

/** The text that an update gives an empty document. */
export function textIn(update: Uint8Array): string {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, update)
  if (doc.store.pendingStructs !== null || doc.store.pendingDs !== null)
    throw new Error("the update leaves something pending")
  return doc.getText("flow").toJSON()
}

export function flipBit(bytes: Buffer, bit: number): Buffer {
  const flipped = Buffer.from(bytes)
  flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return flipped
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex")
}
