// `npm test`: installs what is missing, finds Chromium, then runs every check and suite, and sums up in one line.
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { ensureBuilt } from "./build.js"
import { checkAll } from "./check.js"
import { ensureChromium } from "./chromium.js"
import { ensureInstalled } from "./install.js"
import { run, whenRunDirectly } from "./run.js"

/** @typedef {{ passed: number, failed: number, skipped: number }} Totals */

await whenRunDirectly(import.meta.url, async () => {
  await ensureInstalled()
  const chromium = await ensureChromium()
  await ensureBuilt()

  const folder = await mkdtemp(join(tmpdir(), "ligature-test-"))
  try {
    /** @type {Totals[]} */
    const parts = [
      await timed("checks", async () => ({ ...(await checkAll()), skipped: 0 })),
      await timed("unit, random and crash tests", () => vitest(join(folder, "vitest.json"))),
      await timed("browser tests", () => playwright(join(folder, "playwright.json"), chromium)),
    ]
    const total = parts.reduce((a, b) => ({
      passed: a.passed + b.passed,
      failed: a.failed + b.failed,
      skipped: a.skipped + b.skipped,
    }))
    console.log(
      `${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ""}`,
    )
    if (total.failed > 0) process.exitCode = 1
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

/**
 * @param {string} name
 * @param {() => Promise<Totals>} part
 */
async function timed(name, part) {
  const start = performance.now()
  const totals = await part()
  console.log(`${name}: ${((performance.now() - start) / 1000).toFixed(0)} s`)
  return totals
}

/**
 * @param {string} report
 * @returns {Promise<Totals>}
 */
async function vitest(report) {
  const failure = await failureOf(
    run("npx", [
      "--no-install",
      "vitest",
      "run",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${report}`,
    ]),
  )
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(await readFile(report, "utf8"))
  return totals(numPassedTests, numFailedTests, numPendingTests, failure)
}

/**
 * @param {string} report
 * @param {string} chromium
 * @returns {Promise<Totals>}
 */
async function playwright(report, chromium) {
  const failure = await failureOf(
    run("npx", ["--no-install", "playwright", "test", "--config", "e2e/playwright.config.ts", "--reporter=list,json"], {
      env: { CHROMIUM_PATH: chromium, PLAYWRIGHT_JSON_OUTPUT_NAME: report },
    }),
  )
  const { stats } = JSON.parse(await readFile(report, "utf8"))
  // A test that passed only at its second try is a failure here: retries hide races.
  return totals(stats.expected, stats.unexpected + stats.flaky, stats.skipped, failure)
}

/**
 * A runner that failed without a failed test (it could not even start) still counts as one failure.
 * @param {number} passed
 * @param {number} failed
 * @param {number} skipped
 * @param {unknown} failure
 * @returns {Totals}
 */
function totals(passed, failed, skipped, failure) {
  if (failure !== undefined) console.error(failure instanceof Error ? failure.message : failure)
  return { passed, failed: failure !== undefined && failed === 0 ? 1 : failed, skipped }
}

/**
 * @param {Promise<void>} work
 * @returns {Promise<unknown>} what it failed with, or undefined
 */
async function failureOf(work) {
  return work.then(
    () => undefined,
    (error) => error,
  )
}
