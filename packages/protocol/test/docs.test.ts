import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { CLOSE, closeRule, DEFAULT_LIMITS } from "../src/index.ts"

const PAGE = readFileSync(new URL("../../../docs/protocol.md", import.meta.url), "utf8")
const README = readFileSync(new URL("../README.md", import.meta.url), "utf8")
const REFUSALS = readFileSync(new URL("../src/update-refusal.ts", import.meta.url), "utf8")
const ERRORS = readFileSync(new URL("../src/protocol-error.ts", import.meta.url), "utf8")

/** The rows of the table under a heading, as trimmed cells without backticks. */
function table(heading: string): string[][] {
  const section = PAGE.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? ""
  return section
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .slice(2)
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll("`", "")),
    )
}

/** The codes of a union type: its quoted members. */
function codes(source: string, type: string): string[] {
  const union = source.split(`export type ${type} =`)[1]?.split("\n\n")[0] ?? ""
  return Array.from(union.matchAll(/\| "([^"]+)"/g), (match) => match[1] ?? "")
}

test("docs/protocol.md has the close codes as they are", () => {
  const rows = Object.entries(CLOSE).map(([name, code]) => [
    String(code),
    name,
    closeRule(code).retry,
    closeRule(code).sentence,
  ])
  expect(table("Close codes")).toEqual(rows)
})

test("docs/protocol.md has the limits as they are", () => {
  expect(table("Limits").map(([name, value]) => [name, Number(value)])).toEqual(Object.entries(DEFAULT_LIMITS))
  for (const row of table("Limits")) expect(row[2]).toMatch(/: .*\.$|\.$/)
})

test("docs/protocol.md names every reason to refuse an update", () => {
  const reasons = codes(REFUSALS, "UpdateRefusal")
  expect(reasons.length).toBeGreaterThan(20)
  expect(
    table("What an update must be")
      .flatMap(([names]) => names?.split(", ") ?? [])
      .toSorted(),
  ).toEqual(reasons.toSorted())
})

test("the README lists every error code", () => {
  for (const code of codes(ERRORS, "ProtocolErrorCode")) expect(README).toContain(`\`${code}\``)
})
