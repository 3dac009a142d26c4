import { expect, test } from "vitest"
import { fakeClock } from "../src/index.ts"

test("timers run in order of their time, each at its time, also those set on the way", () => {
  const clock = fakeClock(1000)
  const log: string[] = []
  const note = (what: string) => () => void log.push(`${what} ${clock.now()}`)
  clock.after(20, note("late"))
  clock.after(10, () => {
    note("early")()
    clock.after(5, note("set on the way"))
  })
  clock.after(20, note("late too"))
  const cancel = clock.after(15, note("cancelled"))
  cancel()
  clock.advance(20)
  expect(log).toEqual(["early 1010", "set on the way 1015", "late 1020", "late too 1020"])
  expect(clock.now()).toBe(1020)
  expect(clock.waiting).toBe(0)
})
