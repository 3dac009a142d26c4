import { copyFile, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { openExistingStore } from "@ligature/store-level"
import { expect, test } from "vitest"
import * as Y from "yjs"
import { check } from "../src/commands/check.ts"
import type { Terminal } from "../src/commands/terminal.ts"
import { BlobFolder } from "../src/uploads/blob-folder.ts"
import { blobRow, blobsOf, idsInUse } from "../src/uploads/blob-rows.ts"
import { runLigature } from "./ligature-process.ts"
import { SAMPLE_IMAGES } from "./sample-images.ts"
import { temporaryFolder } from "./temporary-folder.ts"
import { testServer } from "./test-server.ts"

interface Checked {
  readonly code: number
  readonly text: string
}

async function checked(data: string): Promise<Checked> {
  let text = ""
  const terminal: Terminal = {
    print: (more) => void (text += more),
    complain: (more) => void (text += more),
    onProgress() {},
  }
  return { code: await check({ data }, terminal), text }
}

/** A document of the given name with these images, put in over HTTP; resolves with their ids. */
async function withImages(
  address: string,
  name: string,
  kinds: readonly (keyof typeof SAMPLE_IMAGES)[],
): Promise<string[]> {
  const doc = new Y.Doc()
  doc.getText("flow").insert(0, "A line.")
  const made = await fetch(`${address}/api/documents?name=${name}`, {
    method: "POST",
    headers: { "content-type": "application/octet-stream" },
    body: new Uint8Array(Y.encodeStateAsUpdate(doc)),
  })
  expect(made.status).toBe(201)
  const ids: string[] = []
  for (const kind of kinds) {
    const answer = await fetch(`${address}/api/documents/${name}/uploads`, {
      method: "POST",
      body: new Uint8Array(SAMPLE_IMAGES[kind]),
    })
    const { address: path }: { address: string } = await answer.json()
    ids.push(path.replace("/files/", ""))
  }
  return ids
}

test("images that are missing, cut short, flipped, too long or nobody's are told, each with what to do, and mended from a backup", async () => {
  await using server = await testServer()
  const { data } = server
  const kinds = ["png", "jpg", "gif", "webp", "avif"] as const
  const [missing = "", cut = "", flipped = "", longer = "", sound = ""] = await withImages(
    server.address,
    "minutes",
    kinds,
  )
  await server.close()
  expect(await checked(data)).toEqual({
    code: 0,
    text: expect.stringMatching(/1 document, .* 5 images, .*\nNo damage found\.\n$/),
  })
  await using elsewhere = await temporaryFolder()
  const [backup, restored] = [join(elsewhere.path, "monday.ligature"), join(elsewhere.path, "restored")]
  expect((await runLigature(["backup", backup, "--data", data])).code).toBe(0)

  const at = (id: string): string => join(data, "blobs", id)
  await rm(at(missing))
  await truncate(at(cut), 7)
  const bytes = await readFile(at(flipped))
  const byte = bytes.length >> 1
  bytes[byte] = (bytes[byte] ?? 0) ^ 1
  await writeFile(at(flipped), bytes)
  await writeFile(at(longer), "more", { flag: "a" })
  const orphan = `${"0".repeat(32)}.png`
  await copyFile(at(sound), at(orphan))
  await writeFile(at("notes.txt"), "mine")

  const { code, text } = await checked(data)
  expect(code).toBe(1)
  const lines = text.split("\n")
  const lineOf = (id: string): string | undefined => lines.find((line) => line.startsWith(`- file blobs/${id}: `))
  expect(lineOf(missing)).toContain("it is missing")
  expect(lineOf(cut)).toContain(`it has 7 bytes, and had ${SAMPLE_IMAGES.jpg.length}`)
  expect(lineOf(flipped)).toContain("its bytes are not those that were stored")
  expect(lineOf(longer)).toContain(`it has ${SAMPLE_IMAGES.webp.length + 4} bytes`)
  for (const id of [missing, cut, flipped, longer]) {
    expect(lineOf(id)).toContain('an image of "minutes". Restore a backup into another folder and copy this file')
  }
  expect(lineOf(sound)).toBeUndefined()
  expect(text).toContain(`1 files of blobs/ no document has: ${orphan}. Nothing needs doing`)
  expect(text).toContain("holds what the server did not put there: notes.txt")
  expect(text).toContain("4 damages found")
  const json = await runLigature(["check", "--json", "--data", data])
  expect(json.code).toBe(1)
  expect(JSON.parse(json.stdout)).toMatchObject({ images: 5, documents: 1 })

  // As the sentence says.
  expect((await runLigature(["restore", backup, "--data", restored])).code).toBe(0)
  expect((await checked(restored)).code).toBe(0)
  for (const id of [missing, cut, flipped, longer]) await copyFile(join(restored, "blobs", id), at(id))
  expect((await checked(data)).code).toBe(0)
})

test("every bit of an image counts", async () => {
  await using server = await testServer()
  const [id = ""] = await withImages(server.address, "minutes", ["gif"])
  await server.close()
  const file = join(server.data, "blobs", id)
  const good = await readFile(file)
  for (let bit = 0; bit < good.length * 8; bit += 37) {
    const bad = Buffer.from(good)
    bad[bit >> 3] = (bad[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    await writeFile(file, bad)
    expect((await checked(server.data)).code, `bit ${bit}`).toBe(1)
  }
})

test("a row from before checksums were tells the length alone, and the check says so", async () => {
  await using server = await testServer()
  const [id = ""] = await withImages(server.address, "minutes", ["png"])
  await server.close()
  await using store = await openExistingStore(server.data)
  const bytes = SAMPLE_IMAGES.png.length
  await store.append({ document: "minutes", updates: [], rows: new Map([blobRow({ id, bytes, sha256: null })]) })
  expect(blobsOf(await store.readRows("minutes"))).toEqual([{ id, bytes, sha256: null }])
  await store.close()
  const { code, text } = await checked(server.data)
  expect(code).toBe(0)
  expect(text).toContain("1 files of blobs/ were stored before checksums were")
})

test("a copy has its images, also when the document it was made of is gone for good", async () => {
  await using server = await testServer()
  const [id = ""] = await withImages(server.address, "minutes", ["png"])
  const copies: string[] = []
  for (const path of ["copy", `restore-points/${Date.now()}/copy`]) {
    const answer = await fetch(`${server.address}/api/documents/minutes/${path}`, { method: "POST" })
    expect(answer.status).toBe(201)
    const { name }: { name: string } = await answer.json()
    copies.push(name)
  }
  await server.close()
  await using store = await openExistingStore(server.data)
  await store.remove("minutes", Date.now())
  for (const copy of copies) expect(blobsOf(await store.readRows(copy)).map((blob) => blob.id)).toEqual([id])
})

test("an image that stands in a document is not swept away, whoever brought it there", async () => {
  await using server = await testServer()
  const [moved = "", left = ""] = await withImages(server.address, "minutes", ["png", "gif"])
  const doc = new Y.Doc()
  doc.getText("flow").insertEmbed(0, { image: { source: `/files/${moved}` } })
  const made = await fetch(`${server.address}/api/documents?name=other`, {
    method: "POST",
    headers: { "content-type": "application/octet-stream" },
    body: new Uint8Array(Y.encodeStateAsUpdate(doc)),
  })
  expect(made.status).toBe(201)
  await server.close()
  await using store = await openExistingStore(server.data)
  await store.remove("minutes", Date.now())
  const blobs = await BlobFolder.open(join(server.data, "blobs"))
  const sweep = (now: number): Promise<string[]> => blobs.sweep(new Set(), 1000, now, (ids) => idsInUse(store, ids))
  expect(await sweep(0)).toEqual([])
  expect(await sweep(1000)).toEqual([left])
  expect(await sweep(1500), "its time begins anew").toEqual([])
  expect(await readdir(join(server.data, "blobs"))).toContain(moved)
})
