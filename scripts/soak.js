// `npm run soak`: the random and crash suites, twenty times as long as in `npm test`, loads at their full size, then many people writing at random in Chromium.
// Flags go to vitest, and then Chromium is left alone.
import { ensureBuilt } from "./build.js"
import { ensureChromium } from "./chromium.js"
import { ensureInstalled } from "./install.js"
import { run, whenRunDirectly } from "./run.js"

await whenRunDirectly(import.meta.url, async () => {
  await ensureInstalled()
  await ensureBuilt()
  const flags = process.argv.slice(2)
  await run("npx", ["--no-install", "vitest", "run", "--testTimeout=7200000", ...flags], {
    env: {
      SEEDS: process.env["SEEDS"] ?? "20000",
      CRASH_ROUNDS: process.env["CRASH_ROUNDS"] ?? "400",
      LOAD: process.env["LOAD"] ?? "full",
      LEAK_CYCLES: process.env["LEAK_CYCLES"] ?? "2000",
      STORE_SPOILS: process.env["STORE_SPOILS"] ?? "200",
      FIGURES: process.env["FIGURES"] ?? "shown",
    },
  })
  if (flags.length > 0) return
  await run("npx", ["--no-install", "playwright", "test", "--config", "e2e/playwright.config.ts", "random-writing"], {
    env: { E2E_SEEDS: process.env["E2E_SEEDS"] ?? "100", CHROMIUM_PATH: await ensureChromium() },
  })
})
