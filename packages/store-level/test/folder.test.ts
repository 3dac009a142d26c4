import { existsSync } from "node:fs"
import { mkdir, readdir, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { StoreError, type StoreErrorCode } from "@ligature/store"
import { expect, test } from "vitest"
import { openLevelStore } from "../src/index.ts"
import { MARKER_KEY } from "../src/keys.ts"
import { levelFolder } from "../src/level-database.ts"
import { FORMAT_VERSION } from "../src/marker.ts"
import { sealMarker } from "../src/payloads.ts"
import { temporaryFolder } from "./temporary-folder.ts"

/** The refusal, which must be one sentence or two that name the folder. */
async function refusal(folder: string): Promise<{ code: StoreErrorCode; message: string }> {
  const error: unknown = await openLevelStore(folder).then(
    async (store) => {
      await store.close()
      return null
    },
    (error: unknown) => error,
  )
  if (!(error instanceof StoreError))
    throw new Error("the folder was opened, or failed without a StoreError", { cause: error })
  expect(error.message).toContain(folder)
  expect(error.message).toMatch(/[.]$/)
  return error
}

async function written(folder: string): Promise<string> {
  await using store = await openLevelStore(folder)
  await store.append({ document: "d", updates: [{ update: Uint8Array.of(1), time: 1, author: null }] })
  return store.id
}

test("an absent folder is created, also below absent ones, and keeps its id", async () => {
  const folder = join(await temporaryFolder(), "a", "b")
  const id = await written(folder)
  await using store = await openLevelStore(folder)
  expect(store.id).toBe(id)
  expect(await store.state("d")).toBe("live")
})

test.runIf(existsSync("/proc/self"))("a place that takes no folders is refused, not tried for ever", async () => {
  for (const folder of ["/proc/ligature", "/proc/ligature/data"]) {
    expect((await refusal(folder)).code).toBe("STORE_UNWRITABLE")
  }
})

test("an empty folder is taken, one with other things in it is not touched", async () => {
  const folder = await temporaryFolder()
  await mkdir(join(folder, "empty"))
  await written(join(folder, "empty"))
  const other = join(folder, "other")
  await mkdir(other)
  await writeFile(join(other, "letter.txt"), "dear")
  expect((await refusal(other)).code).toBe("STORE_FOREIGN_FOLDER")
  expect(await readdir(other)).toEqual(["letter.txt"])
})

test.each([/^CURRENT$/, /^CURRENT$|\.log$/, /^CURRENT$|^MANIFEST/])(
  "without %s there is no new empty store over the old one",
  async (missing) => {
    const folder = await temporaryFolder()
    await written(folder)
    for (const name of await readdir(folder)) if (missing.test(name)) await rm(join(folder, name))
    const left = (await readdir(folder)).sort()
    const { code, message } = await refusal(folder)
    expect(code).toBe("STORE_DAMAGED")
    expect(message).toContain("ligature check")
    expect((await readdir(folder)).sort()).toEqual(left)
  },
)

test("a database that LevelDB finds damaged is refused", async () => {
  const folder = await temporaryFolder()
  await written(folder)
  for (const name of await readdir(folder)) if (name.startsWith("MANIFEST")) await writeFile(join(folder, name), "x")
  expect((await refusal(folder)).code).toBe("STORE_DAMAGED")
})

test("a folder that this process has open already is locked", async () => {
  const folder = await temporaryFolder()
  await using store = await openLevelStore(folder)
  expect((await refusal(folder)).code).toBe("STORE_LOCKED")
  expect(await store.state("d")).toBe("absent")
})

test("a newer format is refused, a damaged marker too, and nothing is changed", async () => {
  const folder = await temporaryFolder()
  await written(folder)
  const newer = sealMarker(MARKER_KEY, { id: "x", format: FORMAT_VERSION + 1 })
  await putRaw(folder, newer)
  const { code, message } = await refusal(folder)
  expect(code).toBe("STORE_NEWER_FORMAT")
  expect(message).toContain(`format ${FORMAT_VERSION + 1}`)
  await putRaw(folder, newer.subarray(1))
  expect((await refusal(folder)).code).toBe("STORE_DAMAGED")
})

test("somebody else's LevelDB database is not taken over", async () => {
  const folder = await temporaryFolder()
  const database = await levelFolder(folder).open({ create: true })
  await database.write([{ type: "put", key: Buffer.from("theirs"), value: Buffer.from("1") }])
  await database.close()
  expect((await refusal(folder)).code).toBe("STORE_FOREIGN_FOLDER")
})

test("a file, or a folder below a file, cannot be a data folder", async () => {
  const file = join(await temporaryFolder(), "file")
  await writeFile(file, "")
  expect((await refusal(file)).code).toBe("STORE_UNWRITABLE")
  expect((await refusal(join(file, "below"))).code).toBe("STORE_UNWRITABLE")
})

test("a store that was created but killed before its first write is taken as new", async () => {
  const folder = await temporaryFolder()
  const database = await levelFolder(folder).open({ create: true })
  await database.close()
  expect(await written(folder)).not.toBe("")
})

async function putRaw(folder: string, value: Uint8Array): Promise<void> {
  const database = await levelFolder(folder).open({ create: false })
  await database.write([{ type: "put", key: MARKER_KEY, value }])
  await database.close()
}
