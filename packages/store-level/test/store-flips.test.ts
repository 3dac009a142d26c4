import { spawn } from "node:child_process"
import { once } from "node:events"
import { cp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { seededRandom, type SeededRandom } from "@ligature/testing"
import { expect, test } from "vitest"
import { checkStore, openLevelStore } from "../src/index.ts"
import { flipBit } from "./sample-store.ts"
import { temporaryFolder } from "./temporary-folder.ts"
import { typing, updatesOf } from "./yjs-document.ts"

/** `npm run soak -- store-flips` makes it 200. */
const SPOILS = Number(process.env["STORE_SPOILS"] ?? 8)
const SEED = Number(process.env["SEED"] ?? 1)
const SCRIPT = fileURLToPath(new URL("reading-process.ts", import.meta.url))
const DOCUMENTS = Array.from({ length: 12 }, (_, n) => `document-${n}`)

test(`${SPOILS} random flips and cuts of a closed store's files, seed ${SEED}: all are detected, none reads as something else`, async () => {
  const random = seededRandom(SEED)
  const folder = await filled()
  // Of a copy: opening moves the log into a table, and there would be none to spoil.
  await cp(folder, `${folder}-good`, { recursive: true })
  const good = await whatIsRead(`${folder}-good`)
  const outcomes = new Map<string, number>()
  const missed: string[] = []
  const wrong: string[] = []
  for (let n = 0; n < SPOILS; n++) {
    const copy = `${folder}-spoilt`
    await rm(copy, { recursive: true, force: true })
    await cp(folder, copy, { recursive: true })
    const what = await spoilOne(copy, random)
    // By `ligature check`, which LevelDB's own faults cannot end, or by the next start. The check never writes.
    const checked = await checkStore(copy)
    const read = await whatIsRead(copy)
    const found = compare(read, good)
    const how = checked.damages.length > 0 ? "check" : found === "same" ? "nobody" : "start"
    outcomes.set(`${how}, then ${found}`, (outcomes.get(`${how}, then ${found}`) ?? 0) + 1)
    if (how === "nobody") missed.push(`${n}: ${what}`)
    if (found === "wrong") wrong.push(`${n}: ${what}`)
  }
  if (process.env["FIGURES"] !== undefined) {
    process.stdout.write(`store files: ${SPOILS} spoilt, ${JSON.stringify(Object.fromEntries(outcomes))}\n`)
  }
  expect(missed, "damage that nobody noticed").toEqual([])
  expect(wrong, "read as something that was never written").toEqual([])
})

/** Tables, a log with the newest of everything, and all that goes with them. */
async function filled(): Promise<string> {
  const folder = await temporaryFolder()
  for (const part of ["the old part, in a table. ", "the new part, in the log."]) {
    await using store = await openLevelStore(folder, { compaction: false })
    for (const [n, document] of DOCUMENTS.entries()) {
      const clientID = part.startsWith("the old") ? n + 1 : 100 + n
      await store.append({ document, updates: updatesOf(typing(`${document}: ${part}`), { clientID }) })
      if (clientID < 100) await store.compact(document)
    }
  }
  return folder
}

async function spoilOne(folder: string, random: SeededRandom): Promise<string> {
  const names = (await readdir(folder)).filter((name) => /\.(?:ldb|log)$|^MANIFEST|^CURRENT$/.test(name))
  const name = random.pick(names.toSorted())
  const file = join(folder, name)
  const bytes = await readFile(file)
  if (bytes.length === 0) throw new Error(`${name} is empty, and cannot be spoilt`)
  if (bytes.length > 1 && random.chance(0.3)) {
    const length = random.integer(bytes.length)
    await truncate(file, length)
    return `${name} cut to ${length} of ${bytes.length} bytes`
  }
  const bit = random.integer(bytes.length * 8)
  await writeFile(file, flipBit(bytes, bit))
  return `${name}, bit ${bit} of ${bytes.length * 8}`
}

/** What a process of its own reads: lines of "<document> <content or code>", or one for the folder; "aborted" when LevelDB ended it. */
async function whatIsRead(folder: string): Promise<string[]> {
  const args = ["--import", "tsx", "--conditions=@ligature/source", SCRIPT, folder, ...DOCUMENTS]
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "ignore"] })
  let said = ""
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text
  })
  const [, signal] = await once(child, "close").then((ended: unknown[]) => ended)
  return signal === null ? said.trimEnd().split("\n") : [...said.trimEnd().split("\n"), "aborted"]
}

function compare(read: readonly string[], good: readonly string[]): "same" | "noticed" | "aborted" | "wrong" {
  if (read.includes("aborted")) return "aborted"
  if (read.join("\n") === good.join("\n")) return "same"
  const expected = new Set(good)
  return read.every((line) => expected.has(line) || / STORE_[A-Z]+$/.test(line)) ? "noticed" : "wrong"
}
