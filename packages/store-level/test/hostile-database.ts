import type { Change, Database, DatabaseFolder, Snapshot } from "../src/database.ts"

/**
 * How a write fails: before anything is written; after half of it is; after all of it is, but said to have failed.
 * In each case, whatever is written to that handle afterwards is acknowledged and lost, as LevelDB does after a full disk.
 */
export type Fault = "nothing" | "half" | "all"

/** A database folder whose writes fail when they are told to. */
export interface HostileFolder extends DatabaseFolder {
  /** Asked before each write, with its number since arming; null lets it through. */
  arm(fault: (write: number) => Fault | null): void
  /** While there is an error, nothing can be opened or probed. */
  failOpens(error: Error | null): void
  readonly writes: number
  readonly opens: number
  readonly probes: number
  /** Writes that a handle was given after it had failed: none, or the store trusts what it must not. */
  readonly lies: number
}

export function hostileFolder(inner: DatabaseFolder): HostileFolder {
  let fault: ((write: number) => Fault | null) | null = null
  let openError: Error | null = null
  let writes = 0
  let opens = 0
  let probes = 0
  let lies = 0

  function hostile(database: Database): Database {
    let hasFailed = false
    return {
      ...readingOf(database),
      async write(changes) {
        if (hasFailed) {
          lies += 1
          return
        }
        writes += 1
        const how = fault?.(writes) ?? null
        if (how === null) return database.write(changes)
        hasFailed = true
        await database.write(partOf(changes, how))
        throw new Error(`write ${writes} failed (${how} of it is written)`)
      },
      snapshot: () => database.snapshot(),
      close: () => database.close(),
    }
  }

  return {
    path: inner.path,
    async open(options) {
      opens += 1
      if (openError !== null) throw openError
      return hostile(await inner.open(options))
    },
    async probe() {
      probes += 1
      if (openError !== null) throw openError
    },
    arm(next) {
      writes = 0
      fault = next
    },
    failOpens(error) {
      openError = error
    },
    get writes() {
      return writes
    },
    get opens() {
      return opens
    },
    get probes() {
      return probes
    },
    get lies() {
      return lies
    },
  }
}

function partOf(changes: readonly Change[], how: Fault): readonly Change[] {
  if (how === "all") return changes
  return how === "half" ? changes.slice(0, Math.ceil(changes.length / 2)) : []
}

function readingOf(database: Database): Omit<Snapshot, "close"> {
  return {
    get: (key) => database.get(key),
    getMany: (keys) => database.getMany(keys),
    pages: (range) => database.pages(range),
    keys: (range) => database.keys(range),
  }
}
