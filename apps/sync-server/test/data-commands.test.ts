import { readdir, readFile, stat, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import * as Y from "yjs"
import { runLigature, startLigature, type Ended } from "./ligature-process.ts"
import { RawClient } from "./raw-client.ts"
import { temporaryFolder } from "./temporary-folder.ts"

const DOCUMENTS = ["minutes", "recipes"]

/** A real server, written to and stopped. */
async function writeSomething(data: string): Promise<void> {
  await using server = await startLigature(data)
  for (const document of DOCUMENTS) {
    using client = await new RawClient(`${server.sync}/${document}`).loaded()
    client.doc.getText("text").insert(0, `${document}: something`)
    await client.saved()
  }
  server.kill("SIGTERM")
  expect((await server.ended).code).toBe(0)
}

async function textOnServer(data: string, document: string): Promise<string> {
  await using server = await startLigature(data)
  using client = await new RawClient(`${server.sync}/${document}`).loaded()
  return client.doc.getText("text").toJSON()
}

function ran({ code, stdout, stderr }: Ended): { code: number | null; stdout: string; stderr: string } {
  expect(stderr).not.toMatch(/\bat .*:\d+|Error:/)
  return { code, stdout, stderr }
}

// Some fifteen processes, one after the other.
test(
  "a host's whole day: check, backup, a lost folder, restore, compact, export, and a server on it again",
  { timeout: 90_000 },
  async () => {
    await using folder = await temporaryFolder()
    const in_ = (name: string): string => join(folder.path, name)
    const [data, file, restored, out] = [in_("data"), in_("monday.ligature"), in_("restored"), in_("out")]
    await writeSomething(data)

    expect(ran(await runLigature(["check", "--data", data]))).toEqual({
      code: 0,
      stdout: expect.stringMatching(/: 2 documents, 0 removed, \d+ records, .*\nNo damage found\.\n$/),
      stderr: "",
    })
    const json = await runLigature(["check", "--json"], { env: { LIGATURE_DATA: data } })
    expect(JSON.parse(json.stdout)).toMatchObject({ data, documents: 2, damages: [] })

    expect(ran(await runLigature(["backup", file, "--data", data])).stdout).toContain("Backed up 2 documents")
    expect(ran(await runLigature(["check", file])).stdout).toContain("is whole: 2 documents")
    expect(ran(await runLigature(["restore", file, "--data", restored])).stdout).toContain("Restored 2 documents")
    const compacted = ran(await runLigature(["compact", "--data", restored]))
    expect(compacted).toMatchObject({ code: 0, stderr: "" })
    expect(compacted.stdout).toMatch(
      /^Compacted 2 of 2 documents .*\n.* before, .* in 2 records after\.\nArchives: 0 bytes before, /,
    )
    expect(ran(await runLigature(["compact", "minutes", "--data", restored])).stdout).toContain(
      "Compacted 0 of 1 document ",
    )
    expect(ran(await runLigature(["check", "--data", restored])).code).toBe(0)

    expect(ran(await runLigature(["export", "recipes", "--data", restored, "--out", out])).stdout).toContain(
      "Exported 1 document ",
    )
    const update = (await readdir(out)).find((name) => name.endsWith(".yjs")) ?? ""
    const doc = new Y.Doc()
    Y.applyUpdate(doc, await readFile(join(out, update)))
    expect(doc.getText("text").toJSON()).toBe("recipes: something")
    for (const document of DOCUMENTS) expect(await textOnServer(restored, document)).toBe(`${document}: something`)
  },
)

test("while a server runs, every command that needs the folder for itself says so and the server goes on", async () => {
  await using folder = await temporaryFolder()
  const data = join(folder.path, "data")
  await using server = await startLigature(data)
  using client = await new RawClient(`${server.sync}/minutes`).loaded()
  for (const args of [["check"], ["export", "--out", join(folder.path, "out")]]) {
    const { code, stdout, stderr } = ran(await runLigature([...args, "--data", data]))
    expect({ args, code, stdout }).toEqual({ args, code: 2, stdout: "" })
    expect(stderr).toMatch(/in use by another process/)
    expect(stderr).toContain(data)
  }
  expect(await readdir(folder.path)).toEqual(["data"])
  expect(ran(await runLigature(["compact", "--data", data]))).toMatchObject({ code: 0, stderr: "" })
  // The lock is still the server's: asking for it must not have taken it away.
  expect((await runLigature(["serve", "--port", "0", "--data", data])).stderr).toMatch(/in use by another process/)
  client.doc.getText("text").insert(0, "still here")
  await client.saved()
})

describe("damage", () => {
  test("a flipped bit in a table: check names the file with exit code 1, backup refuses", async () => {
    await using folder = await temporaryFolder()
    const data = join(folder.path, "data")
    await writeSomething(data)
    // Starting again moves what is in LevelDB's log to a table.
    expect(await textOnServer(data, "minutes")).toBe("minutes: something")
    const table = (await readdir(data)).find((name) => name.endsWith(".ldb")) ?? ""
    const bytes = await readFile(join(data, table))
    bytes[40] = (bytes[40] ?? 0) ^ 4
    await writeFile(join(data, table), bytes)
    const checked = ran(await runLigature(["check", "--data", data]))
    expect(checked.code).toBe(1)
    expect(checked.stdout).toContain(`- file ${table}: the block at byte 0 fails its checksum\n`)
    expect(checked.stdout).toContain("1 damage found.")
    const backedUp = ran(await runLigature(["backup", join(folder.path, "b"), "--data", data]))
    expect(backedUp).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining(table) })
    expect(await readdir(folder.path)).toEqual(["data"])
  })

  test("a backup that was cut short: check and restore refuse it with exit code 1", async () => {
    await using folder = await temporaryFolder()
    const [data, file] = [join(folder.path, "data"), join(folder.path, "b")]
    await writeSomething(data)
    await runLigature(["backup", file, "--data", data])
    const bytes = await readFile(file)
    await writeFile(file, bytes.subarray(0, -1))
    for (const args of [
      ["check", file],
      ["restore", file, "--data", join(folder.path, "new")],
    ]) {
      const { code, stdout, stderr } = ran(await runLigature(args))
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" })
      expect(stderr).toMatch(/^The backup .* cannot be used: .*\. Use another one\.\n$/)
    }
    await expect(stat(join(folder.path, "new"))).rejects.toMatchObject({ code: "ENOENT" })
  })
})

