import { readdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { Readable } from "node:stream"
import { describe, expect, test } from "vitest"
import { BlobFolder } from "../src/uploads/blob-folder.ts"
import { sniffImage } from "../src/uploads/sniff-image.ts"
import { png, SAMPLE_IMAGES } from "./sample-images.ts"
import { temporaryFolder } from "./temporary-folder.ts"

const MB = 1024 * 1024
const DAY = 24 * 60 * 60 * 1000

describe("what an image is", () => {
  test.each([
    ["png", 3, 2],
    ["jpg", 5, 4],
    ["gif", 1, 1],
    ["webp", 1, 1],
    ["avif", 7, 6],
    ["svg", null, null],
  ] as const)("a %s is told by its content", (kind, width, height) => {
    expect(sniffImage(SAMPLE_IMAGES[kind])).toEqual({ kind, width, height })
  })

  test.each([
    ["a page", Buffer.from("<!doctype html><script>alert(1)</script>"), 415],
    ["a page with a drawing further down", Buffer.from("<html><svg></svg></html>"), 415],
    ["a program", Buffer.from("MZ\x90\0", "latin1"), 415],
    ["a TIFF", Buffer.from("II*\0\x08\0\0\0", "latin1"), 415],
    ["half a signature", SAMPLE_IMAGES.png.subarray(0, 5), 415],
    ["a PNG cut before its size", SAMPLE_IMAGES.png.subarray(0, 12), 422],
    ["a JPEG cut before its size", SAMPLE_IMAGES.jpg.subarray(0, 24), 422],
    ["an AVIF whose boxes lead nowhere", SAMPLE_IMAGES.avif.subarray(0, 40), 422],
    ["a PNG of no width", png(0, 4), 422],
    ["a PNG wider than browsers draw", png(16_385, 1), 422],
    ["a PNG of a billion pixels", png(16_000, 16_000), 422],
  ])("%s is refused", (_what, bytes, status) => {
    expect(() => sniffImage(bytes)).toThrow(expect.objectContaining({ name: "Problem", status }))
  })

  test("whatever bytes follow a signature, the answer is an image or a problem, at once", () => {
    for (const [kind, image] of Object.entries(SAMPLE_IMAGES)) {
      for (let at = 0; at < image.byteLength; at++) {
        for (const byte of [0x00, 0x7f, 0xff]) {
          const damaged = Buffer.from(image)
          damaged[at] = byte
          expect(outcome(damaged), `${kind} with ${byte} at ${at}`).toMatch(/^(an image|Problem)$/)
        }
      }
    }
  })
})

async function* broken(): AsyncGenerator<Buffer> {
  yield SAMPLE_IMAGES.png
  throw new Error("the connection is gone")
}

function outcome(bytes: Uint8Array): string {
  try {
    return sniffImage(bytes).kind === undefined ? "nothing" : "an image"
  } catch (error) {
    return error instanceof Error ? error.name : String(error)
  }
}

describe("the folder of blobs", () => {
  test("keeps what it is given, byte for byte, under a name nobody can guess", async () => {
    await using folder = await temporaryFolder()
    const blobs = await BlobFolder.open(folder.path)
    const stored = await blobs.receive(Readable.from([SAMPLE_IMAGES.png]), MB)
    expect(stored).toMatchObject({ kind: "png", width: 3, height: 2, bytes: SAMPLE_IMAGES.png.byteLength })
    expect(stored.id).toMatch(/^[0-9a-f]{32}\.png$/)
    const found = await blobs.find(stored.id)
    expect(found?.kind).toBe("png")
    expect(await readFile(found?.path ?? "")).toEqual(SAMPLE_IMAGES.png)
  })

  test("stops reading at the first byte too many and leaves nothing behind", async () => {
    await using folder = await temporaryFolder()
    const blobs = await BlobFolder.open(folder.path)
    let given = 0
    const endless = async function* (): AsyncGenerator<Buffer> {
      for (;;) {
        given += 64 * 1024
        yield Buffer.alloc(64 * 1024)
      }
    }
    await expect(blobs.receive(Readable.from(endless()), MB)).rejects.toMatchObject({ status: 413 })
    expect(given).toBeLessThan(3 * MB)
    expect(await readdir(folder.path)).toEqual(["incoming"])
    expect(await readdir(join(folder.path, "incoming"))).toEqual([])
  })

  test.each([
    ["nothing", [], 400],
    ["a page", [Buffer.from("<!doctype html>")], 415],
  ])("forgets %s", async (_what, chunks, status) => {
    await using folder = await temporaryFolder()
    const blobs = await BlobFolder.open(folder.path)
    await expect(blobs.receive(Readable.from(chunks), MB)).rejects.toMatchObject({ status })
    expect(await readdir(join(folder.path, "incoming"))).toEqual([])
  })

  test("an upload that breaks off leaves nothing; one that a crash cut short is cleared away", async () => {
    await using folder = await temporaryFolder()
    const blobs = await BlobFolder.open(folder.path)
    await expect(blobs.receive(Readable.from(broken()), MB)).rejects.toThrow("the connection is gone")
    await writeFile(join(folder.path, "incoming", "0".repeat(32)), "half")
    await BlobFolder.open(folder.path)
    expect(await readdir(join(folder.path, "incoming"))).toEqual([])
  })

  test.each(["../level/CURRENT", "incoming", `${"a".repeat(32)}.exe`, `${"a".repeat(31)}.png`, "", "\0"])(
    "%j names no blob",
    async (id) => {
      await using folder = await temporaryFolder()
      expect(await (await BlobFolder.open(folder.path)).find(id)).toBeNull()
    },
  )

  test("what no document has goes after its time, and nothing else", async () => {
    await using folder = await temporaryFolder()
    const blobs = await BlobFolder.open(folder.path)
    const receive = async () => (await blobs.receive(Readable.from([SAMPLE_IMAGES.gif]), MB)).id
    const [used, left, returned] = [await receive(), await receive(), await receive()]
    const start = Date.UTC(2026, 0, 1)
    const sweep = (day: number, ...referenced: string[]): Promise<string[]> =>
      blobs.sweep(new Set(referenced), 30 * DAY, start + day * DAY)
    // However old the file: it counts from when it was found without a document.
    expect(await sweep(0, used)).toEqual([])
    expect(await sweep(20, used, returned)).toEqual([])
    expect(await sweep(31, used)).toEqual([left])
    expect(await sweep(50, used)).toEqual([])
    expect(await sweep(62, used)).toEqual([returned])
    expect((await readdir(folder.path)).toSorted()).toEqual([used, "incoming", "unreferenced.json"].toSorted())
  })
})
