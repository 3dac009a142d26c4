import type { Status } from "@ligature/provider"
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { calmStatus } from "../src/calm-status.ts"

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const SAVED: Status = { state: "saved" }
const saving = (changes: number): Status => ({ state: "saving", changes })

test("typing turns the line to saving once, and a pause back to saved", () => {
  const { become, shown } = line()
  for (let key = 0; key < 20; key++) {
    become(saving(1))
    vi.advanceTimersByTime(30)
    become(SAVED)
    vi.advanceTimersByTime(100)
  }
  expect(shown).toEqual(["saving"])
  vi.advanceTimersByTime(1_000)
  expect(shown).toEqual(["saving", "saved"])
})

test("saved never shows while something is under way", () => {
  const { become, calm } = line()
  become(saving(1))
  become(SAVED)
  become(saving(2))
  vi.advanceTimersByTime(10_000)
  expect(calm.status.state).toBe("saving")
})

test("bad news shows at once, and a saved that was under way does not cover it", () => {
  const { become, shown } = line()
  become(saving(1))
  become(SAVED)
  become({ state: "offline", changes: 0, since: 0, next: null })
  vi.advanceTimersByTime(10_000)
  expect(shown).toEqual(["saving", "offline"])
})

function line() {
  let status: Status = SAVED
  let tell = nobodyListens
  const calm = calmStatus({
    get status() {
      return status
    },
    onStatus: (listener) => {
      tell = listener
      return () => undefined
    },
  })
  const shown: string[] = []
  calm.onStatus((next) => shown.push(next.state))
  const become = (next: Status) => {
    status = next
    tell(next)
  }
  return { become, shown, calm }
}

function nobodyListens(_status: Status): void {
  throw new Error("nobody listens")
}