describe("bad use ends with one sentence and exit code 2, and changes nothing", () => {
  test.each<[args: string[], says: RegExp]>([
    [["check", "--data", "absent"], /absent or empty/],
    [["check", "absent.ligature"], /absent\.ligature cannot be read/],
    [["check", "--jsno"], /Unknown option '--jsno'.*ligature check --help/],
    [["backup"], /Missing required argument 'file'.*ligature backup --help/],
    [["backup", "b", "--data", "absent"], /absent or empty/],
    [["restore", "absent.ligature", "--data", "new"], /absent\.ligature cannot be read/],
    [["compact", "--data", "absent"], /absent or empty/],
    [["export", "--data", "absent"], /--out <folder>.*ligature export --help/],
    [["export", "--data", "absent", "--out", "out"], /absent or empty/],
  ])("ligature %j", async (args, says) => {
    await using folder = await temporaryFolder()
    const { code, stdout, stderr } = ran(await runLigature(args, { shell: `cd '${folder.path}'` }))
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" })
    expect(stderr.trimEnd().split("\n")).toHaveLength(1)
    expect(stderr).toMatch(says)
    expect(await readdir(folder.path)).toEqual([])
  })

  test("documents that are not there, targets that are", async () => {
    await using folder = await temporaryFolder()
    const data = join(folder.path, "data")
    await writeSomething(data)
    for (const args of [
      ["compact", "nowhere"],
      ["export", "nowhere", "--out", join(folder.path, "out")],
      ["export", "--out", data],
      ["backup", join(data, "CURRENT")],
    ]) {
      const { code, stdout, stderr } = ran(await runLigature([...args, "--data", data]))
      expect({ args, code, stdout }).toEqual({ args, code: 2, stdout: "" })
      expect(stderr).toMatch(/no document "nowhere"|is not empty|already/)
    }
    expect(await readdir(folder.path)).toEqual(["data"])
  })
})

test.each([
  ["check", "--json"],
  ["backup", "<file>"],
  ["restore", "<file>"],
  ["compact", "[documents...]"],
  ["export", "--out"],
])("ligature %s --help names %s, every other option and the exit codes", async (name, option) => {
  const { code, stdout } = await runLigature([name, "--help"])
  expect(code).toBe(0)
  for (const part of [option, "--data", "LIGATURE_DATA", "./data"]) expect(stdout).toContain(part)
  expect(stdout).toMatch(/Exit code: 0 .*, 1 .*, 2 /)
})
