import { CLOSE } from "@ligature/protocol"
import { describe, expect, test } from "vitest"
import { startLigature } from "./ligature-process.ts"
import { closeCodeOn, openByHand } from "./socket-by-hand.ts"
import { RawClient } from "./raw-client.ts"
import { temporaryFolder } from "./temporary-folder.ts"

/** Files cannot grow beyond 64 KB: writes fail as on a full disk, for as long as the process lives. */
const TINY_DISK = "trap '' XFSZ; ulimit -f 64"
/** More than the tiny disk takes, in one update. */
const LARGE = "x".repeat(100_000)

describe.each(["SIGTERM", "SIGINT"] as const)("%s", (signal) => {
  test("says 1012 to everybody and ends with 0; everything is there afterwards", async () => {
    await using folder = await temporaryFolder()
    await using server = await startLigature(folder.path)
    using ann = await new RawClient(`${server.sync}/minutes`).loaded()
    using ben = await new RawClient(`${server.sync}/recipes`).loaded()
    ann.doc.getText("text").insert(0, "the last words")
    await ann.saved()
    server.kill(signal)
    expect((await ann.closed).code).toBe(CLOSE.restart)
    expect((await ben.closed).code).toBe(CLOSE.restart)
    expect(await server.ended).toMatchObject({ code: 0, signal: null })
    await using again = await startLigature(folder.path)
    using reader = await new RawClient(`${again.sync}/minutes`).loaded()
    expect(reader.doc.getText("text").toJSON()).toBe("the last words")
  })
})

describe.skipIf(process.platform === "win32")("on a disk that takes no more", () => {
  test("the server is not ready, and ends with 1 and the names of what stayed unstored", async () => {
    await using folder = await temporaryFolder()
    await using server = await startLigature(folder.path, { shell: TINY_DISK })
    using ann = await new RawClient(`${server.sync}/minutes`).loaded()
    using ben = await new RawClient(`${server.sync}/recipes`).loaded()
    ben.doc.getText("text").insert(0, "early enough")
    await ben.saved()
    expect((await fetch(`${server.address}/ready`)).status).toBe(200)

    ann.doc.getText("text").insert(0, LARGE)
    await untilLogged(server, /cannot be written/)
    expect((await fetch(`${server.address}/ready`)).status).toBe(503)
    expect((await fetch(`${server.address}/health`)).status).toBe(200)

    server.kill("SIGTERM")
    expect((await ann.closed).code).toBe(CLOSE.restart)
    const ended = await server.ended
    expect(ended.code).toBe(1)
    const lastLine = ended.stderr.trimEnd().split("\n").at(-1)
    expect(lastLine).toMatch(/^Not everything could be stored.*: minutes\.$/)

    // Nobody was told that the large text is saved, and what was saved before is.
    expect(ann.receipts).toBeLessThan(ann.sent.length)
    await using again = await startLigature(folder.path)
    using reader = await new RawClient(`${again.sync}/recipes`).loaded()
    expect(reader.doc.getText("text").toJSON()).toBe("early enough")
  })
})

test("a second signal ends it at once", async () => {
  await using folder = await temporaryFolder()
  await using server = await startLigature(folder.path)
  // Somebody who never says goodbye holds the server up, for as long as its patience lasts.
  const silent = await openByHand(server.port)
  server.kill("SIGTERM")
  expect(await closeCodeOn(silent)).toBe(CLOSE.restart)
  server.kill("SIGTERM")
  expect(await server.ended).toMatchObject({ code: 143, signal: null })
  silent.destroy()
})

/** The log comes with no event; it is looked at while other things go on. */
async function untilLogged(server: { stderr: () => string }, what: RegExp): Promise<void> {
  await expect.poll(() => server.stderr(), { timeout: 10_000 }).toMatch(what)
}
