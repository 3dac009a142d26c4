import { readdir } from "node:fs/promises"
import { join } from "node:path"
import * as encoding from "lib0/encoding"
import { expect, test } from "vitest"
import * as Y from "yjs"
import { checkStore, importYLevelDb, openLevelStore } from "../src/index.ts"
import { levelFolder } from "../src/level-database.ts"
import { filesIn } from "./sample-store.ts"
import { temporaryFolder } from "./temporary-folder.ts"
import { openDocument, textOf, typing, updatesOf } from "./yjs-document.ts"

/** As y-leveldb writes its keys: y-leveldb/src/y-leveldb.js, `keyEncoding`. */
function keyOf(...parts: (string | number)[]): Uint8Array {
  return encoding.encode((encoder) => {
    for (const part of parts) {
      encoding.writeUint8(encoder, typeof part === "string" ? 0 : 1)
      if (typeof part === "string") encoding.writeVarString(encoder, part)
      else encoding.writeUint32BigEndian(encoder, part)
    }
  })
}

async function oldFolder(documents: Readonly<Record<string, readonly Uint8Array[]>>): Promise<string> {
  const folder = join(await temporaryFolder(), "old")
  const database = await levelFolder(folder).open({ create: true })
  for (const [document, updates] of Object.entries(documents)) {
    for (const [number, value] of updates.entries()) {
      await database.write([{ type: "put", key: keyOf("v1", document, "update", number), value }])
    }
    await database.write([
      { type: "put", key: keyOf("v1_sv", document), value: Uint8Array.of(0) },
      { type: "put", key: keyOf("v1", document, "meta", "x"), value: Uint8Array.of(1) },
    ])
  }
  await database.close()
  return folder
}

function updates(text: string, clientID: number): Uint8Array[] {
  return updatesOf(typing(text), { clientID }).map(({ update }) => update)
}

test("the documents of a y-websocket server come in whole, and its folder stays as it was", async () => {
  const xml = new Y.Doc()
  xml.getXmlFragment("prosemirror").insert(0, [new Y.XmlElement("paragraph")])
  const folder = await oldFolder({
    minutes: updates("what was decided", 1),
    "réunion / été": updates("autre chose", 2),
    xml: [Y.encodeStateAsUpdate(xml)],
    merged: [Y.mergeUpdates(updates("flushed before", 3)), ...updates("flushed before", 3).slice(3)],
  })
  const before = await filesIn(folder)
  const into = join(await temporaryFolder(), "data")
  expect(await importYLevelDb(folder, into, 99)).toMatchObject({ documents: 4, refused: [] })
  expect(await filesIn(folder)).toEqual(before)
  expect((await checkStore(into)).damages).toEqual([])
  await using store = await openLevelStore(into, { compaction: false })
  expect(textOf(await openDocument(store, "minutes"))).toBe("what was decided")
  expect(textOf(await openDocument(store, "réunion / été"))).toBe("autre chose")
  expect(textOf(await openDocument(store, "merged"))).toBe("flushed before")
  expect((await openDocument(store, "xml")).getXmlFragment("prosemirror").toJSON()).toBe("<paragraph></paragraph>")
})

test("what fails the check, and what stands on something missing, is left out and told", async () => {
  const [one, two, three, ...rest] = updates("abcdefgh", 1)
  if (one === undefined || two === undefined || three === undefined) throw new Error("eight letters are eight updates")
  // Mutes every document that takes it: a deletion of nothing.
  const poison = Uint8Array.of(1, 1, 5, 0, 1, 1, 1, 97, 0, 0)
  const folder = await oldFolder({
    poisoned: [one, poison, two, Uint8Array.of(1, 2, 3)],
    holes: [one, three, ...rest],
    swapped: [one, three, two, ...rest],
    "": [one],
    there: [one],
  })
  const into = await temporaryFolder()
  {
    await using store = await openLevelStore(into, { compaction: false })
    await store.append({ document: "there", updates: [{ update: two, time: 1, author: null }] })
  }
  const { documents, refused } = await importYLevelDb(folder, into, 99)
  expect(documents).toBe(3)
  expect(refused.map(({ document, update }) => `${document} ${update}`).toSorted()).toEqual(
    [
      " null",
      ...[1, 2, 3, 4, 5, 6].map((number) => `holes ${number}`),
      "poisoned 1",
      "poisoned 3",
      "there null",
    ].toSorted(),
  )
  await using store = await openLevelStore(into, { compaction: false })
  expect(textOf(await openDocument(store, "poisoned"))).toBe("ab")
  expect(textOf(await openDocument(store, "holes"))).toBe("a")
  expect(textOf(await openDocument(store, "swapped"))).toBe("abcdefgh")
})

test("what is no such folder is refused, and nothing is made", async () => {
  const empty = await temporaryFolder()
  const into = join(empty, "data")
  await expect(importYLevelDb(join(empty, "absent"), into, 99)).rejects.toMatchObject({ code: "STORE_FOREIGN_FOLDER" })
  expect(await readdir(empty)).toEqual([])
})
