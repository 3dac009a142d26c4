import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { StoreError } from "@ligature/store"
import { openLevelStore } from "../src/open-level-store.ts"
import type { LevelStore } from "../src/level-store.ts"
import { contents } from "./sample-document.ts"

// A process of its own, since LevelDB aborts on some damage. From flip number `from` on it copies the folder, flips one bit of
// the files that match, reads every document of the copy and prints "<flip> <outcome>,<outcome>,…".

const [folder = "", pattern = "", flips = "0", from = "0", ...documents] = process.argv.slice(2)
const good = await readAll(folder)
const copied = `${folder}-flipped`

for (let flip = Number(from); flip < Number(flips); flip++) {
  await rm(copied, { recursive: true, force: true })
  await cp(folder, copied, { recursive: true })
  await flipOneBit(copied, (flip + 0.5) / Number(flips))
  const found = await readAll(copied).catch(codeOf)
  const outcomes = typeof found === "string" ? [found] : found.map((text, n) => compare(text, good[n] ?? ""))
  process.stdout.write(`${flip} ${[...new Set(outcomes)].join()}\n`)
}
await rm(copied, { recursive: true, force: true })

/** `at`: how far through the bytes of all matching files, from 0 to 1. */
async function flipOneBit(path: string, at: number): Promise<void> {
  const names = (await readdir(path)).filter((name) => new RegExp(pattern).test(name))
  const position = at * names.length
  const file = join(path, names[Math.floor(position)] ?? "")
  const bytes = await readFile(file)
  const offset = Math.floor((position % 1) * bytes.length)
  bytes[offset] = (bytes[offset] ?? 0) ^ (1 << (offset & 7))
  await writeFile(file, bytes)
}

async function readAll(path: string): Promise<string[]> {
  await using store = await openLevelStore(path, { compaction: false })
  return await Promise.all(documents.map((document) => readOne(store, document)))
}

async function readOne(store: LevelStore, document: string): Promise<string> {
  try {
    return (await contents(store, document)).join("\n")
  } catch (error) {
    return codeOf(error)
  }
}

function compare(found: string, expected: string): string {
  if (found === expected) return "same"
  if (found === "") return "absent"
  return found.startsWith("STORE_") ? found : "wrong"
}

function codeOf(error: unknown): string {
  if (error instanceof StoreError) return error.code
  throw error
}
