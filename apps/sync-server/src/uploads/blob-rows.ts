import type { DocumentStore } from "@ligature/store"

/** A document's rows say which files it has: they go with it, and a copy of it gets them, too. */
const PREFIX = "blob/"

export interface BlobOfDocument {
  readonly id: string
  readonly bytes: number
  /** null for one that was stored before hashes were. */
  readonly sha256: string | null
}

/** As text: the bytes of the file, a blank, its SHA-256. */
export function blobRow({ id, bytes, sha256 }: BlobOfDocument): [name: string, value: Uint8Array] {
  return [`${PREFIX}${id}`, new TextEncoder().encode(sha256 === null ? String(bytes) : `${bytes} ${sha256}`)]
}

/** The files of a document, by its rows. */
export function blobsOf(rows: ReadonlyMap<string, Uint8Array>): BlobOfDocument[] {
  const blobs: BlobOfDocument[] = []
  for (const [name, value] of rows) {
    if (!name.startsWith(PREFIX)) continue
    const [size = "", sha256 = null] = new TextDecoder().decode(value).split(" ")
    const bytes = Number(size)
    blobs.push({ id: name.slice(PREFIX.length), bytes: Number.isFinite(bytes) ? bytes : 0, sha256 })
  }
  return blobs
}

/** Gives a copy the files of the document it was made of: they stay as long as one of both does. */
export async function shareBlobs(store: DocumentStore, from: string, to: string): Promise<void> {
  const blobs = blobsOf(await store.readRows(from))
  if (blobs.length > 0)
    await store.append({ document: to, updates: [], rows: new Map(blobs.map((blob) => blobRow(blob))) })
}

/** Those of the ids that stand in what is stored of any document: words are moved from one to another with the images among them. */
export async function idsInUse(store: DocumentStore, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  const left = new Set(ids)
  for await (const { document, state } of store.list()) {
    if (left.size === 0) break
    if (state === "removed") continue
    for await (const { update } of store.read(document)) {
      const bytes = Buffer.from(update.buffer, update.byteOffset, update.byteLength)
      for (const id of left) {
        if (!bytes.includes(id)) continue
        found.add(id)
        left.delete(id)
      }
    }
  }
  return found
}
