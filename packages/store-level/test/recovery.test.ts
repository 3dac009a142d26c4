import type { StoreHealth } from "@ligature/store"
import { expect, test } from "vitest"
import { FIRST_RETRY_MS } from "../src/commit-loop.ts"
import { TOTALS_KEY } from "../src/keys.ts"
import { levelFolder } from "../src/level-database.ts"
import { openLevelStore, openStoreIn } from "../src/open-level-store.ts"
import { emptyTotals, sealTotals } from "../src/payloads.ts"
import { HeldClock } from "./held-clock.ts"
import { type Fault, hostileFolder } from "./hostile-database.ts"
import { temporaryFolder } from "./temporary-folder.ts"

const update = (n: number) => ({ update: Uint8Array.of(n), time: n, author: null })

async function openHostile() {
  const folder = hostileFolder(levelFolder(await temporaryFolder()))
  const clock = new HeldClock()
  const store = await openStoreIn(folder, { clock, compaction: false })
  const health: StoreHealth[] = []
  store.onHealth((next) => health.push(next))
  const contents = async (document = "d") => {
    const found: number[] = []
    for await (const record of store.read(document)) found.push(...record.update)
    return found
  }
  return { folder, clock, store, health, contents }
}

test.each<Fault>(["nothing", "half", "all"])(
  "one failed write (%s of it written) is repaired at once and nothing doubles",
  async (how) => {
    const { folder, store, health, contents } = await openHostile()
    await store.append({ document: "d", updates: [update(1)] })
    folder.arm((write) => (write === 1 ? how : null))
    await Promise.all([2, 3, 4].map((n) => store.append({ document: "d", updates: [update(n)] })))
    expect(await contents()).toEqual([1, 2, 3, 4])
    expect(health.map(({ state }) => state)).toEqual(["failing", "ok"])
    expect((await store.statistics()).records).toBe(4)
    await store.close()
    expect(folder.lies).toBe(0)
  },
)

test("while the disk is full appends wait, reads are served, and attempts come less and less often", async () => {
  const { folder, clock, store, health, contents } = await openHostile()
  await store.append({ document: "d", updates: [update(1)] })
  const opens = folder.opens
  folder.arm((write) => (write === 1 ? "nothing" : null))
  folder.failOpens(new Error("no space left"))
  const stored: number[] = []
  const appends = [2, 3].map((n) => store.append({ document: "d", updates: [update(n)] }).then(() => stored.push(n)))
  const waits: number[] = []
  for (let attempt = 0; attempt < 9; attempt++) {
    const wait = await clock.waited()
    waits.push(wait)
    expect(await contents(), `attempt ${attempt}`).toEqual([1])
    clock.pass(wait)
  }
  expect(waits).toEqual([250, 500, 1000, 2000, 4000, 4000, 4000, 4000, 4000])
  expect(store.health).toMatchObject({ state: "failing", since: 1_700_000_000_000 })
  expect(stored).toEqual([])
  expect(folder.opens, "the old handle is kept while the folder cannot be written").toBe(opens)
  await clock.waited()
  folder.failOpens(null)
  const late = store.append({ document: "e", updates: [update(9)] })
  clock.pass(4000)
  await Promise.all([...appends, late])
  expect(await contents()).toEqual([1, 2, 3])
  expect(await contents("e")).toEqual([9])
  expect(health.map(({ state }) => state)).toEqual(["failing", "ok"])
  await store.close()
})

test("a write that fails again after reopening is written once more", async () => {
  const { folder, clock, store, contents } = await openHostile()
  folder.arm((write) => (write <= 3 ? "half" : null))
  const append = store.append({ document: "d", updates: [update(1), update(2)] })
  expect(await clock.waited()).toBe(FIRST_RETRY_MS)
  clock.pass(FIRST_RETRY_MS)
  expect(await clock.waited()).toBe(2 * FIRST_RETRY_MS)
  clock.pass(2 * FIRST_RETRY_MS)
  await append
  expect(await contents()).toEqual([1, 2])
  await store.close()
})

