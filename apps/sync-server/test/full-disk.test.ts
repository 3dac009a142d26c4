import { execFileSync } from "node:child_process"
import { mkdirSync } from "node:fs"
import { open, rm, statfs } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { startLigature } from "./ligature-process.ts"
import { RawClient } from "./raw-client.ts"
import { temporaryFolder } from "./temporary-folder.ts"

/** A disk of so many megabytes in memory, which only root may mount. */
interface SmallDisk extends AsyncDisposable {
  readonly path: string
  /** Takes all the space there is. */
  fill(): Promise<void>
  /** Gives it back. */
  free(): Promise<void>
}

async function smallDisk(megabytes: number): Promise<SmallDisk> {
  const folder = await temporaryFolder()
  const path = join(folder.path, "disk")
  mkdirSync(path)
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", path])
  const filler = join(path, "filler")
  return {
    path,
    async fill() {
      const handle = await open(filler, "a")
      try {
        for (;;) {
          const { bavail, bsize } = await statfs(path)
          if (bavail === 0) return
          await handle.appendFile(Buffer.alloc(Math.min(1024 * 1024, bavail * bsize), 1))
        }
      } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error
      } finally {
        await handle.close()
      }
    },
    free: () => rm(filler, { force: true }),
    async [Symbol.asyncDispose]() {
      execFileSync("umount", ["-l", path])
      await folder[Symbol.asyncDispose]()
    },
  }
}

function canMount(): boolean {
  return process.platform === "linux" && process.getuid?.() === 0
}

// What is promised of a full disk: docs/reliability.md.
const TOLD_MS = 1000
const RESUMED_MS = 5000

describe.skipIf(!canMount())("on a real disk that is full", () => {
  test("readers go on, writers are told, nothing acknowledged is lost, and writing goes on by itself", async () => {
    await using disk = await smallDisk(64)
    const data = join(disk.path, "data")
    await using server = await startLigature(data)
    using ann = await new RawClient(`${server.sync}/minutes`, { browserSecret: "ann" }).loaded()
    const written: string[] = []
    const write = (): void => {
      const page = `page ${written.length} ${"x".repeat(20_000)}\n`
      written.push(page)
      ann.doc.getText("text").insert(ann.doc.getText("text").length, page)
    }
    for (let n = 0; n < 5; n++) write()
    await ann.saved()
    await disk.fill()

    const isTold = (): boolean =>
      ann.heard.some((message) => message.type === "access" && message.reason === "store-unavailable")
    const wrote = performance.now()
    write()
    await ann.until(isTold)
    const told = performance.now() - wrote
    for (let n = 0; n < 3; n++) write()
    expect((await fetch(`${server.address}/ready`)).status).toBe(503)
    expect((await fetch(`${server.address}/health`)).status).toBe(200)

    // Readers go on, also those who come only now, and see what is on disk and nothing else.
    using reader = await new RawClient(`${server.sync}/minutes`).loaded()
    expect(reader.doc.getText("text").toJSON()).toBe(written.slice(0, 5).join(""))
    expect(ann.receipts).toBe(6)

    const freed = performance.now()
    await disk.free()
    await ann.saved()
    const resumed = performance.now() - freed
    await reader.until(() => reader.doc.getText("text").toJSON() === written.join(""))
    expect((await fetch(`${server.address}/ready`)).status).toBe(200)
    server.kill("SIGKILL")
    await server.ended
    await using again = await startLigature(data)
    using late = await new RawClient(`${again.sync}/minutes`).loaded()
    expect(late.doc.getText("text").toJSON()).toBe(written.join(""))
    expect(told).toBeLessThan(TOLD_MS)
    expect(resumed).toBeLessThan(RESUMED_MS)
    if (process.env["FIGURES"] !== undefined) {
      process.stdout.write(
        `full disk: told after ${told.toFixed(0)} ms, writing again ${resumed.toFixed(0)} ms after space\n`,
      )
    }
  })
})
