import { fakeClock } from "@ligature/testing"
import { expect, test } from "vitest"
import { LocalKeeper } from "../src/local-keeper.ts"
import { type LocalStore, LocalStoreError, type LocalWrite } from "../src/local-store.ts"
import type { LocalKeeping } from "../src/status.ts"

const KEY = { server: "https://host/sync", subject: "", document: "plan" }
const update = (number: number): Uint8Array => Uint8Array.of(number)

/** A local store whose every answer is the test's to give. */
class ManualStore implements LocalStore {
  readonly name = "manual"
  readonly reads: { resolve(): void; reject(error: Error): void }[] = []
  readonly writes: { write: LocalWrite; resolve(): void; reject(error: Error): void }[] = []

  read(): ReturnType<LocalStore["read"]> {
    return new Promise((resolve, reject) => {
      this.reads.push({ resolve: () => resolve({ updates: [], records: [], changes: [], facts: {} }), reject })
    })
  }

  write(_key: unknown, write: LocalWrite): Promise<void> {
    return new Promise((resolve, reject) => this.writes.push({ write, resolve, reject }))
  }

  async compact(): Promise<void> {}
  async rewrite(): Promise<boolean> {
    return false
  }
  async list(): Promise<[]> {
    return []
  }
  async forget(): Promise<void> {}
  async close(): Promise<void> {}
}

function opened(isAlone: () => boolean = () => true) {
  const store = new ManualStore()
  const clock = fakeClock()
  const log: string[] = []
  const states: LocalKeeping["state"][] = []
  const keeper = new LocalKeeper(store, KEY, clock, {
    loaded: () => log.push("loaded"),
    tidied: () => null,
    kept: (ids) => log.push(`kept ${ids.join(" ")}`),
    keeping: ({ state }) => states.push(state),
    isAlone,
  })
  void keeper.open()
  return { store, clock, keeper, log, states }
}

