import { access, mkdir, open, rm } from "node:fs/promises"
import { dirname, join, resolve } from "node:path"
import { StoreError } from "@ligature/store"
import { Level } from "level"
import type { Change, Database, DatabaseFolder, Entry, KeyRange, Reading, Snapshot } from "./database.ts"
import { codesOf, openError } from "./open-error.ts"

/** LevelDB in `path`. */
export function levelFolder(path: string): DatabaseFolder {
  return {
    path,
    open: ({ create }) => openLevel(path, create),
    probe: () => probe(path),
  }
}

type LevelSnapshot = ReturnType<Level<Uint8Array, Uint8Array>["snapshot"]>

async function openLevel(path: string, create: boolean): Promise<Database> {
  try {
    if (create) await makeFolder(resolve(path))
    const level = new Level<Uint8Array, Uint8Array>(path, {
      keyEncoding: "view",
      valueEncoding: "view",
      createIfMissing: create,
    })
    await level.open()
    return new LevelDatabase(level)
  } catch (cause) {
    throw openError(path, cause)
  }
}

class LevelReading implements Reading {
  readonly #level: Level<Uint8Array, Uint8Array>
  readonly #options: { snapshot?: LevelSnapshot }

  constructor(level: Level<Uint8Array, Uint8Array>, snapshot?: LevelSnapshot) {
    this.#level = level
    this.#options = snapshot === undefined ? {} : { snapshot }
  }

  get(key: Uint8Array): Promise<Uint8Array | undefined> {
    return this.#level.get(key, this.#options)
  }

  getMany(keys: readonly Uint8Array[]): Promise<(Uint8Array | undefined)[]> {
    return this.#level.getMany([...keys], this.#options)
  }

  async *pages(range: KeyRange): AsyncIterable<readonly Entry[]> {
    const iterator = this.#level.iterator({ ...range, ...this.#options, highWaterMarkBytes: READ_AHEAD_BYTES })
    try {
      for (;;) {
        const entries = await iterator.nextv(READ_AHEAD_ENTRIES)
        if (entries.length === 0) return
        yield entries
      }
    } finally {
      await iterator.close()
    }
  }

  async *keys(range: KeyRange): AsyncIterable<Uint8Array> {
    // Not `level.keys()`, which is an iterator around this one.
    const iterator = this.#level.iterator({ ...range, ...this.#options, values: false })
    try {
      for (;;) {
        const entries = await iterator.nextv(READ_AHEAD_ENTRIES)
        if (entries.length === 0) return
        for (const [key] of entries) yield key
      }
    } finally {
      await iterator.close()
    }
  }
}

/** What one step of an iterator fetches from the thread pool at most: enough for a checkpoint chunk and a half. */
const READ_AHEAD_BYTES = 192 * 1024
const READ_AHEAD_ENTRIES = 1000

const SYNCED = { sync: true } as const

class LevelDatabase extends LevelReading implements Database {
  readonly #level: Level<Uint8Array, Uint8Array>

  constructor(level: Level<Uint8Array, Uint8Array>) {
    super(level)
    this.#level = level
  }

  /** Chained: a batch given as an array is cloned and then read by the native side property by property, which costs twice as much for ten changes. */
  async write(changes: readonly Change[]): Promise<void> {
    const chained = this.#level.batch()
    for (const change of changes) {
      if (change.type === "put") chained.put(change.key, change.value)
      else chained.del(change.key)
    }
    await chained.write(SYNCED)
  }

  snapshot(): Snapshot {
    const snapshot = this.#level.snapshot()
    const reading = new LevelReading(this.#level, snapshot)
    return Object.assign(reading, { close: () => snapshot.close() })
  }

  close(): Promise<void> {
    return this.#level.close()
  }
}

/** Makes the folder and those above it, each durable once the one above it is fsynced. Not by `recursive`, which never ends on /proc. */
async function makeFolder(path: string): Promise<void> {
  const above = dirname(path)
  try {
    await mkdir(path)
  } catch (error) {
    if (codesOf(error).includes("EEXIST")) return
    if (!codesOf(error).includes("ENOENT") || above === path || (await isThere(above))) throw error
    await makeFolder(above)
    await mkdir(path)
  }
  const handle = await open(above, "r")
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch {
    return false
  }
}

/** Reopening writes a table of the size of LevelDB's write buffer (4 MB) and a manifest; this is enough for both. */
export const PROBE_BYTES: number = 8 * 1024 * 1024
export const PROBE_FILE = "probe.tmp"

async function probe(path: string): Promise<void> {
  const file = join(path, PROBE_FILE)
  try {
    const handle = await open(file, "w")
    try {
      await handle.writeFile(Buffer.alloc(PROBE_BYTES, 1))
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (cause) {
    throw new StoreError(
      "STORE_UNWRITABLE",
      `The data folder ${path} cannot be written; free space or mend the disk.`,
      { cause },
    )
  } finally {
    await rm(file, { force: true })
  }
}
