// `npm run bench`: builds, installs the servers and editors Ligature is measured beside, and runs the benchmarks. Flags go to bench/main.ts.
import { access } from "node:fs/promises"
import { join } from "node:path"
import { ensureBuilt } from "./build.js"
import { ensureChromium } from "./chromium.js"
import { ensureInstalled } from "./install.js"
import { ROOT, run, whenRunDirectly } from "./run.js"

await whenRunDirectly(import.meta.url, async () => {
  await ensureInstalled()
  await ensureBuilt()
  const args = process.argv.slice(2)
  if (!args.includes("--no-peers")) await ensurePeers()
  await run("npx", ["--no-install", "tsx", "--conditions=@ligature/source", "bench/main.ts", ...args], {
    env: { CHROMIUM_PATH: await ensureChromium() },
  })
})

async function ensurePeers() {
  const folder = join(ROOT, "bench/peers")
  const installed = await access(join(folder, "node_modules/.package-lock.json")).then(
    () => true,
    () => false,
  )
  if (installed) return
  console.log("Installing the servers and editors to compare with …")
  await run("npm", ["install", "--prefix", folder, "--no-save", "--no-audit", "--no-fund", "--loglevel=error"])
}
