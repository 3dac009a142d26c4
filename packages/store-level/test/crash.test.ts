import { spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { expect, test } from "vitest"
import { openLevelStore } from "../src/index.ts"
import { temporaryFolder } from "./temporary-folder.ts"

const SCRIPT = fileURLToPath(new URL("appending-process.ts", import.meta.url))
const ROUNDS = 3

test("a killed process loses nothing that was acknowledged, and keeps others out while it lives", async () => {
  const folder = await temporaryFolder()
  const acknowledged = new Map<string, number>()
  for (let round = 1; round <= ROUNDS; round++) {
    const refusals = await appendUntilKilled(folder, acknowledged, 150 * round)
    expect(refusals).toMatchObject([{ code: "STORE_LOCKED" }])
    await using store = await openLevelStore(folder, { compaction: false })
    for (const [document, last] of acknowledged) {
      const found: string[] = []
      for await (const { update } of store.read(document)) found.push(new TextDecoder().decode(update))
      expect(found.length, `round ${round}: ${document}`).toBeGreaterThanOrEqual(last)
      expect(found).toEqual(Array.from(found, (_, index) => `${document} ${index + 1}`))
    }
  }
})

/** Starts the process, collects what it says is acknowledged, and kills it in the middle of its work. Returns how opening the folder beside it failed. */
async function appendUntilKilled(folder: string, acknowledged: Map<string, number>, lines: number): Promise<unknown[]> {
  const refusals: unknown[] = []
  const child = spawn(process.execPath, ["--import", "tsx", "--conditions=@ligature/source", SCRIPT, folder], {
    stdio: ["ignore", "pipe", "inherit"],
  })
  const exited = new Promise((resolve) => child.once("exit", resolve))
  let seen = 0
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === "open") {
      refusals.push(await openLevelStore(folder).catch((error: unknown) => error))
      continue
    }
    const [document = "", number = ""] = line.split(" ")
    acknowledged.set(document, Number(number))
    seen += 1
    if (seen === lines) child.kill("SIGKILL")
  }
  await exited
  return refusals
}
