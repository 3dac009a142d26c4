import { resolve } from "node:path"
import {
  checkUpdate,
  DEFAULT_LIMITS,
  KnownState,
  type Limits,
  parseDocumentName,
  ProtocolError,
} from "@ligature/protocol"
import { cutUpdate } from "@ligature/protocol/cut-update"
import { StoreError } from "@ligature/store"
import * as decoding from "lib0/decoding"
import { checkFiles } from "./check-files.ts"
import type { OnProgress } from "./check-store.ts"
import { type Database, entriesOf } from "./database.ts"
import { holdFolder } from "./folder-at-rest.ts"
import type { LevelStore } from "./level-store.ts"
import { openLevelStore } from "./open-level-store.ts"

/** What became of the documents of a y-websocket server. */
export interface ImportedDocuments {
  readonly documents: number
  /** Updates that were taken, and those that brought nothing new. */
  readonly updates: number
  readonly bytes: number
  /** What was not taken, and why. */
  readonly refused: readonly RefusedImport[]
}

export interface RefusedImport {
  readonly document: string
  /** Number of the update in its database; null when all of the document was refused. */
  readonly update: number | null
  /** A part of a sentence. */
  readonly reason: string
}

/**
 * Brings the documents of a y-leveldb folder (y-leveldb 0.1 and 0.2: what y-websocket servers keep with YPERSISTENCE) into a data folder, which is
 * made if it is not there. The other folder is not written to. Every update goes through the check that clients' updates go
 * through; what fails it, or stands on something that is missing, is left out and told. A document that is there already stays as it is.
 * Rejects like `openLevelStore`, for either folder.
 */
export async function importYLevelDb(
  from: string,
  into: string,
  time: number,
  onProgress: OnProgress = () => {},
): Promise<ImportedDocuments> {
  await using held = await holdFolder(from)
  const { damages } = await checkFiles(held.path, (done, of) => onProgress({ step: "files", done, of }))
  if (damages.length > 0) {
    const files = damages.map(({ file, reason }) => `${file}: ${reason}`).join("; ")
    throw new StoreError("STORE_DAMAGED", `The folder ${held.path} is damaged (${files}), and nothing was imported.`)
  }
  const source = await held.open()
  await using store = await openLevelStore(resolve(into), { compaction: false })
  const found = { documents: 0, updates: 0, bytes: 0, refused: [] as RefusedImport[] }
  let done = 0
  for await (const { document, updates } of documentsIn(source)) {
    onProgress({ step: "documents", done: (done += 1), of: 0 })
    await importOne(store, document, updates, time, found)
  }
  onProgress({ step: "documents", done, of: done })
  return found
}

interface OldUpdate {
  readonly number: number
  readonly update: Uint8Array
}

interface Found {
  documents: number
  updates: number
  bytes: number
  readonly refused: RefusedImport[]
}

async function importOne(
  store: LevelStore,
  document: string,
  updates: readonly OldUpdate[],
  time: number,
  found: Found,
): Promise<void> {
  const refuse = (update: number | null, reason: string): void => void found.refused.push({ document, update, reason })
  try {
    parseDocumentName(document)
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    return refuse(null, error.message)
  }
  if ((await store.state(document)) !== "absent") return refuse(null, "there is a document of this name already")
  const known = new KnownState()
  const taken: Uint8Array[] = []
  let left = updates
  // What stands on a later one comes in behind it.
  for (let before = -1; left.length > 0 && left.length !== before;) {
    before = left.length
    const waiting: OldUpdate[] = []
    for (const one of left) {
      const verdict = checkUpdate(one.update, known, { owns: () => true, limits: OWN_DATA, kind: "step2" })
      if (verdict.verdict === "refused") refuse(one.number, `${verdict.reason}: ${verdict.detail}`)
      else if (verdict.verdict === "gap") waiting.push(one)
      else {
        found.updates += 1
        if (verdict.verdict === "nothing-new") continue
        known.absorb(verdict.change)
        taken.push(...cutUpdate(verdict.update, OWN_DATA.recordBytes))
        if (verdict.incomplete) waiting.push(one)
      }
    }
    left = waiting
  }
  for (const { number } of left) refuse(number, "it stands on something that is missing")
  if (taken.length === 0) return
  found.documents += 1
  for (const update of taken) found.bytes += update.length
  await store.append({ document, updates: taken.map((update) => ({ update, time, author: null })) })
}

/** An old server has documents of any size; what makes an update invalid is the same as ever. */
const OWN_DATA: Limits = {
  ...DEFAULT_LIMITS,
  structs: 100_000_000,
  newClients: DEFAULT_LIMITS.clients,
  newRoots: DEFAULT_LIMITS.roots,
}

async function* documentsIn(
  source: Database,
): AsyncGenerator<{ readonly document: string; readonly updates: readonly OldUpdate[] }> {
  let document: string | null = null
  let updates: OldUpdate[] = []
  for await (const [key, value] of entriesOf(source, { gte: new Uint8Array(), lt: Uint8Array.of(255, 255) })) {
    const found = readKey(key)
    if (found === null) continue
    if (document !== found.document) {
      if (document !== null) yield { document, updates }
      document = found.document
      updates = []
    }
    updates.push({ number: found.number, update: value })
  }
  if (document !== null) yield { document, updates }
}

const TEXT = 0
const UINT32 = 1

/** ["v1", document, "update", number]: each part a byte for its kind, then a lib0 varString or four bytes. null for keys of state vectors and others. */
function readKey(key: Uint8Array): { readonly document: string; readonly number: number } | null {
  const parts: (string | number)[] = []
  try {
    const decoder = decoding.createDecoder(key)
    while (decoding.hasContent(decoder)) {
      const kind = decoding.readUint8(decoder)
      if (kind === TEXT) parts.push(decoding.readVarString(decoder))
      else if (kind === UINT32) parts.push(decoding.readUint32BigEndian(decoder))
      else return null
    }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return null
  }
  const [version, document, what, number] = parts
  if (version !== "v1" || typeof document !== "string" || what !== "update" || typeof number !== "number") return null
  return { document, number }
}
