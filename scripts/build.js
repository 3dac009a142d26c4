// Builds the packages, the server and the web app, each only when its sources changed since the last build.
import { createHash } from "node:crypto"
import { access, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { compressWeb } from "./compress-web.js"
import { ensureInstalled } from "./install.js"
import { ROOT, run, whenRunDirectly } from "./run.js"

const STAMP = join(ROOT, "node_modules", ".ligature-built")
const WEB_APP = join(ROOT, "apps/sync-server/dist/web/index.html")
const SOURCES = [
  "packages",
  "apps",
  "package-lock.json",
  "tsconfig.json",
  "tsconfig.package.json",
  "tsconfig.build.json",
  "scripts/compress-web.js",
]
const NOT_SOURCES = new Set(["node_modules", "dist", "test", "data"])

/** @returns {Promise<void>} */
export async function ensureBuilt() {
  const wanted = await hashOfSources()
  const built = await readFile(STAMP, "utf8").catch(() => "")
  if (built === wanted && (await exists(WEB_APP))) return
  console.log("Building …")
  // A half-finished build must not pass for a finished one.
  await rm(STAMP, { force: true })
  await run("npx", ["tsc", "-b", "tsconfig.build.json"])
  await run("npm", ["run", "build", "--silent", "-w", "@ligature/web"], { quiet: true })
  await compressWeb(join(ROOT, "apps/sync-server/dist/web"))
  await mkdir(join(ROOT, "node_modules"), { recursive: true })
  await writeFile(STAMP, wanted)
}

async function hashOfSources() {
  const hash = createHash("sha256")
  for (const source of SOURCES) await addToHash(hash, source)
  return hash.digest("hex")
}

/**
 * @param {import("node:crypto").Hash} hash
 * @param {string} path relative to the root
 * @returns {Promise<void>}
 */
async function addToHash(hash, path) {
  const entries = await readdir(join(ROOT, path), { withFileTypes: true }).catch(() => null)
  if (entries === null) {
    hash.update(path).update(await readFile(join(ROOT, path)))
    return
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  for (const entry of entries) {
    if (!NOT_SOURCES.has(entry.name)) await addToHash(hash, join(path, entry.name))
  }
}

/** @param {string} path */
async function exists(path) {
  return access(path).then(
    () => true,
    () => false,
  )
}

await whenRunDirectly(import.meta.url, async () => {
  await ensureInstalled()
  await ensureBuilt()
})
