import { openMemoryStore, StoreError, type DocumentStore } from "@ligature/store"
import { expect, test } from "vitest"
import { AccessRules, type RuleChange } from "../../src/auth/access-rules.ts"

test("a rule holds in memory before the disk has it, and its promise waits for the disk", async () => {
  const store = openMemoryStore()
  const gate = gated(store)
  const changes: RuleChange[] = []
  const rules = new AccessRules(gate.store, (change) => changes.push(change))
  const ruled = rules.capDocument("minutes", "read")
  await expect.poll(() => changes).toEqual([{ document: "minutes" }])
  expect((await rules.of("minutes")).everyone).toBe("read")
  expect((await new AccessRules(store, () => {}).of("minutes")).everyone).toBeNull()
  gate.open()
  await ruled
  expect((await new AccessRules(store, () => {}).of("minutes")).everyone).toBe("read")
})

test("a rule that cannot be stored holds all the same, and whoever made it learns that it might not last", async () => {
  const store = openMemoryStore()
  const rules = new AccessRules(store, () => {})
  await rules.of("minutes")
  await rules.capOf("ann")
  await store.close()
  await expect(rules.capDocument("minutes", "none")).rejects.toBeInstanceOf(StoreError)
  await expect(rules.capSubject("ann", "none")).rejects.toBeInstanceOf(StoreError)
  expect((await rules.of("minutes")).everyone).toBe("none")
  expect(await rules.capOf("ann")).toBe("none")
})

test("rules that cannot be read are no rules: it is asked again", async () => {
  const store = openMemoryStore()
  let isDown = true
  const flaky: DocumentStore = Object.create(store, {
    readRows: {
      value: async (document: string) => {
        if (isDown) throw new StoreError("STORE_UNAVAILABLE", "not now")
        return store.readRows(document)
      },
    },
  })
  const rules = new AccessRules(flaky, () => {})
  await expect(rules.of("minutes")).rejects.toBeInstanceOf(StoreError)
  await expect(rules.capOf("ann")).rejects.toBeInstanceOf(StoreError)
  isDown = false
  expect((await rules.of("minutes")).everyone).toBeNull()
  expect(await rules.capOf("ann")).toBeNull()
})

test("links that are made at the same time do not undo each other", async () => {
  const store = openMemoryStore()
  const rules = new AccessRules(store, () => {})
  const [read, write] = await Promise.all([rules.renewLink("minutes", "read"), rules.renewLink("minutes", "write")])
  expect((await rules.of("minutes")).links).toMatchObject({ read, write })
  expect((await new AccessRules(store, () => {}).of("minutes")).links).toMatchObject({ read, write })
  expect(await rules.documentBehind(read)).toBe("minutes")
  expect(await rules.documentBehind("minutes")).toBeNull()
})

test("of documents that nobody asks for any more nothing is kept in memory, and nothing is lost by that", async () => {
  const store = openMemoryStore()
  const rules = new AccessRules(store, () => {})
  const key = await rules.renewLink("minutes", "read")
  for (let other = 0; other < 20_001; other += 1) await rules.of(`other ${other}`)
  let reads = 0
  const readRows = store.readRows.bind(store)
  store.readRows = (document) => {
    reads += 1
    return readRows(document)
  }
  expect((await rules.of("minutes")).links.read).toBe(key)
  expect(reads).toBe(1)
})

const NOTHING = (): void => {}

/** Appends wait until it is opened. */
function gated(store: DocumentStore): { readonly store: DocumentStore; open(): void } {
  let open = NOTHING
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  const waiting: DocumentStore = Object.create(store, {
    readRows: { value: store.readRows.bind(store) },
    append: {
      value: async (...args: Parameters<DocumentStore["append"]>) => {
        await opened
        await store.append(...args)
      },
    },
  })
  return { store: waiting, open }
}
