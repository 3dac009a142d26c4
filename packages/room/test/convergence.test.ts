import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type DocumentStore, openMemoryStore } from "@ligature/store"
import { openLevelStore } from "@ligature/store-level"
import { expect, test } from "vitest"
import { Story } from "./convergence-story.ts"

// Simulated clients through the real rooms and store: connections break, reorder against each other, the server crashes with
// appends under way. In the end everybody has the same document, with nothing pending, and no receipted change was ever lost.
// SEEDS=20000 for a long run; SEED=7 for one story, told step by step when it fails.

const seeds = Number(process.env["SEEDS"] ?? 500)
const first = process.env["SEED"] === undefined ? 1 : Number(process.env["SEED"])
const last = process.env["SEED"] === undefined ? seeds : first
const PER_TEST = 50

/** Seeds beyond the usual ones that failed once, and why. */
const FAILED_ONCE = [
  {
    seed: 1828,
    why: "a key that was deleted offline was set again before the step2 that says so: the writer was sent away for good",
  },
]

for (const { seed, why } of FAILED_ONCE) {
  test(`seed ${seed}: ${why}`, () => expect(tell(seed, openMemoryStore())).resolves.toBeUndefined())
}

for (let from = first; from <= last; from += PER_TEST) {
  const to = Math.min(last, from + PER_TEST - 1)
  test(`seeds ${from} to ${to} converge`, { timeout: 120_000 }, async () => {
    for (let seed = from; seed <= to; seed++) await tell(seed, openMemoryStore())
    expect(to).toBeGreaterThanOrEqual(from)
  })
}

for (let seed = 1; seed <= 10; seed++) {
  test(`seed ${seed} converges on a real disk`, async () => {
    const folder = await mkdtemp(join(tmpdir(), "ligature-convergence-"))
    try {
      await using store = await openLevelStore(join(folder, "data"), { compaction: false })
      await tell(seed, store)
      expect(store.health.state).toBe("ok")
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
}

async function tell(seed: number, disk: DocumentStore): Promise<void> {
  const story = new Story(seed, disk)
  try {
    await story.run()
  } catch (cause) {
    throw new Error(`seed ${seed} failed after:\n${story.log.join("\n")}\n${String(cause)}`, { cause })
  }
}
