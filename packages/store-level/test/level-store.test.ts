import { describeDocumentStore } from "@ligature/store/testing"
import { describe, expect, test } from "vitest"
import type { DocumentStore } from "@ligature/store"
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
