import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises"
import { join } from "node:path"
import * as decoding from "lib0/decoding"
import { describe, expect, test } from "vitest"
import { BACKUP_MAGIC, BACKUP_VERSION } from "../src/backup-file.ts"
import type { Change, Database, DatabaseFolder } from "../src/database.ts"
import { BLOBS_FOLDER, checkBackup, checkStore, openLevelStore, restoreBackup, writeBackupFile } from "../src/index.ts"
import { recordKey } from "../src/keys.ts"
import { levelFolder } from "../src/level-database.ts"
import { RECOVERING_ROW, restoreInto } from "../src/restore-backup.ts"
import { everythingIn, filesIn, flipBit, moveToTables, SAMPLE_DOCUMENTS, spoil, writeSamples } from "./sample-store.ts"
import { temporaryFolder } from "./temporary-folder.ts"
import { openDocument, textOf, typing, updatesOf } from "./yjs-document.ts"

const MADE_AT = 1_700_000_000_000
const RESTORED_AT = 1_800_000_000_000

/** A folder with samples, and a backup of it. */
async function backedUp(): Promise<{ folder: string; data: string; file: string }> {
  const folder = await temporaryFolder()
  const data = join(folder, "data")
  const file = join(folder, "backup.ligature")
  await writeSamples(data)
  await writeBackupFile(data, file, MADE_AT)
  return { folder, data, file }
}

describe("backup and restore", () => {
  test("bring the files along that documents have beside text", async () => {
    const folder = await temporaryFolder()
    const data = join(folder, "data")
    await writeSamples(data)
    const picture = `${"0123456789abcdef".repeat(2)}.png`
    await mkdir(join(data, BLOBS_FOLDER, "incoming"), { recursive: true })
    await writeFile(join(data, BLOBS_FOLDER, picture), Buffer.from("a picture"))
    await writeFile(join(data, BLOBS_FOLDER, "unreferenced.json"), "{}")
    const file = join(folder, "backup")
    expect(await writeBackupFile(data, file, MADE_AT)).toMatchObject({ damaged: [] })
    expect(await checkBackup(file)).toMatchObject({ damagedValues: 0 })
    const restored = join(folder, "restored")
    await restoreBackup(file, restored, RESTORED_AT)
    expect(await readdir(join(restored, BLOBS_FOLDER))).toEqual([picture])
    expect(await readFile(join(restored, BLOBS_FOLDER, picture), "utf8")).toBe("a picture")
    expect(await checkStore(restored)).toMatchObject({ damages: [] })
  })

  test("give back every document, row and archive, byte for byte, and mark what lives as recovering", async () => {
    const { folder, data, file } = await backedUp()
    const restored = join(folder, "below", "restored")
    expect(await restoreBackup(file, restored, RESTORED_AT)).toMatchObject({ time: MADE_AT, damagedValues: 0 })
    const before = await everythingIn(data)
    const after = await everythingIn(restored)
    let marked = 0
    for (const [name, found] of after) {
      if (typeof found !== "object" || found === null || !("rows" in found) || !Array.isArray(found.rows)) continue
      const rows: string[] = found.rows.filter((row): row is string => typeof row === "string")
      const mark = rows.filter((row) => row.startsWith(`${RECOVERING_ROW} `)).map((row) => row.split(" ")[1] ?? "")
      const times = mark.map((hex) => decoding.readVarUint(decoding.createDecoder(Buffer.from(hex, "hex"))))
      expect(times).toEqual([RESTORED_AT])
      after.set(name, { ...found, rows: rows.filter((row) => !row.startsWith(`${RECOVERING_ROW} `)) })
      marked += 1
    }
    expect(marked).toBe(SAMPLE_DOCUMENTS.length + 1)
    expect(after).toEqual(before)
    expect((await checkStore(restored)).damages).toEqual([])
  })

  test("twice over: a restored store can be backed up, restored and written to again", async () => {
    const { folder, file } = await backedUp()
    await restoreBackup(file, join(folder, "first"), 1)
    await writeBackupFile(join(folder, "first"), join(folder, "second.ligature"), 2)
    await restoreBackup(join(folder, "second.ligature"), join(folder, "second"), 3)
    expect((await checkStore(join(folder, "second"))).damages).toEqual([])
    await using store = await openLevelStore(join(folder, "second"), { compaction: false })
    await store.append({ document: "new", updates: updatesOf(typing("new words")) })
    expect(textOf(await openDocument(store, "new"))).toBe("new words")
    expect((await store.readRows("Minutes")).size).toBe(3)
  })

  test("leave the data folder as it is", async () => {
    const folder = await temporaryFolder()
    const data = join(folder, "data")
    await writeSamples(data)
    await moveToTables(data)
    const before = await filesIn(data)
    await writeBackupFile(data, join(folder, "backup"), MADE_AT)
    expect(await filesIn(data)).toEqual(before)
    expect((await readdir(folder)).toSorted()).toEqual(["backup", "data"])
  })

  test("while a store is written to, a backup is everything as it was at one moment", async () => {
    const folder = await temporaryFolder()
    const file = join(folder, "live.ligature")
    const store = await openLevelStore(join(folder, "data"), { compaction: false })
    // Each append goes to both, so at any moment both have as many.
    const both = (n: number) =>
      Promise.all(
        ["a", "b"].map((name) =>
          store.append({ document: `${name} ${n}`, updates: updatesOf(typing("words ".repeat(20))) }),
        ),
      )
    for (let n = 0; n < 50; n++) await both(n)
    const parts: Uint8Array[] = []
    let more: Promise<unknown> = Promise.resolve()
    let added = 50
    const written = await store.writeBackup(async (bytes) => {
      more = both((added += 1))
      parts.push(bytes)
      await more
    }, MADE_AT)
    await more
    await store.close()
    await writeFile(file, Buffer.concat(parts))
    expect(await checkBackup(file)).toMatchObject({ documents: 100, time: MADE_AT, bytes: written.bytes })
    await restoreBackup(file, join(folder, "restored"), RESTORED_AT)
    expect(await checkStore(join(folder, "restored"))).toMatchObject({ documents: 100, damages: [] })
  })

  test("a document that was damaged before goes along as it is, and is named", async () => {
    const folder = await temporaryFolder()
    const data = join(folder, "data")
    await writeSamples(data, ["one", "two"])
    const key = recordKey("one", 1000)
    await spoil(data, (database) => database.write([{ type: "put", key, value: Uint8Array.of(1, 2, 3) }]))
    const file = join(folder, "backup")
    expect(await writeBackupFile(data, file, MADE_AT)).toMatchObject({ damaged: ["one"] })
    expect(await checkBackup(file)).toMatchObject({ damagedValues: 1 })
    await restoreBackup(file, join(folder, "restored"), RESTORED_AT)
    const { damages } = await checkStore(join(folder, "restored"))
    expect(damages).toMatchObject([{ what: "document", name: "one" }])
  })

  test("with a damaged table there is no backup that looks like one", async () => {
    const folder = await temporaryFolder()
    const data = join(folder, "data")
    await writeSamples(data)
    await moveToTables(data)
    const table = join(data, (await readdir(data)).find((name) => name.endsWith(".ldb")) ?? "")
    await writeFile(table, flipBit(await readFile(table), 4000))
    const made = writeBackupFile(data, join(folder, "backup"), MADE_AT)
    await expect(made).rejects.toMatchObject({ code: "STORE_DAMAGED" })
    expect(await readdir(folder)).toEqual(["data"])
  })
})

