import { expect, test } from "vitest"
import { openMemoryStore, StoreError } from "../src/index.ts"
import { describeDocumentStore, openFaultyStore } from "../src/testing.ts"

// As long as nothing is asked of it, it is the store it wraps.
describeDocumentStore("faulty, at rest", () => openFaultyStore(openMemoryStore()))

const append = (n: number) => ({ document: "d", updates: [{ update: Uint8Array.of(n), time: n, author: null }] })

test("from the second append on nothing is stored until the disk is back, then everything in order", async () => {
  await using store = openFaultyStore(openMemoryStore())
  const health: string[] = []
  store.onHealth(({ state }) => health.push(state))
  store.failAppends(2)
  await store.append(append(1))
  const pending = [store.append(append(2)), store.append(append(3))]
  expect(store.health.state).toBe("failing")
  expect((await store.statistics()).records).toBe(1)
  await store.heal()
  await Promise.all(pending)
  const found: number[] = []
  for await (const { update } of store.read("d")) found.push(...update)
  expect(found).toEqual([1, 2, 3])
  expect(health).toEqual(["failing", "ok"])
})

test("closing while the disk is gone names what stayed unstored", async () => {
  const store = openFaultyStore(openMemoryStore())
  store.failAppends(1)
  const pending = store.append(append(1)).catch((error: unknown) => error)
  await expect(store.close()).rejects.toMatchObject({ code: "STORE_UNSTORED", documents: ["d"] })
  expect(await pending).toMatchObject({ code: "STORE_CLOSED" })
})

test("reads fail as told", async () => {
  await using store = openFaultyStore(openMemoryStore())
  await store.append(append(1))
  store.failReads(new StoreError("STORE_DAMAGED", "damaged"))
  await expect(store.readRows("d")).rejects.toMatchObject({ code: "STORE_DAMAGED" })
  store.failReads(null)
  expect((await store.readRows("d")).size).toBe(0)
})
