// Installs the dependencies when package-lock.json is not the one that was installed last.
import { createHash } from "node:crypto"
import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { ROOT, run, whenRunDirectly } from "./run.js"

// Inside node_modules, so that deleting the folder deletes the claim that it is complete.
const STAMP = join(ROOT, "node_modules", ".ligature-installed")

/** @returns {Promise<void>} */
export async function ensureInstalled() {
  refuseOldNode()
  const wanted = createHash("sha256")
    .update(await readFile(join(ROOT, "package-lock.json")))
    .update(`${process.platform} ${process.arch} ${process.versions.modules}`)
    .digest("hex")
  const installed = await readFile(STAMP, "utf8").catch(() => "")
  if (installed === wanted) return
  console.log("Installing dependencies …")
  // Not `npm ci`: it refuses a lock file without the native packages of every other platform, which not every registry serves.
  // With --no-save the versions are those of the lock file all the same, and the file stays as it is.
  await run("npm", ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"])
  await writeFile(STAMP, wanted)
}

function refuseOldNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  throw new Error(`Ligature needs Node 20.19 or later; this is Node ${process.versions.node}. See https://nodejs.org.`)
}

await whenRunDirectly(import.meta.url, ensureInstalled)
