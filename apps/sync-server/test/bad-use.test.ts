import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises"
import { createServer } from "node:net"
import { join, relative } from "node:path"
import { describe, expect, test } from "vitest"
import { MARKER_KEY } from "../../../packages/store-level/src/keys.ts"
import { levelFolder } from "../../../packages/store-level/src/level-database.ts"
import { FORMAT_VERSION } from "../../../packages/store-level/src/marker.ts"
import { sealMarker } from "../../../packages/store-level/src/payloads.ts"
import { listenAnywhere } from "./free-port.ts"
import { runLigature, startLigature, type Ended } from "./ligature-process.ts"
import { RawClient } from "./raw-client.ts"
import { temporaryFolder } from "./temporary-folder.ts"

describe("what was typed", () => {
  test.each<[args: string[], env: Record<string, string>, says: RegExp]>([
    [["serve", "--prot", "8080"], {}, /Unknown option '--prot'.*--port/],
    [["serve", "--port", "http"], {}, /port must be a whole number from 0 to 65535, not "http"/],
    [["serve", "--port"], {}, /--port.*argument missing/],
    [["serve"], { PORT: "eighty" }, /port must be.*"eighty"/],
    [["serve", "--access", "token"], {}, /give --token-secret-file or --token-keys/],
    [["serve"], { LIGATURE_ACCESS: "accounts" }, /accounts is not built yet/],
    [["serve", "--host", "0.0.0.0"], {}, /say --access open/],
    [["serve", "--host", "no-such-name.invalid", "--access", "open"], {}, /no-such-name.invalid/],
    [["serve", "here"], {}, /too many arguments/i],
    [["bakcup"], {}, /Unknown command 'bakcup'.*backup/],
  ])("ligature %j with %j", async (args, env, says) => {
    await using folder = await temporaryFolder()
    const ended = await runLigature(args, { env: { LIGATURE_DATA: join(folder.path, "data"), ...env } })
    expect(sentenceOf(ended)).toMatch(says)
  })

  test("nothing at all shows the help", async () => {
    const { code, stdout, stderr } = await runLigature([])
    expect(code).not.toBe(0)
    expect(stdout + stderr).toContain("serve")
  })

  test("--help names every value, its variable and its default", async () => {
    const { code, stdout } = await runLigature(["serve", "--help"])
    expect(code).toBe(0)
    for (const [flag, variable, value] of [
      ["--port", "PORT", "8080"],
      ["--host", "HOST", "127.0.0.1"],
      ["--data", "LIGATURE_DATA", "./data"],
      ["--access", "LIGATURE_ACCESS", "open"],
      ["--token-secret-file", "LIGATURE_TOKEN_SECRET_FILE", ""],
      ["--token-keys", "LIGATURE_TOKEN_KEYS", ""],
      ["--token-issuer", "LIGATURE_TOKEN_ISSUER", ""],
      ["--token-audience", "LIGATURE_TOKEN_AUDIENCE", ""],
      ["--session-idle", "LIGATURE_SESSION_IDLE", "2h"],
      ["--session-longest", "LIGATURE_SESSION_LONGEST", "12h"],
      ["--public-url", "LIGATURE_PUBLIC_URL", ""],
      ["--allow-origin", "LIGATURE_ALLOW_ORIGIN", ""],
      ["--frame-ancestor", "LIGATURE_FRAME_ANCESTOR", ""],
      ["--log-level", "LIGATURE_LOG_LEVEL", "info"],
    ] as const) {
      expect(stdout).toContain(flag)
      expect(stdout).toContain(variable)
      expect(stdout).toContain(value)
    }
  })
})

describe("where it should run", () => {
  test("a port in use", async () => {
    await using folder = await temporaryFolder()
    const other = createServer()
    const port = await listenAnywhere(other)
    try {
      const ended = await runLigature(["serve", "--port", String(port), "--data", folder.path])
      expect(sentenceOf(ended)).toMatch(new RegExp(`Port ${port} on 127\\.0\\.0\\.1 is in use`))
    } finally {
      other.close()
    }
    // The folder was let go of in order.
    await using server = await startLigature(folder.path)
    expect(server.port).toBeGreaterThan(0)
  })

  test("an address of another machine", async () => {
    await using folder = await temporaryFolder()
    const args = ["serve", "--port", "0", "--host", "192.0.2.1", "--access", "open", "--data", folder.path]
    expect(sentenceOf(await runLigature(args))).toMatch(/192\.0\.2\.1 is not an address of this machine/)
  })
})

