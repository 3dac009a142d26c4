import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { onUnsavedWork, reportUnsavedWork, whenNoTabHasUnsavedWork } from "../src/shell/unsaved-work.ts"

type Callback = (lock: object | null) => unknown

/** The browser's locks as far as they are used here: shared ones, and an exclusive one that does not wait. Slow, as the real ones are. */
class SlowLocks {
  shared = 0

  async request(
    _name: string,
    options: { mode?: string; ifAvailable?: boolean },
    callback: Callback,
  ): Promise<unknown> {
    await aTurn()
    if (options.ifAvailable === true) return callback(this.shared === 0 ? {} : null)
    this.shared += 1
    try {
      return await callback({})
    } finally {
      await aTurn()
      this.shared -= 1
    }
  }
}

const aTurn = () => new Promise<void>((resolve) => setImmediate(resolve))

let locks: SlowLocks

beforeEach(() => {
  locks = new SlowLocks()
  vi.stubGlobal("navigator", { locks })
})

afterEach(async () => {
  reportUnsavedWork(false)
  for (let turn = 0; turn < 10; turn += 1) await aTurn()
  vi.unstubAllGlobals()
})

test("nothing takes over while this tab has unsaved work, and it may right after", async () => {
  const ran: string[] = []
  reportUnsavedWork(true)
  expect(await whenNoTabHasUnsavedWork(() => ran.push("too early"))).toBe(false)
  await aTurn()
  reportUnsavedWork(false)
  expect(await whenNoTabHasUnsavedWork(() => ran.push("now"))).toBe(true)
  expect(ran).toEqual(["now"])
})

test("nothing takes over while another tab has unsaved work", async () => {
  const saves: (() => void)[] = []
  const other = locks.request("", { mode: "shared" }, () => new Promise<void>((resolve) => saves.push(resolve)))
  await aTurn()
  expect(await whenNoTabHasUnsavedWork(() => undefined)).toBe(false)
  for (const save of saves) save()
  await other
  expect(await whenNoTabHasUnsavedWork(() => undefined)).toBe(true)
})

test("being saved and unsaved with every key leaves no lock behind", async () => {
  for (let key = 0; key < 50; key += 1) {
    reportUnsavedWork(true)
    if (key % 3 === 0) await aTurn()
    reportUnsavedWork(false)
    if (key % 7 === 0) await aTurn()
  }
  expect(await whenNoTabHasUnsavedWork(() => undefined)).toBe(true)
  expect(locks.shared).toBe(0)
})

test("whoever waits for saved work is told, once a change", () => {
  let told = 0
  const stop = onUnsavedWork(() => (told += 1))
  reportUnsavedWork(true)
  reportUnsavedWork(true)
  reportUnsavedWork(false)
  expect(told).toBe(2)
  stop()
  reportUnsavedWork(true)
  expect(told).toBe(2)
})

test("without locks, as over plain http, nothing fails", () => {
  vi.stubGlobal("navigator", {})
  reportUnsavedWork(true)
  reportUnsavedWork(false)
  expect(onUnsavedWork(() => undefined)()).toBe(true)
})