/** Lets everything happen that waits for nothing but its turn. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const full = new LocalStoreError("LOCAL_STORE_FULL", "the device is full")

test("what comes while a write is under way goes into the next one", async () => {
  const { store, keeper, log } = opened()
  await turn()
  store.reads[0]?.resolve()
  keeper.keep(update(1), "a")
  await turn()
  keeper.keep(update(2), "b")
  keeper.keep(update(3))
  keeper.keepFacts({ complete: true })
  keeper.saved(["a"])
  await turn()
  expect(store.writes.map(({ write }) => write)).toEqual([{ updates: [update(1)], made: ["a"], saved: [], facts: {} }])
  store.writes[0]?.resolve()
  await turn()
  expect(store.writes[1]?.write).toEqual({
    updates: [update(2), update(3)],
    made: ["b"],
    saved: ["a"],
    facts: { complete: true },
  })
  store.writes[1]?.resolve()
  await turn()
  expect(log).toEqual(["loaded", "kept a", "kept b"])
})

test("a read that fails is tried again, and what came meanwhile is written behind it", async () => {
  const { store, clock, keeper, log, states } = opened()
  await turn()
  store.reads[0]?.reject(new LocalStoreError("LOCAL_STORE_FAILED", "the database failed"))
  await turn()
  keeper.keep(update(1), "a")
  await turn()
  expect([store.reads.length, states]).toEqual([1, ["failing"]])
  clock.advance(1_000)
  await turn()
  store.reads[1]?.resolve()
  await turn()
  store.writes[0]?.resolve()
  await turn()
  expect(log).toEqual(["loaded", "kept a"])
  expect(keeper.keeping).toEqual({ state: "kept" })
})

test("a full device is asked again after 1, 2, 4, … 30 s, not with every key", async () => {
  const { store, clock, keeper } = opened()
  await turn()
  store.reads[0]?.resolve()
  const delays: number[] = []
  keeper.keep(update(0))
  await turn()
  for (let attempt = 1; attempt <= 7; attempt++) {
    store.writes[attempt - 1]?.reject(full)
    await turn()
    keeper.keep(update(attempt))
    await turn()
    const failed = clock.now()
    while (store.writes.length === attempt) {
      clock.advance(500)
      await turn()
    }
    delays.push(clock.now() - failed)
  }
  expect(delays).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
  expect(store.writes.at(-1)?.write.updates).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map(update))
})

test("a store that does not answer is told after 5 s, and forgiven when it does", async () => {
  const { store, clock, keeper, states } = opened()
  await turn()
  store.reads[0]?.resolve()
  keeper.keep(update(1), "a")
  await turn()
  clock.advance(5_000)
  expect(keeper.keeping).toMatchObject({ state: "failing" })
  store.writes[0]?.resolve()
  await turn()
  expect(states).toEqual(["kept", "failing", "kept"])
})

test("a page that is about to go hands over what waits without waiting", async () => {
  const { store, keeper, log } = opened()
  await turn()
  store.reads[0]?.resolve()
  keeper.keep(update(1), "a")
  await turn()
  keeper.keep(update(2), "b")
  keeper.hurry()
  expect(store.writes.map(({ write }) => write.made)).toEqual([["a"], ["b"]])
  for (const write of store.writes) write.resolve()
  await turn()
  expect(log).toEqual(["loaded", "kept a", "kept b"])
  expect(store.writes.length).toBe(2)
})

test("a change that comes in the very turn in which a write ends is not forgotten", async () => {
  const { store, keeper } = opened()
  await turn()
  store.reads[0]?.resolve()
  keeper.keep(update(1), "a")
  await turn()
  store.writes[0]?.resolve()
  for (let microtask = 0; microtask < 12; microtask++) {
    await Promise.resolve()
    keeper.keep(update(2 + microtask))
  }
  await turn()
  while (store.writes.length < 14 && store.writes.at(-1) !== undefined) {
    const count = store.writes.length
    store.writes.at(-1)?.resolve()
    await turn()
    if (store.writes.length === count) break
  }
  expect(store.writes.flatMap(({ write }) => write.updates).length).toBe(13)
})

test("what the server hears, too, is gathered for 200 ms, and what it has by then needs no record of that", async () => {
  const { store, clock, keeper, log } = opened(() => false)
  await turn()
  store.reads[0]?.resolve()
  await turn()
  for (const letter of ["a", "b", "c"]) {
    keeper.keep(update(store.writes.length), letter)
    clock.advance(60)
    await turn()
  }
  keeper.saved(["a", "b"])
  clock.advance(19)
  await turn()
  expect(store.writes).toEqual([])
  clock.advance(1)
  await turn()
  expect(store.writes.map(({ write }) => write)).toEqual([
    { updates: [update(0), update(0), update(0)], made: ["c"], saved: [], facts: {} },
  ])
  store.writes[0]?.resolve()
  await turn()
  keeper.saved(["c"])
  clock.advance(200)
  await turn()
  expect(store.writes.map(({ write }) => write.saved)).toEqual([[], ["c"]])
  expect(log).toEqual(["loaded", "kept c"])
})

test("what is gathered is written at once when the server is gone, the page leaves or somebody waits for it", async () => {
  let isAlone = false
  const { store, keeper } = opened(() => isAlone)
  await turn()
  store.reads[0]?.resolve()
  await turn()
  keeper.keep(update(1), "a")
  keeper.alone()
  await turn()
  store.writes[0]?.resolve()
  await turn()
  keeper.keep(update(2), "b")
  const flushed = keeper.flush()
  await turn()
  store.writes[1]?.resolve()
  await flushed
  keeper.keep(update(3), "c")
  keeper.hurry()
  store.writes[2]?.resolve()
  await turn()
  keeper.keep(update(4), "d")
  isAlone = true
  keeper.keep(update(5), "e")
  await turn()
  expect(store.writes.map(({ write }) => write.made)).toEqual([["a"], ["b"], ["c"], ["d", "e"]])
})

test("that the device keeps the document is told once, not with every write", async () => {
  const { store, keeper, states } = opened()
  await turn()
  store.reads[0]?.resolve()
  for (const number of [1, 2, 3]) {
    keeper.keep(update(number))
    await turn()
    store.writes.at(-1)?.resolve()
    await turn()
  }
  expect(store.writes).toHaveLength(3)
  expect(states).toEqual(["kept"])
})