describe("a backup that is not what was written", () => {
  test("cut short at any fiftieth, or by a byte, it is refused and nothing is created", async () => {
    const { folder, file } = await backedUp()
    const good = await readFile(file)
    const cuts = [...Array.from({ length: 50 }, (_, n) => Math.floor((n / 50) * good.length)), good.length - 1]
    const passed: string[] = []
    for (const cut of cuts) if (!(await isRefused(folder, good.subarray(0, cut)))) passed.push(`cut at ${cut}`)
    expect(passed).toEqual([])
  })

  test("with a byte more, or another one anywhere, it is refused and nothing is created", async () => {
    const { folder, file } = await backedUp()
    const good = await readFile(file)
    expect(await isRefused(folder, good)).toBe(false)
    await rm(join(folder, "restored"), { recursive: true })
    expect(await isRefused(folder, Buffer.concat([good, Buffer.alloc(1)]))).toBe(true)
    const passed: number[] = []
    for (let bit = 0; bit < good.length * 8; bit += Math.floor(good.length / 25)) {
      if (!(await isRefused(folder, flipBit(good, bit)))) passed.push(bit)
    }
    expect(passed).toEqual([])
  })

  test("of another kind or a newer version, it says so", async () => {
    const { folder, file } = await backedUp()
    const good = await readFile(file)
    expect(good.subarray(0, BACKUP_MAGIC.length).toString()).toBe(BACKUP_MAGIC)
    good.writeUInt32BE(BACKUP_VERSION + 1, BACKUP_MAGIC.length)
    await writeFile(file, good)
    await expect(checkBackup(file)).rejects.toMatchObject({ code: "BACKUP_NEWER_FORMAT" })
    await writeFile(file, "a letter to somebody, long enough to be something, and then a few words more")
    await expect(checkBackup(file)).rejects.toMatchObject({
      code: "BACKUP_DAMAGED",
      message: expect.stringContaining(file),
    })
    await expect(checkBackup(join(folder, "absent"))).rejects.toMatchObject({ code: "BACKUP_UNREADABLE" })
    await expect(checkBackup(folder)).rejects.toMatchObject({ code: "BACKUP_UNREADABLE" })
  })
})

