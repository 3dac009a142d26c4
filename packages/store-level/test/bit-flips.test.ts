import { spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { expect, test } from "vitest"
import { openLevelStore } from "../src/index.ts"
import { write } from "./sample-document.ts"
import { temporaryFolder } from "./temporary-folder.ts"

const SCRIPT = fileURLToPath(new URL("bit-flipping-process.ts", import.meta.url))
const DOCUMENTS = Array.from({ length: 12 }, (_, n) => `document-${n}`)

test("a flipped bit in a table never passes for a document", async () => {
  const folder = await temporaryFolder()
  await fill(folder)
  // Opening moves what is in the log to a table.
  await openLevelStore(folder).then((store) => store.close())
  const outcomes = await flipBits(folder, String.raw`\.ldb$`, 60)
  expect(outcomes).toContain("STORE_DAMAGED")
  // LevelDB ends the process on some damage to the frame of a table. Loud, and nothing is written; see docs/storage.md.
  const known = new Set(["same", "STORE_DAMAGED", "STORE_UNAVAILABLE", "aborted"])
  expect(outcomes.filter((outcome) => !known.has(outcome))).toEqual([])
})

test("a flipped bit in LevelDB's log loses at most whole commits, and a later commit shows the hole", async () => {
  const folder = await temporaryFolder()
  await fill(folder)
  const outcomes = await flipBits(folder, String.raw`\.log$`, 30)
  const known = new Set(["same", "absent", "STORE_DAMAGED"])
  expect(outcomes.filter((outcome) => !known.has(outcome))).toEqual([])
})

async function fill(folder: string): Promise<void> {
  await using store = await openLevelStore(folder, { compaction: false })
  for (const document of DOCUMENTS) await write(store, document)
}

/** Every outcome that was seen. A process that LevelDB aborts is started again behind the flip that did it. */
async function flipBits(folder: string, pattern: string, flips: number): Promise<string[]> {
  const seen = new Set<string>()
  for (let next = 0; next < flips;) {
    const child = spawn(
      process.execPath,
      [
        "--import",
        "tsx",
        "--conditions=@ligature/source",
        SCRIPT,
        folder,
        pattern,
        `${flips}`,
        `${next}`,
        ...DOCUMENTS,
      ],
      { stdio: ["ignore", "pipe", "ignore"] },
    )
    const ended = new Promise<string | number>((resolve) =>
      child.once("exit", (code, signal) => resolve(signal ?? code ?? 0)),
    )
    for await (const line of createInterface({ input: child.stdout })) {
      const [flip, outcomes = ""] = line.split(" ")
      for (const outcome of outcomes.split(",")) seen.add(outcome)
      next = Number(flip) + 1
    }
    const how = await ended
    if (how === 0) break
    seen.add(how === "SIGABRT" || how === "SIGSEGV" ? "aborted" : `ended with ${how} at flip ${next}`)
    next += 1
  }
  return [...seen]
}
