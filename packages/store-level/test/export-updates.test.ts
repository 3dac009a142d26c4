import { createHash } from "node:crypto"
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { exportFileName, exportUpdates } from "../src/export-updates.ts"
import { openLevelStore } from "../src/index.ts"
import { recordKey, summaryKey } from "../src/keys.ts"
import { filesIn, SAMPLE_DOCUMENTS, spoil, textIn, writeSamples } from "./sample-store.ts"
import { temporaryFolder } from "./temporary-folder.ts"
import { openDocument, textOf } from "./yjs-document.ts"

test("every document comes out as one update that gives the same text, and the data folder stays as it is", async () => {
  const folder = await temporaryFolder()
  const [data, out] = [join(folder, "data"), join(folder, "out")]
  await writeSamples(data)
  const before = await filesIn(data)
  const exported = await exportUpdates(data, out, [])
  expect(await filesIn(data)).toEqual(before)
  expect(JSON.parse(await readFile(join(out, "index.json"), "utf8"))).toEqual(exported)
  expect(exported.map(({ document }) => document).toSorted()).toEqual([...SAMPLE_DOCUMENTS, "rows only"].toSorted())
  await using store = await openLevelStore(data, { compaction: false })
  for (const one of exported) {
    if ("error" in one) throw new Error(one.error)
    const update = await readFile(join(out, one.file))
    expect(textIn(update)).toBe(textOf(await openDocument(store, one.document)))
    expect(one.bytes).toBe(update.length)
    expect(one.sha256).toBe(createHash("sha256").update(update).digest("hex"))
  }
  expect((await readdir(out)).length).toBe(exported.length + 1)
})

test("only the named ones, and none when one of them is not there", async () => {
  const folder = await temporaryFolder()
  const [data, out] = [join(folder, "data"), join(folder, "out")]
  await writeSamples(data)
  for (const missing of ["nowhere", "gone"]) {
    await expect(exportUpdates(data, out, ["minutes", missing])).rejects.toMatchObject({ code: "NO_SUCH_DOCUMENT" })
    await expect(stat(out)).rejects.toMatchObject({ code: "ENOENT" })
  }
  await exportUpdates(data, out, ["minutes", "minutes"])
  expect(await readdir(out)).toEqual(["index.json", exportFileName("minutes")])
})

test("damaged documents are listed with the reason, the others exported", async () => {
  const folder = await temporaryFolder()
  const [data, out] = [join(folder, "data"), join(folder, "out")]
  await writeSamples(data)
  await spoil(data, async (database) => {
    await database.write([{ type: "put", key: recordKey("..", 1000), value: Uint8Array.of(1) }])
    await database.write([{ type: "put", key: summaryKey("Minutes"), value: Uint8Array.of(1) }])
  })
  const exported = await exportUpdates(data, out, [])
  const damaged = exported.filter((one) => "error" in one).map(({ document }) => document)
  expect(damaged).toEqual(["..", "Minutes"])
  expect((await readdir(out)).length).toBe(exported.length - damaged.length + 1)
})

test("a folder with something in it is left alone", async () => {
  const folder = await temporaryFolder()
  const [data, out] = [join(folder, "data"), join(folder, "out")]
  await writeSamples(data, ["one"])
  await mkdir(out)
  await writeFile(join(out, "letter.txt"), "dear")
  await expect(exportUpdates(data, out, [])).rejects.toMatchObject({ code: "TARGET_EXISTS" })
  await expect(exportUpdates(data, join(out, "letter.txt"), [])).rejects.toMatchObject({ code: "TARGET_UNWRITABLE" })
  expect(await readdir(out)).toEqual(["letter.txt"])
})

describe("file names", () => {
  const NAMES = [
    "a",
    "A",
    "..",
    ".",
    "/etc/passwd",
    "con",
    "réunion",
    "é",
    "e\u0301",
    "x".repeat(200),
    "文".repeat(66),
    "a b",
    "a-b",
    "-rf",
  ]

  test("are safe on every system and differ even where case does not count", () => {
    const files = NAMES.map(exportFileName)
    for (const file of files) expect(file).toMatch(/^[A-Za-z0-9][A-Za-z0-9-]{0,60}\.yjs$/)
    expect(new Set(files.map((file) => file.toLowerCase())).size).toBe(NAMES.length)
  })

  test("stay the same for the same document", () => {
    // Scripts of hosts find documents by these names.
    expect(exportFileName("Minutes / May")).toBe("Minutes-May-1b047fe98323f2c1.yjs")
  })
})
