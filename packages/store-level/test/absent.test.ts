import { RESERVED_PREFIX } from "@ligature/store"
import { expect, test } from "vitest"
import type { Database, DatabaseFolder, KeyRange } from "../src/database.ts"
import { openLevelStore } from "../src/index.ts"
import { KEY_LETTER, summaryKey } from "../src/keys.ts"
import { levelFolder } from "../src/level-database.ts"
import { openStoreIn } from "../src/open-level-store.ts"
import { contents, write } from "./sample-document.ts"
import { temporaryFolder } from "./temporary-folder.ts"

/** Counts snapshots, which every read of a document begins with, and what is walked over in them; holds writes up while it is closed. */
class WatchedFolder implements DatabaseFolder {
  readonly path: string
  snapshots = 0
  /** The kinds of keys of each walk, by their letters. */
  walks = ""
  gate: Promise<void> = Promise.resolve()
  readonly #inner: DatabaseFolder

  constructor(path: string) {
    this.path = path
    this.#inner = levelFolder(path)
  }

  async open(options: { create: boolean }): Promise<Database> {
    const database = await this.#inner.open(options)
    return {
      get: (key) => database.get(key),
      getMany: (keys) => database.getMany(keys),
      pages: (range) => database.pages(range),
      keys: (range) => database.keys(range),
      snapshot: () => {
        this.snapshots += 1
        const snapshot = database.snapshot()
        return {
          get: (key) => snapshot.get(key),
          getMany: (keys) => snapshot.getMany(keys),
          pages: (range) => snapshot.pages(this.#noted(range)),
          keys: (range) => snapshot.keys(this.#noted(range)),
          close: () => snapshot.close(),
        }
      },
      write: async (changes) => {
        await this.gate
        await database.write(changes)
      },
      close: () => database.close(),
    }
  }

  probe(): Promise<void> {
    return this.#inner.probe()
  }

  #noted(range: KeyRange): KeyRange {
    this.walks += String.fromCharCode(range.gte[0] ?? 0)
    return range
  }
}

test("nobody walks over a log that is not there: compactions leave behind what such a walk goes over, others' too", async () => {
  const folder = new WatchedFolder(await temporaryFolder())
  await using store = await openStoreIn(folder, { compaction: false })
  await write(store, "compacted")
  await store.replacePrefix("compacted", { through: 5, chunks: [Uint8Array.of(1)], archive: null })
  expect(await contents(store, "compacted")).toHaveLength(3)
  expect(await contents(store, "nowhere")).toHaveLength(0)
  expect(await contents(store, `${RESERVED_PREFIX}of the server`)).toHaveLength(0)
  expect(folder.walks).not.toContain(KEY_LETTER.record)
  await write(store, "with a log")
  expect(await contents(store, "with a log")).toHaveLength(7)
  expect(folder.walks).toContain(KEY_LETTER.record)
})

test("a document that is not there is looked for once", async () => {
  const folder = new WatchedFolder(await temporaryFolder())
  await using store = await openStoreIn(folder, { compaction: false })
  expect(await store.readRows("nowhere")).toEqual(new Map())
  const once = folder.snapshots
  for (let n = 0; n < 10; n++) {
    expect(await store.readRows("nowhere")).toEqual(new Map())
    expect(await contents(store, "nowhere")).toEqual(await contents(store, "elsewhere"))
    expect(await store.state("nowhere")).toBe("absent")
    expect(await store.bytes("nowhere")).toBe(0)
  }
  // One more, for the other that is not there either.
  expect(folder.snapshots).toBe(once + 1)
})

test("and is there as soon as somebody has written to it", async () => {
  await using store = await openLevelStore(await temporaryFolder(), { compaction: false })
  for (let n = 0; n < 50; n++) {
    const document = `document ${n}`
    expect(await store.state(document)).toBe("absent")
    expect(await store.readRows(document)).toEqual(new Map())
    await store.append({ document, updates: [], rows: new Map([["row", Uint8Array.of(n)]]) })
    expect(await store.state(document)).toBe("live")
    expect(await store.readRows(document)).toEqual(new Map([["row", Uint8Array.of(n)]]))
    await store.remove(document, 1)
    await expect(store.readRows(document)).rejects.toMatchObject({ code: "DOCUMENT_REMOVED" })
  }
})

test("what a read finds while the first words are on their way to the disk is not remembered", async () => {
  const folder = new WatchedFolder(await temporaryFolder())
  await using store = await openStoreIn(folder, { compaction: false })
  let open = NOTHING
  folder.gate = new Promise((resolve) => (open = resolve))
  const before = store.readRows("d")
  const written = store.append({ document: "d", updates: [], rows: new Map([["row", Uint8Array.of(1)]]) })
  expect(await before).toEqual(new Map())
  // As of now it is still absent.
  expect(await store.readRows("d")).toEqual(new Map())
  expect(await store.state("d")).toBe("absent")
  const meanwhile = store.readRows("d")
  open()
  await written
  await meanwhile
  expect(await store.readRows("d")).toEqual(new Map([["row", Uint8Array.of(1)]]))
  expect(await store.state("d")).toBe("live")
})

const NOTHING = (): void => {}

test("records whose summary is lost are no absent document, however often one asks", async () => {
  const path = await temporaryFolder()
  {
    await using store = await openLevelStore(path, { compaction: false })
    await write(store, "d")
  }
  const database = await levelFolder(path).open({ create: false })
  await database.write([{ type: "del", key: summaryKey("d") }])
  await database.close()
  await using store = await openLevelStore(path, { compaction: false })
  await expect(store.readRows("d")).rejects.toMatchObject({ code: "STORE_DAMAGED" })
  await expect(store.readRows("d")).rejects.toMatchObject({ code: "STORE_QUARANTINED" })
  expect(await store.state("d")).toBe("quarantined")
})
