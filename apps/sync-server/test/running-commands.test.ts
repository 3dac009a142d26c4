import { readdir, readFile, stat } from "node:fs/promises"
import { join } from "node:path"
import { CLOSE } from "@ligature/protocol"
import { expect, test } from "vitest"
import { LeveldbPersistence } from "y-leveldb"
import * as Y from "yjs"
import { recordKey } from "../../../packages/store-level/src/keys.ts"
import { levelFolder } from "../../../packages/store-level/src/level-database.ts"
import { type Ended, runLigature, startLigature } from "./ligature-process.ts"
import { RawClient } from "./raw-client.ts"
import { temporaryFolder } from "./temporary-folder.ts"

// What commands ask of a server while it runs.

const DOCUMENTS = ["minutes", "recipes"]

function ran({ code, stdout, stderr }: Ended): { code: number | null; stdout: string; stderr: string } {
  expect(stderr).not.toMatch(/\bat .*:\d+|Error:/)
  return { code, stdout, stderr }
}

test(
  "a backup of a running server, under 500 edits a second, is everything as it was at one moment",
  { timeout: 90_000 },
  async () => {
    await using folder = await temporaryFolder()
    const in_ = (name: string): string => join(folder.path, name)
    const [data, file, restored] = [in_("data"), in_("b"), in_("restored")]
    await using server = await startLigature(data)
    using ann = await new RawClient(`${server.sync}/minutes`).loaded()
    using ben = await new RawClient(`${server.sync}/recipes`).loaded()
    const saved: number[] = []
    const edits = setInterval(() => {
      for (const { doc } of [ann, ben])
        for (let n = 0; n < 3; n++) doc.getArray("edits").push([doc.getArray("edits").length])
      saved.push(Math.max(0, ann.receipts - 1))
    }, 12)
    try {
      await ann.until(() => ann.receipts > 200)
      const before = saved.at(-1) ?? 0
      expect(ran(await runLigature(["backup", file, "--data", data]))).toMatchObject({ code: 0, stderr: "" })
      await ann.until(() => ann.receipts > before + 300)
      const after = ann.receipts
      expect(ran(await runLigature(["check", file])).stdout).toContain("is whole: 2 documents")
      expect(ran(await runLigature(["restore", file, "--data", restored])).code).toBe(0)
      expect(ran(await runLigature(["check", "--data", restored])).code).toBe(0)
      await using again = await startLigature(restored)
      for (const document of DOCUMENTS) {
        using reader = await new RawClient(`${again.sync}/${document}`).loaded()
        const found = reader.doc.getArray("edits").toArray()
        expect(found, "an unbroken beginning of what was written").toEqual(found.map((_, n) => n))
        expect(found.length).toBeGreaterThanOrEqual(document === "minutes" ? before : 1)
        expect(found.length).toBeLessThan(after)
      }
    } finally {
      clearInterval(edits)
    }
    expect(await readdir(data)).toContain("control.sock")
    expect((await stat(join(data, "control.sock"))).mode & 0o777).toBe(0o600)
    server.kill("SIGTERM")
    expect((await server.ended).code).toBe(0)
    expect(await readdir(data)).not.toContain("control.sock")
  },
)

test(
  "a damaged document is listed, and released by the running server with what is left",
  { timeout: 90_000 },
  async () => {
    await using folder = await temporaryFolder()
    const data = join(folder.path, "data")
    {
      await using server = await startLigature(data)
      using client = await new RawClient(`${server.sync}/minutes`).loaded()
      for (const word of ["one ", "two "]) {
        client.doc.getText("text").insert(client.doc.getText("text").length, word)
        await client.saved()
      }
      server.kill("SIGTERM")
      expect((await server.ended).code).toBe(0)
    }
    const database = await levelFolder(data).open({ create: false })
    const value = Buffer.from((await database.get(recordKey("minutes", 2))) ?? [])
    value[value.length - 1] = (value.at(-1) ?? 0) ^ 1
    await database.write([{ type: "put", key: recordKey("minutes", 2), value }])
    await database.close()

    await using server = await startLigature(data)
    expect(ran(await runLigature(["quarantine", "list", "--data", data]))).toMatchObject({
      code: 0,
      stdout: "0 documents in quarantine.\n",
    })
    using reader = await new RawClient(`${server.sync}/minutes`).loaded()
    expect(reader.heard).toContainEqual({ type: "access", access: "read", reason: "damaged" })
    const listed = ran(await runLigature(["quarantine", "list", "--data", data]))
    expect(listed).toMatchObject({ code: 1, stdout: expect.stringMatching(/^"minutes": .*checksum\n1 document in/) })
    const kept = ran(await runLigature(["quarantine", "release", "minutes", "--data", data]))
    expect(kept).toMatchObject({ code: 1, stderr: expect.stringContaining("stays quarantined") })
    const released = ran(await runLigature(["quarantine", "release", "minutes", "--with-loss", "--data", data]))
    expect(released).toMatchObject({ code: 0, stdout: expect.stringContaining("in use again") })
    expect((await reader.closed).code).toBe(CLOSE.restart)
    using writer = await new RawClient(`${server.sync}/minutes`).loaded()
    expect(writer.doc.getText("text").toJSON()).toBe("one ")
    writer.doc.getText("text").insert(4, "again")
    await writer.saved()
    server.kill("SIGTERM")
    expect((await server.ended).code).toBe(0)
    expect(ran(await runLigature(["check", "--data", data])).code).toBe(0)
    const again = ran(await runLigature(["quarantine", "release", "minutes", "--data", data]))
    expect(again).toMatchObject({ code: 2, stderr: 'Document "minutes" is not in quarantine.\n' })
  },
)

test("what a y-websocket server kept comes in, and goes out as Markdown", { timeout: 90_000 }, async () => {
  await using folder = await temporaryFolder()
  const in_ = (name: string): string => join(folder.path, name)
  const [old, data, out] = [in_("old"), in_("data"), in_("out")]
  const persistence = new LeveldbPersistence(old)
  const doc = new Y.Doc()
  const paragraph = new Y.XmlElement("paragraph")
  paragraph.insert(0, [new Y.XmlText("Written long ago")])
  doc.getXmlFragment("prosemirror").insert(0, [paragraph])
  await persistence.storeUpdate("minutes", Y.encodeStateAsUpdate(doc))
  await persistence.destroy()
  expect(ran(await runLigature(["import-y-leveldb", old, "--data", data]))).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Imported 1 document \(1 update, \d+ bytes\) from /),
  })
  expect(ran(await runLigature(["export", "--format", "markdown", "--data", data, "--out", out])).code).toBe(0)
  const file = (await readdir(out)).find((name) => name.endsWith(".md")) ?? ""
  expect(await readFile(join(out, file), "utf8")).toBe("Written long ago\n")
  const bad = ran(await runLigature(["export", "--format", "word", "--data", data, "--out", `${out}2`]))
  expect(bad).toMatchObject({ code: 2, stderr: expect.stringContaining("--format must be one of markdown") })
})
