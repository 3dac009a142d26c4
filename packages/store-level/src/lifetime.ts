import { randomUUID } from "node:crypto"
import { readdir, readFile, rename, stat, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { StoreError } from "@ligature/store"
import { checkFiles } from "./check-files.ts"
import { holdFolder } from "./folder-at-rest.ts"
import { codesOf } from "./open-error.ts"
import { LIFETIME_FILE } from "./store-folder.ts"

// A file beside LevelDB's says how the folder was left. LevelDB compares no checksums when it reads, and a wrong byte in the frame of a table ends
// the whole process: a server that is started again would die of it again. So after an end without goodbye the tables are checked
// before LevelDB sees them. And a folder that was closed knows its last commit: a log that lost its end is noticed.

/** Up to so many bytes (about two seconds of reading) tables are checked after every end without goodbye; larger ones after the second in a row. */
const QUICK_CHECK_BYTES: number = 512 * 1024 * 1024

export type Lifetime =
  /** `commit`: the last one, which the database must have. */
  | { readonly state: "closed"; readonly commit: number }
  /**
   * Open, or left so. `deaths`: ends without goodbye in a row before this start. `commit`: the one that the database must have, as long as
   * nobody has seen that it does; 0 after that.
   */
  | { readonly state: "open"; readonly by: string; readonly deaths: number; readonly commit: number }

/** One process may open a folder again while it still has it; it has not died then. */
const ME: string = randomUUID()

/** null for a folder that says nothing: a new one, one that was restored, or of an older version. */
export async function readLifetime(folder: string): Promise<Lifetime | null> {
  let text: string
  try {
    text = await readFile(join(folder, LIFETIME_FILE), "utf8")
  } catch (error) {
    if (codesOf(error).includes("ENOENT")) return null
    throw error
  }
  return parse(text)
}

/**
 * Looks at what an end without goodbye may have left, and notes that the folder is open now. Rejects with STORE_DAMAGED naming the files, and
 * with STORE_LOCKED when the folder is in use.
 */
export async function beginLifetime(folder: string, before: Lifetime | null): Promise<void> {
  const died = before?.state === "open" && before.by !== ME
  const deaths = died ? before.deaths + 1 : 0
  if (died) await checkAfterDeath(folder, deaths)
  await write(folder, { state: "open", by: ME, deaths, commit: before?.commit ?? 0 })
}

/** The database is open. Rejects with STORE_DAMAGED when the folder, closed in order, has lost commits since. */
export async function expectCommit(folder: string, before: Lifetime | null, commit: number): Promise<void> {
  const expected = before?.commit ?? 0
  if (commit >= expected) {
    const deaths = before?.state === "open" && before.by !== ME ? before.deaths + 1 : 0
    if (expected > 0) await write(folder, { state: "open", by: ME, deaths, commit: 0 })
    return
  }
  const message = `The data folder ${folder} no longer holds what was written to it (commit ${commit} instead of ${expected}): LevelDB's log was cut, or files of another time are in it. Nothing was changed; run "ligature check" on it, or restore a backup.`
  throw new StoreError("STORE_DAMAGED", message)
}

export async function endLifetime(folder: string, commit: number): Promise<void> {
  try {
    await write(folder, { state: "closed", commit })
  } catch (error) {
    // A full disk, most likely. The next start checks the tables for nothing.
    if (!(error instanceof Error && "syscall" in error)) throw error
  }
}

async function checkAfterDeath(folder: string, deaths: number): Promise<void> {
  if (deaths < 2 && (await bytesIn(folder)) > QUICK_CHECK_BYTES) return
  // Not while another process writes to them.
  await using held = await holdFolder(folder)
  const { damages } = await checkFiles(held.path, () => {})
  // A log may end in any way after a power cut, and LevelDB reads it up to there.
  const fatal = damages.filter(({ file }) => !file.endsWith(".log"))
  if (fatal.length === 0) return
  const files = fatal.map(({ file, reason }) => `${file}: ${reason}`).join("; ")
  const message = `The data folder ${folder} is damaged (${files}), and the server did not end in order before, perhaps over this. Nothing was changed; run "ligature check" on it, and restore a backup into a new folder.`
  throw new StoreError("STORE_DAMAGED", message)
}

async function bytesIn(folder: string): Promise<number> {
  let bytes = 0
  for (const name of await readdir(folder)) {
    if (name.endsWith(".ldb")) bytes += (await stat(join(folder, name))).size
  }
  return bytes
}

async function write(folder: string, lifetime: Lifetime): Promise<void> {
  const file = join(folder, LIFETIME_FILE)
  await writeFile(`${file}.tmp`, `${JSON.stringify(lifetime)}\n`, { flush: true })
  await rename(`${file}.tmp`, file)
}

/** A file that somebody has changed says that nothing is known, and so that something may be wrong. */
function parse(text: string): Lifetime {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === "object" && value !== null && "state" in value) {
      if (value.state === "closed" && "commit" in value && typeof value.commit === "number") {
        return { state: "closed", commit: value.commit }
      }
      if (value.state === "open" && "by" in value && "deaths" in value && typeof value.deaths === "number") {
        const commit = "commit" in value && typeof value.commit === "number" ? value.commit : 0
        return { state: "open", by: String(value.by), deaths: value.deaths, commit }
      }
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  return { state: "open", by: "nobody", deaths: 1, commit: 0 }
}
