import { execFile } from "node:child_process"
import { open, readFile, rm } from "node:fs/promises"
import { join } from "node:path"
import { setTimeout as wait } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"

const ROOT = fileURLToPath(new URL("../../..", import.meta.url))
const LOCK = join(ROOT, "node_modules/.ligature-server-build-lock")

/** Tests of the real command run what the build made: this brings it up to date, once at a time over all test processes. */
export function ensureBuilt(): Promise<void> {
  built ??= build()
  return built
}

let built: Promise<void> | undefined

async function build(): Promise<void> {
  await takeLock()
  try {
    await promisify(execFile)("npx", ["--no-install", "tsc", "-b", "apps/sync-server"], { cwd: ROOT })
  } finally {
    await rm(LOCK, { force: true })
  }
}

async function takeLock(): Promise<void> {
  for (;;) {
    try {
      const file = await open(LOCK, "wx")
      await file.write(String(process.pid))
      return await file.close()
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error
      const holder = Number(await readFile(LOCK, "utf8").catch(() => ""))
      if (holder > 0 && !isRunning(holder)) await rm(LOCK, { force: true })
      else await wait(100)
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
