import { openRooms } from "@ligature/room"
import { openMemoryStore } from "@ligature/store"
import { describe, expect, test } from "vitest"
import * as Y from "yjs"
import { bringUpdate } from "../src/documents/bring-update.ts"
import type { DocumentFormat } from "../src/documents/document-job.ts"
import { DocumentWork } from "../src/documents/document-work.ts"

async function stored(store: ReturnType<typeof openMemoryStore>, document: string): Promise<Uint8Array[]> {
  const updates: Uint8Array[] = []
  for await (const { update } of store.read(document)) updates.push(update)
  return updates
}

describe("an update that comes over HTTP", () => {
  test("is on disk when it is said to be, and others in the document see it", async () => {
    const store = openMemoryStore()
    const rooms = openRooms({ store })
    const doc = new Y.Doc()
    doc.getText("flow").insert(0, "a word")
    await bringUpdate(rooms, "minutes", Y.encodeStateAsUpdate(doc))
    const read = new Y.Doc()
    for (const update of await stored(store, "minutes")) Y.applyUpdate(read, update)
    expect(read.getText("flow").toJSON()).toBe("a word")
    await rooms.close()
  })

  test("may be large: it goes in parts, and all of them are there", async () => {
    const store = openMemoryStore()
    const rooms = openRooms({ store })
    const doc = new Y.Doc()
    const text = "0123456789".repeat(120_000)
    doc.getText("flow").insert(0, text)
    await bringUpdate(rooms, "long", Y.encodeStateAsUpdate(doc))
    const read = new Y.Doc()
    for (const update of await stored(store, "long")) Y.applyUpdate(read, update)
    expect(read.getText("flow").toJSON() === text).toBe(true)
    await rooms.close()
  })

  test("is refused when it builds on what nobody has, and nothing is stored", async () => {
    const store = openMemoryStore()
    const rooms = openRooms({ store })
    const doc = new Y.Doc()
    doc.getText("flow").insert(0, "first")
    const before = Y.encodeStateVector(doc)
    doc.getText("flow").insert(5, " second")
    await expect(bringUpdate(rooms, "holes", Y.encodeStateAsUpdate(doc, before))).rejects.toMatchObject({
      name: "Problem",
      status: 422,
    })
    expect(await store.state("holes")).toBe("absent")
    await rooms.close()
  })

  test("is refused when its bytes are no update", async () => {
    const rooms = openRooms({ store: openMemoryStore() })
    await expect(bringUpdate(rooms, "noise", new Uint8Array([1, 2, 3, 4]))).rejects.toMatchObject({ status: 422 })
    await rooms.close()
  })

  test("is refused when a large one is no update", async () => {
    const rooms = openRooms({ store: openMemoryStore() })
    await expect(bringUpdate(rooms, "noise", new Uint8Array(400_000).fill(7))).rejects.toMatchObject({ status: 422 })
    await rooms.close()
  })

  test("is refused for a removed document", async () => {
    const store = openMemoryStore()
    const rooms = openRooms({ store })
    const doc = new Y.Doc()
    doc.getText("flow").insert(0, "late")
    await bringUpdate(rooms, "gone", Y.encodeStateAsUpdate(doc))
    await rooms.close()
    await store.remove("gone", Date.now())
    const after = openRooms({ store })
    await expect(bringUpdate(after, "gone", Y.encodeStateAsUpdate(doc))).rejects.toMatchObject({ status: 410 })
    await after.close()
  })
})

describe("documents in other forms", () => {
  const markdown = "# Minutes\n\nWe met **twice**.\n\n- bread\n- wine\n"

  test("what was made of Markdown is written as Markdown, HTML, text and JSON", async () => {
    const work = new DocumentWork()
    const made = await work.run({ task: "make", text: markdown, format: "markdown", title: null })
    expect(made.title).toBe("Minutes")
    const as = async (format: DocumentFormat) =>
      new TextDecoder().decode((await work.run({ task: "write", updates: [made.bytes], format })).bytes)
    expect(await as("markdown")).toBe(markdown)
    expect(await as("html")).toMatch(/<p[^>]*>We met <strong>twice<\/strong>\.<\/p>/)
    expect(await as("text")).toContain("We met twice.")
    expect(JSON.parse(await as("json"))).toMatchObject({ title: "Minutes", document: { type: "doc" } })
    await work.close()
  })

  test("as an update it holds all that was stored, roots of other applications too", async () => {
    const doc = new Y.Doc()
    doc.getText("flow").insert(0, "text")
    doc.getMap("theirs").set("key", 1)
    const work = new DocumentWork()
    const { bytes } = await work.run({ task: "write", updates: [Y.encodeStateAsUpdate(doc)], format: "update" })
    const copy = new Y.Doc()
    Y.applyUpdate(copy, bytes)
    expect(copy.getMap("theirs").get("key")).toBe(1)
    await work.close()
  })

  test("a document that another editor wrote as XML is read, too", async () => {
    const doc = new Y.Doc()
    const heading = new Y.XmlElement("heading")
    heading.insert(0, [new Y.XmlText("Elsewhere")])
    doc.getXmlFragment("prosemirror").insert(0, [heading])
    const work = new DocumentWork()
    const { bytes } = await work.run({ task: "write", updates: [Y.encodeStateAsUpdate(doc)], format: "markdown" })
    expect(new TextDecoder().decode(bytes)).toContain("Elsewhere")
    await work.close()
  })

  test("bytes that are no update are the fault of that job alone", async () => {
    const work = new DocumentWork({ workers: 1 })
    const noise = work.run({ task: "write", updates: [new Uint8Array([9, 9, 9])], format: "text" })
    const good = work.run({ task: "make", text: "fine", format: "markdown", title: null })
    await expect(noise).rejects.toMatchObject({ status: 422 })
    expect((await good).bytes.length).toBeGreaterThan(0)
    await work.close()
  })

  test("more jobs than may wait are refused at once", async () => {
    const work = new DocumentWork({ workers: 1, waiting: 1 })
    const job = { task: "make", text: "a", format: "markdown", title: null } as const
    const first = work.run(job)
    const second = work.run(job)
    await expect(work.run(job)).rejects.toMatchObject({ status: 503, code: "busy" })
    await Promise.all([first, second])
    await work.close()
  })
})
