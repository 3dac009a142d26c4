import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { beforeAll, expect, test } from "vitest"
import { ensureBuilt } from "../../scripts/build.js"
import { ensureChromium } from "../../scripts/chromium.js"

const ROOT = fileURLToPath(new URL("../..", import.meta.url))

const SERVER = [
  "fan-out",
  "rooms",
  "many-rooms",
  "trace",
  "rich-text",
  "memory",
  "returning",
  "joining",
  "crash",
  "documents",
  "disk",
  "slow-disk",
  "growth",
]

beforeAll(async () => ensureBuilt(), 120_000)

test("every benchmark still runs, at its smallest", { timeout: 60_000 }, async () => {
  const { stdout } = await promisify(execFile)(
    "npx",
    ["--no-install", "tsx", "--conditions=@ligature/source", "bench/main.ts", "--smoke", "--no-peers"],
    { cwd: ROOT, env: { ...process.env, CHROMIUM_PATH: await ensureChromium() } },
  )
  for (const name of SERVER.concat(["typing", "crowd", "across", "opening", "app-opening", "binding"])) {
    expect(stdout).toContain(`\n${name}: `)
  }
  expect(stdout).not.toContain("NaN")
})
