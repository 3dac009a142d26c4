// Every check that needs no running program: format, lint, types, unused code, layers, bundle size, published packages.
import { readdirSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { ensureBuilt } from "./build.js"
import { ensureInstalled } from "./install.js"
import { drawLayers } from "./layers.js"
import { ROOT, run, whenRunDirectly } from "./run.js"

const PUBLISHED = [
  "protocol",
  "schema",
  "store",
  "store-level",
  "room",
  "provider",
  "flow",
  "editor",
  "convert",
  "embed",
  "react",
]

/** @type {Readonly<Record<string, () => Promise<void>>>} */
const CHECKS = {
  format: () => npx("oxfmt", "--check", "."),
  lint: () => npx("oxlint", "--type-aware", "--deny-warnings"),
  types: () => npx("tsc", "-p", "."),
  unused: () => npx("knip", "--no-progress"),
  layers: async () => {
    await npx("depcruise", "--config", ".dependency-cruiser.js", ...["packages", "apps"].flatMap(sourcesIn))
    await pictureIsTrue()
  },
  size: () => npx("size-limit"),
  packages: async () => {
    const folders = [...PUBLISHED.map((name) => `packages/${name}`), "apps/sync-server"]
    await Promise.all([0, 1].map((half) => checkPackages(folders.filter((_, index) => index % 2 === half))))
  },
}

/** @param {readonly string[]} folders */
async function checkPackages(folders) {
  for (const folder of folders) {
    await npx("publint", "--strict", folder)
    await npx("attw", "--pack", folder, "--profile", "esm-only", "--exclude-entrypoints", "style.css")
  }
}

/**
 * Runs every check, also after one has failed, so that one run shows all there is to fix.
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export async function checkAll() {
  await ensureBuilt()
  const result = { passed: 0, failed: 0 }
  for (const [name, check] of Object.entries(CHECKS)) {
    const start = performance.now()
    try {
      await check()
      result.passed += 1
      console.log(`✓ ${name} (${((performance.now() - start) / 1000).toFixed(1)} s)`)
    } catch (error) {
      result.failed += 1
      console.error(`✗ ${name}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return result
}

/** @param {...string} args */
function npx(...args) {
  return run("npx", ["--no-install", ...args], { quiet: true })
}

/** @param {string} folder */
function sourcesIn(folder) {
  return readdirSync(join(ROOT, folder)).map((name) => join(folder, name, "src"))
}

/** ARCHITECTURE.md shows the arrows that the layer check enforces. */
async function pictureIsTrue() {
  const page = await readFile(join(ROOT, "ARCHITECTURE.md"), "utf8")
  if (page.includes(drawLayers())) return
  throw new Error(`ARCHITECTURE.md draws other arrows than scripts/layers.js. It should say:\n\n${drawLayers()}\n`)
}

await whenRunDirectly(import.meta.url, async () => {
  await ensureInstalled()
  const { failed } = await checkAll()
  if (failed > 0) throw new Error(`${failed} ${failed === 1 ? "check" : "checks"} failed`)
})
