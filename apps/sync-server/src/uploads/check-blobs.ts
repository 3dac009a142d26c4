import { createHash } from "node:crypto"
import { createReadStream } from "node:fs"
import { readdir, stat } from "node:fs/promises"
import { join } from "node:path"
import { BLOBS_FOLDER, type FoundDamage, type KeptBeside, type OnProgress } from "@ligature/store-level"
import { INCOMING, isBlobId, UNREFERENCED } from "./blob-folder.ts"
import { type BlobOfDocument, blobsOf } from "./blob-rows.ts"

/** What documents say of one file. */
interface Expected extends BlobOfDocument {
  readonly documents: string[]
}

/** The files that documents have beside text, compared with what their rows say: all there, as long as they were, and the same bytes. */
export class BlobCheck implements KeptBeside {
  readonly #folder: string
  readonly #onProgress: OnProgress
  readonly #expected = new Map<string, Expected>()

  /** @param data the data folder */
  constructor(data: string, onProgress: OnProgress) {
    this.#folder = join(data, BLOBS_FOLDER)
    this.#onProgress = onProgress
  }

  /** Files that documents have. */
  get files(): number {
    return this.#expected.size
  }

  rowsOf(document: string, rows: ReadonlyMap<string, Uint8Array>): void {
    for (const blob of blobsOf(rows)) {
      const before = this.#expected.get(blob.id)
      if (before === undefined) this.#expected.set(blob.id, { ...blob, documents: [document] })
      else before.documents.push(document)
    }
  }

  async check(isWhole: boolean): Promise<{ damages: FoundDamage[]; notes: string[] }> {
    const damages: FoundDamage[] = []
    let done = 0
    let unproven = 0
    for (const blob of this.#expected.values()) {
      this.#onProgress({ step: "images", done: done++, of: this.#expected.size })
      if (blob.sha256 === null) unproven += 1
      const fault = await faultOf(join(this.#folder, blob.id), blob)
      if (fault === null) continue
      const owners = blob.documents.map((document) => JSON.stringify(document)).join(", ")
      const reason = `${fault}; it is an image of ${owners}. ${REMEDY}`
      damages.push({ what: "file", name: `${BLOBS_FOLDER}/${blob.id}`, reason })
    }
    this.#onProgress({ step: "images", done: this.#expected.size, of: this.#expected.size })
    const notes = await this.#strays(isWhole)
    if (unproven > 0) {
      notes.push(
        `${unproven} files of ${BLOBS_FOLDER}/ were stored before checksums were: of them only the length was compared.`,
      )
    }
    return { damages, notes }
  }

  async #strays(isWhole: boolean): Promise<string[]> {
    const names = (await readdir(this.#folder).catch(whenMissing)) ?? []
    const strays = names.filter((name) => !this.#expected.has(name) && name !== INCOMING && name !== UNREFERENCED)
    const orphans = strays.filter(isBlobId)
    const foreign = strays.filter((name) => !isBlobId(name))
    const notes: string[] = []
    if (orphans.length > 0) {
      const what = isWhole ? "no document has" : "no document has that could be read"
      notes.push(
        `${orphans.length} files of ${BLOBS_FOLDER}/ ${what}: ${listed(orphans)}. Nothing needs doing: the server removes them when they have been so for a while.`,
      )
    }
    if (foreign.length > 0) {
      notes.push(
        `${BLOBS_FOLDER}/ holds what the server did not put there: ${listed(foreign)}. It leaves that alone; move it elsewhere.`,
      )
    }
    return notes
  }
}

const REMEDY = `Restore a backup into another folder and copy this file from its ${BLOBS_FOLDER}/, or put the image into the document anew`

async function faultOf(path: string, { bytes, sha256 }: BlobOfDocument): Promise<string | null> {
  const found = await stat(path).catch(whenMissing)
  if (found === null) return "it is missing"
  if (found.size !== bytes) return `it has ${found.size} bytes, and had ${bytes} when it was stored`
  if (sha256 === null) return null
  try {
    const hash = createHash("sha256")
    for await (const chunk of createReadStream(path)) hash.update(chunk)
    return hash.digest("hex") === sha256 ? null : "its bytes are not those that were stored"
  } catch (error) {
    return `it cannot be read (${error instanceof Error ? error.message : String(error)})`
  }
}

const MOST_LISTED = 20

function listed(names: readonly string[]): string {
  const more = names.length - MOST_LISTED
  return `${names.toSorted().slice(0, MOST_LISTED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`
}

function whenMissing(error: unknown): null {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return null
  throw error
}
