import { copyFile, mkdir, mkdtemp, readdir, rm, symlink } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { StoreError } from "@ligature/store"
import type { Database } from "./database.ts"
import { levelFolder } from "./level-database.ts"
import { codesOf, openError } from "./open-error.ts"
import { inspectFolder } from "./store-folder.ts"

/** A data folder that no server has open, held so that none can open it, and never written to. */
export interface FolderAtRest extends AsyncDisposable {
  readonly path: string
  /** For reading only: what is written is lost. Rejects like `openLevelStore`. */
  open(): Promise<Database>
}

/**
 * LevelDB cannot open a database without writing to it: it moves its log into tables and may compact. So it opens another
 * folder, in the system's temporary one, with links to the tables and copies of the log and the little files, whose
 * obsolete links it may delete as it likes. The lock is that of the real folder. Must not be called in a process that has
 * the folder open: systems give a process its own locks again.
 *
 * Rejects with STORE_LOCKED while another process has the folder open, with STORE_DAMAGED and STORE_FOREIGN_FOLDER like
 * `openLevelStore`, and with STORE_FOREIGN_FOLDER when there is nothing in it.
 */
export async function holdFolder(folder: string): Promise<FolderAtRest> {
  const path = resolve(folder)
  if ((await inspectFolder(path)) === "create") {
    throw new StoreError("STORE_FOREIGN_FOLDER", `The folder ${path} is absent or empty; there are no documents in it.`)
  }
  const temporary = await mkdtemp(join(tmpdir(), "ligature-at-rest-"))
  try {
    const lock = await takeLock(path, temporary)
    return new HeldFolder(path, temporary, lock)
  } catch (error) {
    await rm(temporary, { recursive: true, force: true })
    throw error
  }
}

/** An empty database whose lock file is that of the real folder: the one way to take LevelDB's lock without opening. */
async function takeLock(path: string, temporary: string): Promise<Database | null> {
  const names = await readdir(path)
  if (!names.includes(LOCK)) return null
  const holder = join(temporary, "lock")
  await mkdir(holder)
  try {
    await symlink(join(path, LOCK), join(holder, LOCK))
  } catch (error) {
    // A system on which not everybody may make links: then a server is noticed no earlier than by what it changes.
    if (codesOf(error).includes("EPERM")) return null
    throw error
  }
  return await levelFolder(holder)
    .open({ create: true })
    .catch((error: unknown) => {
      throw named(path, error)
    })
}

const LOCK = "LOCK"
const TABLE = /\.(?:ldb|sst)$/
/** LevelDB's own notes for people, which `open` writes anew. */
const NOTES = /^LOG(?:\.old)?$/

class HeldFolder implements FolderAtRest {
  readonly path: string
  readonly #temporary: string
  readonly #lock: Database | null
  #database: Database | null = null

  constructor(path: string, temporary: string, lock: Database | null) {
    this.path = path
    this.#temporary = temporary
    this.#lock = lock
  }

  async open(): Promise<Database> {
    const copied = join(this.#temporary, "copy")
    await mkdir(copied)
    for (const name of await readdir(this.path)) {
      if (name === LOCK || NOTES.test(name)) continue
      if (TABLE.test(name)) await linkOrCopy(join(this.path, name), join(copied, name))
      else if (LEVELS_OWN.test(name)) await copyFile(join(this.path, name), join(copied, name))
    }
    this.#database = await levelFolder(copied)
      .open({ create: false })
      .catch((error: unknown) => {
        throw named(this.path, error)
      })
    return this.#database
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#database?.close()
    await this.#lock?.close()
    await rm(this.#temporary, { recursive: true, force: true })
  }
}

const LEVELS_OWN = /^CURRENT$|^MANIFEST-\d+$|^\d+\.log$/

async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await symlink(from, to)
  } catch (error) {
    if (!codesOf(error).includes("EPERM")) throw error
    await copyFile(from, to)
  }
}

/** The same failure under the name of the folder that the person knows. */
function named(path: string, error: unknown): StoreError {
  return openError(path, error instanceof StoreError ? (error.cause ?? error) : error)
}
