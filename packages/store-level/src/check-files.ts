import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { checkLog } from "./check-log-file.ts"
import { checkTable } from "./check-table-file.ts"
import { codesOf } from "./open-error.ts"
import { Damage } from "./sealed-value.ts"

export interface FilesCheck {
  readonly tables: number
  readonly damages: readonly { readonly file: string; readonly reason: string }[]
  /** Files that end in the middle of a record. */
  readonly torn: readonly string[]
}

/** Compares every checksum in LevelDB's own files. Reads only, and needs no database; nobody may write to them meanwhile. */
export async function checkFiles(folder: string, onFile: (done: number, of: number) => void): Promise<FilesCheck> {
  const all = await readdir(folder)
  const names = all.filter((name) => TABLE.test(name) || LOG.test(name)).toSorted()
  const damages: { file: string; reason: string }[] = []
  const current = await readFile(join(folder, CURRENT), "latin1")
  if (!all.some((name) => current === `${name}\n` && LOG.test(name))) {
    damages.push({ file: CURRENT, reason: "it names no file that is there" })
  }
  const torn: string[] = []
  for (const [done, file] of names.entries()) {
    onFile(done, names.length)
    try {
      const bytes = await readFile(join(folder, file))
      if (TABLE.test(file)) checkTable(bytes)
      else {
        const log = checkLog(bytes)
        damages.push(...log.damages.map((reason) => ({ file, reason })))
        if (log.isTorn) torn.push(file)
      }
    } catch (error) {
      damages.push({ file, reason: reasonOf(error) })
    }
  }
  onFile(names.length, names.length)
  return { tables: names.filter((name) => TABLE.test(name)).length, damages, torn }
}

/** Names the MANIFEST, which names the tables. */
const CURRENT = "CURRENT"
const TABLE = /^\d+\.(?:ldb|sst)$/
const LOG = /^\d+\.log$|^MANIFEST-\d+$/

/** A disk that gives no bytes is damage too; anything else is a fault of ours. */
function reasonOf(error: unknown): string {
  if (error instanceof Damage) return error.message
  if (error instanceof Error && codesOf(error).length > 0) return `it cannot be read: ${error.message}`
  throw error
}
