// Finds a Chromium to test in: CHROMIUM_PATH, one on the system, Playwright's own, else installs Debian's as root.
import { spawnSync } from "node:child_process"
import { accessSync, constants } from "node:fs"
import { run, whenRunDirectly } from "./run.js"

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"]

/** @returns {Promise<string>} the path of an executable Chromium */
export async function ensureChromium() {
  const given = process.env["CHROMIUM_PATH"]
  if (given !== undefined && given !== "") {
    if (isExecutable(given)) return given
    throw new Error(`CHROMIUM_PATH is ${given}, but nothing executable is there.`)
  }
  const found = onTheSystem() ?? (await playwrightsOwn())
  if (found !== undefined) return found
  if (process.getuid?.() === 0 && has("apt-get")) {
    console.log("Installing Chromium …")
    await run("apt-get", ["update", "-qq"], { quiet: true })
    await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-liberation"], {
      env: { DEBIAN_FRONTEND: "noninteractive" },
      quiet: true,
    })
    const installed = onTheSystem()
    if (installed !== undefined) return installed
  }
  throw new Error(
    "The browser tests need Chromium. Install it (Debian: `apt-get install chromium`, elsewhere: `npx playwright install chromium`) or point CHROMIUM_PATH at it.",
  )
}

/** @returns {string | undefined} */
function onTheSystem() {
  for (const name of NAMES) {
    const which = spawnSync("which", [name], { encoding: "utf8" })
    const path = which.stdout?.trim()
    if (which.status === 0 && path && isExecutable(path)) return path
  }
  return undefined
}

/** @returns {Promise<string | undefined>} */
async function playwrightsOwn() {
  const { chromium } = await import("@playwright/test")
  const path = chromium.executablePath()
  return isExecutable(path) ? path : undefined
}

/** @param {string} command */
function has(command) {
  return spawnSync("which", [command]).status === 0
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

await whenRunDirectly(import.meta.url, async () => console.log(await ensureChromium()))