test("closing on a full disk tries once more, then names what stayed unstored", async () => {
  const { folder, clock, store, contents } = await openHostile()
  await store.append({ document: "d", updates: [update(1)] })
  folder.arm(() => "nothing")
  folder.failOpens(new Error("no space left"))
  const append = store.append({ document: "d", updates: [update(2)] })
  const other = store.append({ document: "e", updates: [update(3)] })
  const refused = Promise.allSettled([append, other])
  await clock.waited()
  await expect(store.close()).rejects.toMatchObject({ code: "STORE_UNSTORED", documents: ["d", "e"] })
  expect(await refused).toMatchObject([
    { status: "rejected", reason: { code: "STORE_CLOSED" } },
    { status: "rejected", reason: { code: "STORE_CLOSED" } },
  ])
  expect(store.health).toEqual({ state: "closed" })
  await expect(contents()).rejects.toMatchObject({ code: "STORE_CLOSED" })
  const again = await openLevelStore(folder.path)
  expect(await again.state("e")).toBe("absent")
  expect((await again.statistics()).records).toBe(1)
  await again.close()
})

test("closing while the disk fails stores what is pending if the disk is back", async () => {
  const { folder, clock, store } = await openHostile()
  folder.arm((write) => (write === 1 ? "nothing" : null))
  folder.failOpens(new Error("no space left"))
  const append = store.append({ document: "d", updates: [update(1)] })
  await clock.waited()
  folder.failOpens(null)
  await Promise.all([store.close(), append])
  await using again = await openLevelStore(folder.path)
  expect((await again.statistics()).records).toBe(1)
})

test("a folder that lost acknowledged commits is not written to as if nothing had happened", async () => {
  const { folder, clock, store } = await openHostile()
  const inner = folder.open.bind(folder)
  await store.append({ document: "d", updates: [update(1)] })
  await store.append({ document: "d", updates: [update(2)] })
  folder.arm((write) => (write === 1 ? "nothing" : null))
  // What comes back after reopening has forgotten a commit.
  folder.open = async (options) => {
    const database = await inner(options)
    await database.write([
      { type: "put", key: TOTALS_KEY, value: sealTotals(TOTALS_KEY, { ...emptyTotals(), commit: 1 }) },
    ])
    return database
  }
  const append = store.append({ document: "d", updates: [update(3)] }).catch((error: unknown) => error)
  await clock.waited()
  clock.pass(FIRST_RETRY_MS)
  await clock.waited()
  await expect(store.append({ document: "e", updates: [] })).rejects.toThrow(RangeError)
  expect(store.health.state).toBe("failing")
  await expect(store.close()).rejects.toMatchObject({ code: "STORE_UNSTORED" })
  expect(await append).toMatchObject({ code: "STORE_CLOSED" })
})

test("one bad operation in a batch is refused alone", async () => {
  const { store, contents } = await openHostile()
  await store.append({ document: "gone", updates: [update(1)] })
  await store.remove("gone", 5)
  const results = await Promise.allSettled([
    store.append({ document: "d", updates: [update(1)] }),
    store.append({ document: "gone", updates: [update(2)] }),
    store.append({ document: "d", updates: [update(2)] }),
  ])
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"])
  expect(await contents()).toEqual([1, 2])
  await store.close()
})

test("what is called at once is one write, and what queues meanwhile is the next", async () => {
  const { folder, store } = await openHostile()
  folder.arm(() => null)
  await Promise.all(
    Array.from({ length: 500 }, (_, n) => store.append({ document: `d${n % 7}`, updates: [update(n % 256)] })),
  )
  expect(folder.writes).toBe(1)
  const first = store.append({ document: "d", updates: [update(1)] })
  await Promise.resolve()
  await Promise.resolve()
  const rest = Array.from({ length: 100 }, (_, n) => store.append({ document: "d", updates: [update(n)] }))
  await Promise.all([first, ...rest])
  expect(folder.writes).toBeLessThanOrEqual(3)
  await store.close()
})

test("closing on a full disk gives up a compaction without calling it a loss", async () => {
  const { folder, clock, store } = await openHostile()
  await store.append({ document: "d", updates: [update(1)] })
  folder.arm(() => "nothing")
  folder.failOpens(new Error("no space left"))
  const replacement = store.replacePrefix("d", { through: 1, chunks: [Uint8Array.of(2)], archive: null })
  const refused = Promise.allSettled([replacement])
  await clock.waited()
  await store.close()
  expect(await refused).toMatchObject([{ status: "rejected", reason: { code: "STORE_CLOSED" } }])
})
