import { describeDocumentStore } from "@ligature/store/testing"
import { describe, expect, test } from "vitest"
import type { DocumentStore, StoredRecord } from "@ligature/store"
import { levelFolder } from "../src/level-database.ts"
import { openLevelStore, openStoreIn } from "../src/open-level-store.ts"
import { hurriedClock } from "./held-clock.ts"
import { type Fault, type HostileFolder, hostileFolder } from "./hostile-database.ts"
import { temporaryFolder } from "./temporary-folder.ts"

const folders = new WeakMap<DocumentStore, string>()

describeDocumentStore("Level", () => open(temporaryFolder()), {
  async reopen(store) {
    await store.close()
    return open(folders.get(store) ?? "")
  },
})

async function open(folder: string | Promise<string>): Promise<DocumentStore> {
  const path = await folder
  const store = await openLevelStore(path, { compaction: false })
  folders.set(store, path)
  return store
}

describe.each<Fault>(["nothing", "half", "all"])(
  "on a disk where every third write fails after %s of it is written",
  (how) => {
    const hostiles = new WeakMap<DocumentStore, HostileFolder>()

    async function openOn(path: string): Promise<DocumentStore> {
      const folder = hostileFolder(levelFolder(path))
      const store = await openStoreIn(folder, { clock: hurriedClock, compaction: false })
      folder.arm((write) => (write % 3 === 2 ? how : null))
      hostiles.set(store, folder)
      return store
    }

    describeDocumentStore(`Level, hostile (${how})`, async () => openOn(await temporaryFolder()), {
      interruptsReads: true,
      async reopen(store) {
        await store.close()
        return openOn(hostiles.get(store)?.path ?? "")
      },
    })

    test("a handle that has failed is never written to again", async () => {
      const store = await openOn(await temporaryFolder())
      const folder = hostiles.get(store)
      for (let n = 0; n < 20; n++)
        await store.append({ document: "d", updates: [{ update: Uint8Array.of(n + 1), time: n, author: null }] })
      await store.close()
      expect(folder?.lies).toBe(0)
      expect(folder?.opens).toBeGreaterThan(5)
    })
  },
)

test("a prefix may end at any update of those that share a value; what follows is kept, also across restarts", async () => {
  const folder = await temporaryFolder()
  const updates = Array.from({ length: 8 }, (_, n) => ({
    // Every third is large: more than one value is needed.
    update: new Uint8Array(n % 3 === 0 ? 40_000 : 10).fill(n),
    time: 1000 - n,
    author: n < 4 ? "ann" : n < 6 ? null : "ben",
  }))
  const expected = updates.map((update, n) => ({ ...update, kind: "update", sequence: n + 1 }))
  {
    await using store = await openLevelStore(folder, { compaction: false })
    for (let through = 0; through <= 8; through++) {
      await store.append({ document: `${through}`, updates })
      if (through === 0) continue
      await store.replacePrefix(`${through}`, { through, chunks: [Uint8Array.of(9)], archive: null })
    }
  }
  await using store = await openLevelStore(folder, { compaction: false })
  for (let through = 0; through <= 8; through++) {
    const records = await found(store, `${through}`)
    expect(records.filter(({ kind }) => kind === "update")).toEqual(expected.slice(through))
    await store.append({ document: `${through}`, updates: updates.slice(0, 1) })
    const after = await found(store, `${through}`)
    expect(after.at(-1)).toMatchObject({ sequence: 9, author: "ann", time: 1000 })
    expect(after).toHaveLength(records.length + 1)
  }
})

async function found(store: DocumentStore, document: string): Promise<StoredRecord[]> {
  const records: StoredRecord[] = []
  for await (const record of store.read(document)) records.push({ ...record, update: Uint8Array.from(record.update) })
  return records
}
