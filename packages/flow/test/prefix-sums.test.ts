import { seededRandom } from "@ligature/testing"
import { expect, test } from "vitest"
import { PrefixSums } from "../src/prefix-sums.ts"

test("beginnings and finds agree with plain sums, through resets and changes (seed 11)", () => {
  const random = seededRandom(11)
  const sums = new PrefixSums()
  for (let round = 0; round < 50; round++) {
    const sizes = Array.from({ length: random.integer(70) }, () => 2 + random.integer(9))
    sums.reset(sizes)
    for (let change = 0; change < 10 && sizes.length > 0; change++) {
      const at = random.integer(sizes.length)
      const size = 2 + random.integer(20)
      sums.add(at, size - (sizes[at] ?? 0))
      sizes[at] = size
    }
    let before = 0
    for (const [i, size] of sizes.entries()) {
      expect(sums.before(i)).toBe(before)
      expect(sums.find(before)).toBe(i)
      expect(sums.find(before + size - 1)).toBe(i)
      before += size
    }
    expect(sums.find(before)).toBe(sizes.length)
    expect(sums.before(sizes.length)).toBe(before)
  }
})

test("an empty list has nothing before anything", () => {
  const sums = new PrefixSums()
  sums.reset([])
  expect([sums.length, sums.find(0), sums.before(0)]).toEqual([0, 0, 0])
})
