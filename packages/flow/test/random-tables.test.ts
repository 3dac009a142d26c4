import { expect, test } from "vitest"
import { runRandomTables, type TableRun } from "./random-tables.ts"

/** TABLE_SEEDS=5000 FIRST_SEED=1 npx vitest run packages/flow/test/random-tables.test.ts runs more than the default by hand. */
const SEEDS = Number(process.env["TABLE_SEEDS"] ?? 30)
const FIRST_SEED = Number(process.env["FIRST_SEED"] ?? 1)
const HOUR_MS = 3_600_000

function firstBad(share: number, options: Omit<TableRun, "seed">, counts: boolean): string | null {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + Math.ceil(SEEDS * share); seed++) {
    const { lost, doubled, log } = runRandomTables({ ...options, seed })
    if (counts && lost.length + doubled.length > 0) {
      return `seed ${seed}: lost ${lost.join("")}, doubled ${doubled.join("")}\n${log.join("\n")}`
    }
  }
  return null
}

test("three people at tables: nothing is lost, doubled or different", { timeout: HOUR_MS }, () => {
  expect(firstBad(1, { operations: 40 }, true)).toBeNull()
})

test("with undo and redo: all see the same", { timeout: HOUR_MS }, () => {
  expect(firstBad(0.5, { operations: 40, undo: true }, false)).toBeNull()
})

test("with compositions: what waited is there in the end", { timeout: HOUR_MS }, () => {
  expect(firstBad(0.5, { operations: 50, composing: true }, true)).toBeNull()
})
