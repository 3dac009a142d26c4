// `npm run soak`: the random and crash suites, twenty times as long as in `npm test`. Flags go to vitest.
import { ensureBuilt } from "./build.js"
import { ensureInstalled } from "./install.js"
import { run, whenRunDirectly } from "./run.js"

await whenRunDirectly(import.meta.url, async () => {
  await ensureInstalled()
  await ensureBuilt()
  await run("npx", ["--no-install", "vitest", "run", "--testTimeout=7200000", ...process.argv.slice(2)], {
    env: { SEEDS: process.env["SEEDS"] ?? "20000", CRASH_ROUNDS: process.env["CRASH_ROUNDS"] ?? "400" },
  })
})
