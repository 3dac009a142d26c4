import { expect, test } from "vitest"
import { describeRun, runRandomEditing } from "./random-editing.ts"

/*
 * SEEDS=100000 FIRST_SEED=1 npx vitest run packages/flow/test/random.test.ts runs more than the default by hand. A seed that
 * fails becomes a test of its own below, with its number in the name.
 */
const SEEDS = Number(process.env["SEEDS"] ?? 2000)
const FIRST_SEED = Number(process.env["FIRST_SEED"] ?? 1)
const HOUR_MS = 3_600_000

function seeds(share: number): string {
  return `seeds ${FIRST_SEED} to ${FIRST_SEED + Math.ceil(SEEDS * share) - 1}`
}

function eachSeed(share: number, run: (seed: number) => void): void {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + Math.ceil(SEEDS * share); seed++) run(seed)
}

test(
  `${seeds(1)}, 3 people × 40 operations: nothing is lost, doubled or different, and carets stay`,
  { timeout: HOUR_MS },
  () => {
    let carets = 0
    eachSeed(1, (seed) => {
      const result = runRandomEditing({ seed, operations: 40 })
      if (result.lost.length + result.doubled.length > 0) expect.fail(`seed ${seed}: ${describeRun(result)}`)
      if (result.carets.wrong > 0) expect.fail(`seed ${seed}: a caret jumped\n${describeRun(result)}`)
      carets += result.carets.checked
    })
    expect(carets).toBeGreaterThan(0)
  },
)

test(`${seeds(0.25)}, 5 people × 60 operations: the same`, { timeout: HOUR_MS }, () => {
  eachSeed(0.25, (seed) => {
    const result = runRandomEditing({ seed, operations: 60, peers: 5 })
    if (result.lost.length + result.doubled.length > 0) expect.fail(`seed ${seed}: ${describeRun(result)}`)
    if (result.carets.wrong > 0) expect.fail(`seed ${seed}: a caret jumped\n${describeRun(result)}`)
  })
})

test(
  `${seeds(0.5)}, a handful of characters: view and flow stay equal where every comparison is ambiguous`,
  { timeout: HOUR_MS },
  () => {
    eachSeed(0.5, (seed) => runRandomEditing({ seed, operations: 40, ambiguous: true }))
  },
)

test(`${seeds(0.75)}, with undo and redo: only what two people restored is there twice`, { timeout: HOUR_MS }, () => {
  let restoredTwice = 0
  eachSeed(0.75, (seed) => {
    const result = runRandomEditing({ seed, operations: 40, undo: true })
    if (result.lost.length + result.doubled.length + result.undone.length > 0)
      expect.fail(`seed ${seed}: ${describeRun(result)}`)
    if (result.restoredTwice.length > 0) restoredTwice++
  })
  console.info(`runs in which two people undid one deletion: ${restoredTwice}`)
})
