import { createHash, randomBytes } from "node:crypto"
import { createWriteStream } from "node:fs"
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { Problem } from "../api/problem.ts"
import { type ImageKind, isImageKind, SNIFFED_BYTES, type SniffedImage, sniffImage } from "./sniff-image.ts"

/** A file that is kept, under a name nobody can guess. */
export interface StoredBlob extends SniffedImage {
  /** `<32 hexadecimal digits>.<kind>`; also its file's name. */
  readonly id: string
  readonly bytes: number
  /** SHA-256 of the file, in hexadecimal digits. */
  readonly sha256: string
}

/**
 * What people put into documents beside text: files in a folder of their own, since values of megabytes would stall every writer of
 * the store. A file is either there whole or not at all: it is written under another name, fsynced, and renamed.
 */
export class BlobFolder {
  readonly #folder: string

  private constructor(folder: string) {
    this.#folder = folder
  }

  /**
   * @param folder is made when it is absent; nobody else writes there
   * What was under way when the process ended is cleared away.
   */
  static async open(folder: string): Promise<BlobFolder> {
    await mkdir(join(folder, INCOMING), { recursive: true, mode: 0o700 })
    for (const left of await readdir(join(folder, INCOMING))) await rm(join(folder, INCOMING, left))
    return new BlobFolder(folder)
  }

  /**
   * Takes a file in as it comes, and forgets it again when anything about it is wrong.
   * @throws {Problem} 413 at the first byte over `maxBytes`, 415 and 422 from `sniffImage`, 400 for an empty file
   */
  async receive(body: Readable, maxBytes: number): Promise<StoredBlob> {
    const key = randomBytes(16).toString("hex")
    const incoming = join(this.#folder, INCOMING, key)
    try {
      const { bytes, sha256 } = await this.#write(body, incoming, maxBytes)
      const image = sniffImage(await beginningOf(incoming))
      const id = `${key}.${image.kind}`
      await rename(incoming, join(this.#folder, id))
      await syncFolder(this.#folder)
      return { id, bytes, sha256, ...image }
    } catch (error) {
      await rm(incoming, { force: true })
      throw error
    }
  }

  /** Where the file is and what it is; null when there is none of that id, or none could be. */
  async find(id: string): Promise<{ readonly path: string; readonly kind: ImageKind; readonly bytes: number } | null> {
    const kind = kindInId(id)
    if (kind === null) return null
    const path = join(this.#folder, id)
    const found = await stat(path).catch(whenMissing)
    return found === null ? null : { path, kind, bytes: found.size }
  }

  /**
   * Removes files that no document has had for `graceMs`: what was just uploaded may be referred to a moment later, and a document may come
   * back from the trash. When a file was first found so is noted beside the files.
   * @param isMentioned which of the ids whose time has come stand in some document all the same; their time begins anew
   * @returns the ids removed
   */
  async sweep(
    referenced: ReadonlySet<string>,
    graceMs: number,
    now: number,
    isMentioned: (ids: readonly string[]) => Promise<ReadonlySet<string>> = nobody,
  ): Promise<string[]> {
    const noted = await this.#unreferenced()
    const still = new Map<string, number>()
    const due: string[] = []
    for (const id of await readdir(this.#folder)) {
      if (kindInId(id) === null || referenced.has(id)) continue
      const since = noted.get(id) ?? now
      if (now - since < graceMs) still.set(id, since)
      else due.push(id)
    }
    const mentioned = due.length > 0 ? await isMentioned(due) : new Set()
    const removed = due.filter((id) => !mentioned.has(id))
    for (const id of due) if (mentioned.has(id)) still.set(id, now)
    for (const id of removed) await rm(join(this.#folder, id), { force: true })
    await writeFile(join(this.#folder, UNREFERENCED), JSON.stringify(Object.fromEntries(still)))
    return removed
  }

  /** When each file was first found without a document. Where the note cannot be read, all begin anew. */
  async #unreferenced(): Promise<ReadonlyMap<string, number>> {
    const text = await readFile(join(this.#folder, UNREFERENCED), "utf8").catch(whenMissing)
    try {
      const parsed: unknown = JSON.parse(text ?? "{}")
      const entries = typeof parsed === "object" && parsed !== null ? Object.entries(parsed) : []
      return new Map(entries.filter((entry): entry is [string, number] => typeof entry[1] === "number"))
    } catch {
      return new Map()
    }
  }

  async #write(body: Readable, path: string, maxBytes: number): Promise<Pick<StoredBlob, "bytes" | "sha256">> {
    let bytes = 0
    const hash = createHash("sha256")
    const counted = async function* (source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      for await (const chunk of source) {
        bytes += chunk.byteLength
        if (bytes > maxBytes) throw tooLarge(maxBytes)
        hash.update(chunk)
        yield chunk
      }
    }
    // The stream fsyncs before it closes: a rename must not get to the disk before what is in the file.
    await pipeline(body, counted, createWriteStream(path, { flags: "wx", mode: 0o600, flush: true }))
    if (bytes === 0)
      throw new Problem(400, "empty-file", "The file is empty; send the image as the body of the request.")
    return { bytes, sha256: hash.digest("hex") }
  }
}

export function tooLarge(maxBytes: number): Problem {
  return new Problem(
    413,
    "file-too-large",
    `Files may have up to ${Math.floor(maxBytes / 1024 / 1024)} MB; this one has more.`,
  )
}

/** Cannot clash with a blob: those are named in hexadecimal digits. */
export const INCOMING = "incoming"
/** When each file was first found without a document. */
export const UNREFERENCED = "unreferenced.json"

const nobody = async (): Promise<ReadonlySet<string>> => new Set()

/** Whether a file of this name is one of ours. */
export function isBlobId(name: string): boolean {
  return kindInId(name) !== null
}

function kindInId(id: string): ImageKind | null {
  const ending = /^[0-9a-f]{32}\.([a-z]{3,4})$/.exec(id)?.[1]
  return ending !== undefined && isImageKind(ending) ? ending : null
}

async function beginningOf(path: string): Promise<Uint8Array> {
  const file = await open(path)
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(SNIFFED_BYTES), 0, SNIFFED_BYTES, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function whenMissing(error: unknown): null {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return null
  throw error
}
