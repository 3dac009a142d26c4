import type { StoredBlob } from "./blob-folder.ts"

/** A document's rows say which files it has: they go with it, and are copied with it. */
const PREFIX = "blob/"

export interface BlobOfDocument {
  readonly id: string
  readonly bytes: number
}

export function blobRow({ id, bytes }: StoredBlob): [name: string, value: Uint8Array] {
  return [`${PREFIX}${id}`, new TextEncoder().encode(String(bytes))]
}

/** The files of a document, by its rows. */
export function blobsOf(rows: ReadonlyMap<string, Uint8Array>): BlobOfDocument[] {
  const blobs: BlobOfDocument[] = []
  for (const [name, value] of rows) {
    if (!name.startsWith(PREFIX)) continue
    const bytes = Number(new TextDecoder().decode(value))
    blobs.push({ id: name.slice(PREFIX.length), bytes: Number.isFinite(bytes) ? bytes : 0 })
  }
  return blobs
}
