import { expect, test } from "vitest"
import { generateTrace } from "../src/index.ts"

test("replaying a trace gives its end content", () => {
  const trace = generateTrace(1, 5000)
  let text = trace.startContent
  for (const { patches } of trace.txns) {
    for (const [position, deleted, inserted] of patches) {
      expect(position + deleted).toBeLessThanOrEqual(text.length)
      text = text.slice(0, position) + inserted + text.slice(position + deleted)
    }
  }
  expect(text).toBe(trace.endContent)
})

test("a seed gives the same trace again, another seed another one", () => {
  expect(generateTrace(7, 300)).toEqual(generateTrace(7, 300))
  expect(generateTrace(7, 300).endContent).not.toBe(generateTrace(8, 300).endContent)
})

test("a trace moves like the real paper: single characters, 7 to 3, few jumps", () => {
  const { txns, endContent } = generateTrace(3, 100_000)
  const patches = txns.flatMap((txn) => txn.patches)
  expect(patches).toHaveLength(100_000)
  expect(patches.every(([, deleted, inserted]) => deleted + inserted.length === 1)).toBe(true)
  const insertions = patches.filter(([, , inserted]) => inserted !== "").length / patches.length
  expect(insertions).toBeGreaterThan(0.62)
  expect(insertions).toBeLessThan(0.78)
  let jumps = 0
  let expected = 0
  for (const [position, deleted, inserted] of patches) {
    if (position !== expected && position !== expected - deleted) jumps++
    expected = position + inserted.length
  }
  expect(jumps / patches.length).toBeGreaterThan(0.01)
  expect(jumps / patches.length).toBeLessThan(0.04)
  expect(endContent.length).toBeGreaterThan(20_000)
})
