import { spawn } from "node:child_process"
import { once } from "node:events"
import { copyFile, cp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, test } from "vitest"
import { openLevelStore } from "../src/index.ts"
import { LIFETIME_FILE } from "../src/store-folder.ts"
import { contents, write } from "./sample-document.ts"
import { flipBit } from "./sample-store.ts"
import { temporaryFolder } from "./temporary-folder.ts"

const SCRIPT = fileURLToPath(new URL("opening-process.ts", import.meta.url))
const DAMAGED = { code: "STORE_DAMAGED" }

/** Documents whose values are in tables. */
async function filled(): Promise<string> {
  const folder = await temporaryFolder()
  for (const _ of [1, 2]) {
    await using store = await openLevelStore(folder, { compaction: false })
    for (let n = 0; n < 12; n++) if (_ === 1) await write(store, `document-${n}`)
  }
  return folder
}

/** What the folder looks like when its process has died. */
async function dieIn(folder: string): Promise<void> {
  await writeFile(join(folder, LIFETIME_FILE), JSON.stringify({ state: "open", by: "a process that died", deaths: 0 }))
}

async function spoilTable(folder: string, bit: number): Promise<string> {
  const name = (await readdir(folder)).find((file) => file.endsWith(".ldb")) ?? ""
  await writeFile(join(folder, name), flipBit(await readFile(join(folder, name)), bit))
  return name
}

/** Opens the folder in a process of its own and reads everything. */
async function openElsewhere(folder: string): Promise<{ code: number | null; signal: string | null; said: string }> {
  const child = spawn(process.execPath, ["--import", "tsx", "--conditions=@ligature/source", SCRIPT, folder], {
    stdio: ["ignore", "pipe", "ignore"],
  })
  let said = ""
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text
  })
  const [code, signal]: [number | null, string | null] = await once(child, "close").then(([a, b]) => [a, b])
  return { code, signal, said: said.trim() }
}

describe("a process that died over its folder", () => {
  test("a poisoned table ends one process at most: the next start names it and leaves it alone", async () => {
    const folder = await filled()
    const first: { copy: string; table: string; signal: string | null; said: string }[] = []
    // The lengths of the first key are here: some flips abort LevelDB, some only damage documents.
    for (let n = 1; n <= 8; n++) {
      const copy = `${folder}-${n}`
      await cp(folder, copy, { recursive: true })
      const table = await spoilTable(copy, 8 * n + (n & 7))
      first.push({ copy, table, ...(await openElsewhere(copy)) })
    }
    const [died, lived] = [true, false].map((hasDied) => first.filter(({ signal }) => (signal !== null) === hasDied))
    expect(died?.length).toBeGreaterThan(0)
    expect(lived?.length).toBeGreaterThan(0)
    for (const { said, copy } of lived ?? []) expect(said, `in ${copy}`).not.toContain("wrong")
    for (const { copy, table } of died ?? []) {
      const { signal, said } = await openElsewhere(copy)
      expect(signal, `in ${copy}`).toBeNull()
      expect(said, `in ${copy}`).toMatch(/^STORE_DAMAGED .*did not end in order/)
      expect(said, `in ${copy}`).toContain(table)
    }
  })

  test("a sound folder opens again after any number of deaths", async () => {
    const folder = await filled()
    for (let n = 0; n < 3; n++) {
      await dieIn(folder)
      await using store = await openLevelStore(folder, { compaction: false })
      expect(await contents(store, "document-3")).toHaveLength(7)
    }
  })

  test("the check is not made while another process has the folder, which is told instead", async () => {
    const folder = await filled()
    await dieIn(folder)
    await spoilTable(folder, 800)
    await expect(openLevelStore(folder)).rejects.toMatchObject(DAMAGED)
    await expect(openLevelStore(folder), "and again").rejects.toMatchObject(DAMAGED)
  })

  test("a mark that cannot be read counts as a death", async () => {
    const folder = await filled()
    await writeFile(join(folder, LIFETIME_FILE), "{")
    await spoilTable(folder, 800)
    await expect(openLevelStore(folder)).rejects.toMatchObject(DAMAGED)
  })
})

describe("a folder that was closed in order", () => {
  test("has lost its log's end: every cut is noticed, also at the second try", async () => {
    const folder = await temporaryFolder()
    {
      await using store = await openLevelStore(folder, { compaction: false })
      for (let n = 0; n < 12; n++) await write(store, `document-${n}`)
    }
    const log = (await readdir(folder)).find((file) => file.endsWith(".log")) ?? ""
    const { length } = await readFile(join(folder, log))
    for (let n = 1; n <= 8; n++) {
      const copy = `${folder}-${n}`
      await cp(folder, copy, { recursive: true })
      await truncate(join(copy, log), Math.floor((length * (n - 1)) / 8))
      await expect(openLevelStore(copy), `cut ${n}`).rejects.toMatchObject(DAMAGED)
      await expect(openLevelStore(copy), `cut ${n} again`).rejects.toMatchObject(DAMAGED)
    }
    await using store = await openLevelStore(folder, { compaction: false })
    expect(await contents(store, "document-11")).toHaveLength(7)
  })

  test("an older copy of the log is noticed, and a folder without the mark opens as ever", async () => {
    const folder = await temporaryFolder()
    {
      await using store = await openLevelStore(folder, { compaction: false })
      await write(store, "one")
    }
    const log = (await readdir(folder)).find((file) => file.endsWith(".log")) ?? ""
    await copyFile(join(folder, log), `${folder}.log`)
    await rm(join(folder, LIFETIME_FILE))
    {
      await using store = await openLevelStore(folder, { compaction: false })
      await write(store, "two")
    }
    const newLog = (await readdir(folder)).find((file) => file.endsWith(".log")) ?? ""
    await copyFile(`${folder}.log`, join(folder, newLog))
    await expect(openLevelStore(folder)).rejects.toMatchObject(DAMAGED)
  })

  test("closing twice writes no mark over that of another", async () => {
    const folder = await filled()
    const store = await openLevelStore(folder, { compaction: false })
    await store.close()
    const other = await openLevelStore(folder, { compaction: false })
    await store.close()
    expect(JSON.parse(await readFile(join(folder, LIFETIME_FILE), "utf8"))).toMatchObject({ state: "open" })
    await other.close()
    expect(JSON.parse(await readFile(join(folder, LIFETIME_FILE), "utf8"))).toMatchObject({ state: "closed" })
  })
})
