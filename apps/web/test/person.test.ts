import { seededRandom } from "@ligature/testing"
import { expect, test } from "vitest"
import { friendlyName, parseMe } from "../src/person/person.ts"

test("a made-up name is two friendly words, and they differ", () => {
  const random = seededRandom(7)
  const names = Array.from({ length: 100 }, () => friendlyName(random))
  for (const name of names) expect(name).toMatch(/^[A-Z][a-z]+ [A-Z][a-z]+$/)
  expect(new Set(names).size).toBeGreaterThan(80)
})

test("what an earlier visit kept is taken up", () => {
  const kept = { name: "Ada", color: "#2563ae", id: "1-2-3-4", chosen: true }
  expect(parseMe(JSON.stringify(kept))).toEqual(kept)
})

test.each([
  [null],
  ["not json"],
  ["null"],
  ["[]"],
  [`{"name":"","color":"#2563ae","id":"1"}`],
  [`{"name":"Ada","color":"blue","id":"1"}`],
  [`{"name":"Ada","color":"#2563ae"}`],
  [`{"name":5,"color":"#2563ae","id":"1"}`],
])("what cannot be used is forgotten: %s", (text) => {
  expect(parseMe(text)).toBeNull()
})
