import { expect, test } from "vitest"
import { describeRun, runRandomEditing } from "./random-editing.ts"

const SEEDS = Number(process.env["SEEDS"] ?? 200)
const FIRST_SEED = Number(process.env["FIRST_SEED"] ?? 1)

test(`seeds ${FIRST_SEED} to ${FIRST_SEED + SEEDS - 1}: no word is lost or doubled, and all see one document`, { timeout: 3_600_000 }, () => {
  let checked = 0
  let wrong = 0
  for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
    const result = runRandomEditing({ seed, operations: 40 })
    if (result.lost.length > 0 || result.doubled.length > 0) expect.fail(`seed ${seed}: ${describeRun(result)}`)
    checked += result.carets.checked
    wrong += result.carets.wrong
  }
  console.log({ checked, wrong })
})
