import { mkdir, open, readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import type { Entry } from "./database.ts"
import { codesOf } from "./open-error.ts"
import { Damage, seal, unseal } from "./sealed-value.ts"

/** The folder in a data folder that holds what documents have beside text, a file each, made by whoever owns the store. */
export const BLOBS_FOLDER = "blobs"

/** What may be the name of a file there; no name leads elsewhere. Other files in the folder are notes that can be made anew. */
const BLOB_NAME = /^[0-9a-f]{32}\.[a-z]{3,4}$/

/** In a backup alone, behind all keys of a store: one letter, the file's name, 0x00. */
const LETTER = "z"

/** Each file of a data folder as a sealed value, in the order of their names; none where there is no such folder. */
export async function* blobEntries(folder: string): AsyncGenerator<Entry> {
  for (const name of (await namesIn(join(folder, BLOBS_FOLDER))).toSorted()) {
    if (!BLOB_NAME.test(name)) continue
    const bytes = await readFile(join(folder, BLOBS_FOLDER, name)).catch(whenMissing)
    // One that no document has was cleared away meanwhile.
    if (bytes === null) continue
    const key = Buffer.from(`${LETTER}${name}\0`)
    yield [key, seal("blob", key, bytes)]
  }
}

export function isBlobKey(key: Uint8Array): boolean {
  return key[0] === LETTER.charCodeAt(0)
}

/** Writes the file that a value of a backup holds, fsynced, into a data folder. Throws Damage. */
export async function restoreBlob(folder: string, [key, value]: Entry): Promise<void> {
  const name = Buffer.from(key.subarray(1, -1)).toString()
  if (!BLOB_NAME.test(name)) throw new Damage(`a file in it has the name ${JSON.stringify(name)}`)
  const bytes = unseal("blob", key, value)
  await mkdir(join(folder, BLOBS_FOLDER), { recursive: true, mode: 0o700 })
  const file = await open(join(folder, BLOBS_FOLDER, name), "wx", 0o600)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(whenMissing)) ?? []
}

function whenMissing(error: unknown): null {
  if (codesOf(error).includes("ENOENT")) return null
  throw error
}