describe("a data folder", () => {
  test("that another process has open: the other one goes on", async () => {
    await using folder = await temporaryFolder()
    await using server = await startLigature(folder.path)
    const ended = await runLigature(["serve", "--port", "0", "--data", folder.path])
    expect(sentenceOf(ended)).toMatch(/in use by another process/)
    expect(sentenceOf(ended)).toContain(folder.path)
    using client = await new RawClient(`${server.sync}/minutes`).loaded()
    client.doc.getText("text").insert(0, "still here")
    await client.saved()
  })

  test("of a newer format: nothing is changed", async () => {
    await using folder = await temporaryFolder()
    await writeSomething(folder.path)
    const database = await levelFolder(folder.path).open({ create: false })
    const marker = sealMarker(MARKER_KEY, { id: "00000000-0000-4000-8000-000000000000", format: FORMAT_VERSION + 1 })
    await database.write([{ type: "put", key: MARKER_KEY, value: marker }])
    await database.close()
    const ended = await runLigature(["serve", "--port", "0", "--data", folder.path])
    expect(sentenceOf(ended)).toMatch(/format 2 of a newer version/)
    expect(sentenceOf(ended)).toContain(folder.path)
    const after = await levelFolder(folder.path).open({ create: false })
    expect(await after.get(MARKER_KEY)).toEqual(marker)
    await after.close()
  })

  test("without CURRENT: nothing is changed, and with CURRENT again everything is there", async () => {
    await using folder = await temporaryFolder()
    await writeSomething(folder.path)
    await rename(join(folder.path, "CURRENT"), join(folder.path, "..", `CURRENT-${process.pid}`))
    const before = await contentOf(folder.path)
    const ended = await runLigature(["serve", "--port", "0", "--data", folder.path])
    expect(sentenceOf(ended)).toMatch(/CURRENT.*ligature check/)
    expect(sentenceOf(ended)).toContain(folder.path)
    expect(await contentOf(folder.path)).toEqual(before)
    await rename(join(folder.path, "..", `CURRENT-${process.pid}`), join(folder.path, "CURRENT"))
    await using server = await startLigature(folder.path)
    using client = await new RawClient(`${server.sync}/minutes`).loaded()
    expect(client.doc.getText("text").toJSON()).toBe("something")
  })

  test("that lies under a file", async () => {
    await using folder = await temporaryFolder()
    await writeFile(join(folder.path, "file"), "a file")
    const ended = await runLigature(["serve", "--port", "0", "--data", join(folder.path, "file", "data")])
    expect(sentenceOf(ended)).toMatch(/cannot be opened for writing/)
    expect(await readFile(join(folder.path, "file"), "utf8")).toBe("a file")
  })

  test("that is a file", async () => {
    await using folder = await temporaryFolder()
    await writeFile(join(folder.path, "file"), "a file")
    expect(sentenceOf(await runLigature(["serve", "--port", "0", "--data", join(folder.path, "file")]))).toMatch(
      /is a file/,
    )
    expect(await readFile(join(folder.path, "file"), "utf8")).toBe("a file")
  })

  test("that cannot be made", async () => {
    expect(sentenceOf(await runLigature(["serve", "--port", "0", "--data", "/dev/null/data"]))).toMatch(
      /\/dev\/null\/data/,
    )
  })

  test("that holds somebody's photos", async () => {
    await using folder = await temporaryFolder()
    await mkdir(join(folder.path, "photos"))
    const ended = await runLigature(["serve", "--port", "0", "--data", folder.path])
    expect(sentenceOf(ended)).toMatch(/holds something else/)
    expect(sentenceOf(ended)).toContain(folder.path)
    expect(await readdir(folder.path)).toEqual(["photos"])
  })
})

test("a command that is not built says how to build it", async () => {
  await using folder = await temporaryFolder()
  const bin = join(folder.path, "bin")
  await mkdir(bin)
  const source = new URL("../bin/ligature.js", import.meta.url)
  await writeFile(join(bin, "ligature.mjs"), await readFile(source))
  const ended = await runLigature(["serve"], { command: join(bin, "ligature.mjs") })
  expect(sentenceOf(ended)).toMatch(/npm run build/)
  await rm(bin, { recursive: true })
})

/** What was said on stderr: nothing on stdout, one line, no stack, exit code not 0. */
function sentenceOf(ended: Ended): string {
  expect(ended.stderr.trimEnd().split("\n")).toHaveLength(1)
  expect(ended.stderr).not.toMatch(/\bat .*:\d+|Error:/)
  expect(ended.stdout).toBe("")
  expect(ended.code).toBeGreaterThan(0)
  return ended.stderr
}

async function writeSomething(data: string): Promise<void> {
  await using server = await startLigature(data)
  using client = await new RawClient(`${server.sync}/minutes`).loaded()
  client.doc.getText("text").insert(0, "something")
  await client.saved()
  server.kill("SIGTERM")
  expect((await server.ended).code).toBe(0)
}

/** Every file with its content. */
async function contentOf(folder: string): Promise<Map<string, string>> {
  const content = new Map<string, string>()
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name)
    if (entry.isFile()) content.set(relative(folder, file), await readFile(file, "base64"))
  }
  return content
}
