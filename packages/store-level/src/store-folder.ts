import { readdir, stat } from "node:fs/promises"
import { StoreError } from "@ligature/store"
import { PROBE_FILE } from "./level-database.ts"
import { codesOf, openError } from "./open-error.ts"

/** Says how the folder was left; see lifetime.ts. */
export const LIFETIME_FILE = "lifetime.json"

/**
 * Whether a database may be created in the folder or must be there already. With LevelDB's defaults a missing CURRENT
 * opens a new, empty database over the old one: so create only where nothing is, and refuse the rest with a StoreError.
 */
export async function inspectFolder(path: string): Promise<"create" | "open"> {
  const names = await list(path)
  if (names === "absent" || names.length === 0) return "create"
  if (names.includes("CURRENT")) return "open"
  const left = names.find((name) => /\.(?:ldb|sst|log)$|^MANIFEST-/.test(name))
  if (left !== undefined) {
    const message = `The data folder ${path} has no file CURRENT beside ${left}, so it is damaged; run "ligature check" on it, or restore a backup. Nothing was changed.`
    throw new StoreError("STORE_DAMAGED", message)
  }
  const message = `The folder ${path} holds something else (${names.slice(0, 3).join(", ")}) and no documents; choose an empty folder.`
  throw new StoreError("STORE_FOREIGN_FOLDER", message)
}

async function list(path: string): Promise<"absent" | string[]> {
  try {
    const names = await readdir(path)
    return names.filter((name) => name !== PROBE_FILE && !name.startsWith(LIFETIME_FILE))
  } catch (cause) {
    if (codesOf(cause).includes("ENOENT")) return "absent"
    if (codesOf(cause).includes("ENOTDIR") && (await isFile(path))) {
      const message = `The data folder ${path} is a file; choose a folder.`
      throw new StoreError("STORE_UNWRITABLE", message, { cause })
    }
    throw openError(path, cause)
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    const found = await stat(path)
    return found.isFile()
  } catch {
    return false
  }
}