/** Whether check and restore both refuse it, and nothing was made of it. */
async function isRefused(folder: string, bytes: Uint8Array): Promise<boolean> {
  const file = join(folder, "altered")
  const restored = join(folder, "restored")
  await writeFile(file, bytes)
  const codes = [
    await outcomeOf(checkBackup(file)),
    await outcomeOf(restoreBackup(file, restored, 1)),
    await outcomeOf(stat(restored)),
  ]
  return codes.every((code) => ["BACKUP_DAMAGED", "BACKUP_NEWER_FORMAT", "ENOENT"].includes(code))
}

function outcomeOf(made: Promise<unknown>): Promise<string> {
  return made.then(() => "accepted", codeOf)
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : String(error)
}

describe("where something is already", () => {
  test("a backup is not overwritten, a folder with something in it is not restored into", async () => {
    const { folder, data, file } = await backedUp()
    const before = await readFile(file)
    await expect(writeBackupFile(data, file, 5)).rejects.toMatchObject({ code: "TARGET_EXISTS" })
    expect(await readFile(file)).toEqual(before)
    const files = await filesIn(data)
    await expect(restoreBackup(file, data, 5)).rejects.toMatchObject({ code: "TARGET_EXISTS" })
    expect(await filesIn(data)).toEqual(files)
    await expect(restoreBackup(file, join(file, "below"), 5)).rejects.toMatchObject({ code: "TARGET_UNWRITABLE" })
    await expect(writeBackupFile(data, join(folder, "absent", "backup"), 5)).rejects.toMatchObject({
      code: "TARGET_UNWRITABLE",
    })
  })

  test("an empty folder is taken", async () => {
    const { folder, file } = await backedUp()
    await mkdir(join(folder, "empty"))
    await restoreBackup(file, join(folder, "empty"), 5)
    expect((await checkStore(join(folder, "empty"))).damages).toEqual([])
  })
})

describe("a restore that does not come to its end", () => {
  test("failing: leaves an empty folder empty and an absent one absent", async () => {
    const { folder, file } = await backedUp()
    await mkdir(join(folder, "empty"))
    for (const name of ["empty", "absent"]) {
      const into = failing(join(folder, name), () => Promise.reject(new Error("no space")))
      await expect(restoreInto(into, file, 1, () => {})).rejects.toMatchObject({ code: "TARGET_UNWRITABLE" })
    }
    expect(await readdir(join(folder, "empty"))).toEqual([])
    await expect(stat(join(folder, "absent"))).rejects.toMatchObject({ code: "ENOENT" })
  })

  test("killed before its last write: no server takes the half for all", async () => {
    const { folder, file } = await backedUp()
    const half = join(folder, "half")
    const snapshots: string[] = []
    const into = failing(half, async (changes, write) => {
      await write(changes)
      snapshots.push(`${changes.length}`)
      // As it lies on disk at this moment, copied from under the process.
      await cp(half, `${half}-${snapshots.length}`, { recursive: true })
    })
    await restoreInto(into, file, 1, () => {})
    expect(snapshots.length).toBeGreaterThan(1)
    for (let n = 1; n < snapshots.length; n++) {
      await expect(openLevelStore(`${half}-${n}`)).rejects.toMatchObject({ code: "STORE_DAMAGED" })
    }
    expect((await checkStore(`${half}-${snapshots.length}`)).damages).toEqual([])
  })
})

/** A database folder whose writes go through `onWrite`. */
function failing(
  path: string,
  onWrite: (changes: readonly Change[], write: Database["write"]) => Promise<void>,
): DatabaseFolder {
  const folder = levelFolder(path)
  return {
    ...folder,
    async open(options) {
      const database = await folder.open(options)
      const write = database.write.bind(database)
      return Object.assign(database, { write: (changes: readonly Change[]) => onWrite(changes, write) })
    },
  }
}
