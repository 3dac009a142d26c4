// Runs a command with its output shown, and fails with one sentence when the command does.
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"

/** The repository's root, with a trailing slash. */
export const ROOT = fileURLToPath(new URL("..", import.meta.url))

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: Record<string, string>, quiet?: boolean }} [options] quiet keeps the output back unless the command fails
 * @returns {Promise<void>}
 */
export async function run(command, args, { env = {}, quiet = false } = {}) {
  const child = spawn(command, args, {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ["ignore", quiet ? "pipe" : "inherit", quiet ? "pipe" : "inherit"],
  })
  /** @type {Buffer[]} */
  const kept = []
  child.stdout?.on("data", (chunk) => kept.push(chunk))
  child.stderr?.on("data", (chunk) => kept.push(chunk))
  const code = await new Promise((resolve, reject) => {
    child.on("error", reject)
    child.on("close", (status, signal) => resolve(status ?? signal))
  })
  if (code === 0) return
  process.stderr.write(Buffer.concat(kept))
  throw new Error(`\`${command} ${args.join(" ")}\` ended with ${code}`)
}

/**
 * Runs a script's main function; a failure is one line and exit code 1, not a stack.
 * @param {string} moduleUrl the caller's import.meta.url: nothing happens when the module is only imported
 * @param {() => Promise<void>} main
 */
export async function whenRunDirectly(moduleUrl, main) {
  if (process.argv[1] !== fileURLToPath(moduleUrl)) return
  try {
    await main()
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}
