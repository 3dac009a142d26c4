import { expect, test } from "vitest"
import { generateProse, seededRandom } from "../src/index.ts"

test("prose is as long as asked for, has headings, lists and code, and comes again with its seed", () => {
  const blocks = generateProse(5, 400_000)
  const bytes = blocks.reduce((sum, block) => sum + Buffer.byteLength(block.text) + 1, 0)
  expect(bytes).toBeGreaterThanOrEqual(400_000)
  expect(bytes).toBeLessThan(402_000)
  expect(blocks.some((block) => block.kind === "heading" && block.level === 2)).toBe(true)
  expect(blocks.some((block) => block.list === "ordered" && block.indent > 0)).toBe(true)
  expect(blocks.some((block) => block.kind === "code" && block.text.includes("\n"))).toBe(true)
  expect(generateProse(5, 10_000)).toEqual(generateProse(5, 10_000))
})

test("random numbers are spread evenly, also for neighbouring seeds", () => {
  for (const seed of [0, 1, 2, 2 ** 40]) {
    const random = seededRandom(seed)
    const tens = Array.from({ length: 10 }, () => 0)
    for (let i = 0; i < 10_000; i++) tens[random.integer(10)] = (tens[random.integer(10)] ?? 0) + 1
    for (const count of tens) expect(count).toBeGreaterThan(800)
  }
  expect(seededRandom(1)()).not.toBe(seededRandom(2)())
})
