import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { beforeAll, expect, test } from "vitest"
import { ensureBuilt } from "../../scripts/build.js"
import { ensureChromium } from "../../scripts/chromium.js"

const ROOT = fileURLToPath(new URL("../..", import.meta.url))

beforeAll(async () => ensureBuilt(), 120_000)

// In parts, each well within its time on a busy machine.
test.each([
  ["people in rooms", ["fan-out", "rooms", "many-rooms", "joining", "growth", "slow-disk"]],
  ["what is stored", ["trace", "rich-text", "returning", "documents", "disk"]],
  ["memory and crashes", ["memory", "crash"]],
  ["editors", ["typing", "crowd", "across", "opening", "app-opening", "binding"]],
])("every benchmark still runs, at its smallest: %s", { timeout: 120_000 }, async (_part, names) => {
  const { stdout } = await promisify(execFile)(
    "npx",
    ["--no-install", "tsx", "--conditions=@ligature/source", "bench/main.ts", "--smoke", "--no-peers", ...names],
    { cwd: ROOT, env: { ...process.env, CHROMIUM_PATH: await ensureChromium() } },
  )
  for (const name of names) expect(stdout).toContain(`\n${name}: `)
  expect(stdout).not.toContain("NaN")
})
