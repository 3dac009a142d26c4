import { expect, test } from "vitest"
import { PacedTurns } from "../src/append-turns.ts"

test("everybody who asks before a turn begins gets the same one", async () => {
  const turns = new PacedTurns()
  const first = turns.next()
  expect(turns.next()).toBe(first)
  await first
  expect(turns.next()).not.toBe(first)
})

test("turns that follow each other without a pause keep their distance", async () => {
  const turns = new PacedTurns()
  const start = performance.now()
  for (let n = 0; n < 50; n++) await turns.next()
  // Fifty, sixteen of them for nothing, 8 ms each; never sooner, however slow the machine. Timers count whole milliseconds.
  expect(performance.now() - start).toBeGreaterThan((50 - 16 - 1) * 7)
})
