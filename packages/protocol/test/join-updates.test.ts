import { expect, test } from "vitest"
import * as Y from "yjs"
import { joinUpdates, UpdateJoiner } from "../src/index.ts"

/** Updates of three authors who edit in turns or at once, in an order in which each stands on those before it. */
function conversation(seed: number): Uint8Array[] {
  let state = seed
  const random = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  const authors = [new Y.Doc(), new Y.Doc(), new Y.Doc()]
  const updates: Uint8Array[] = []
  for (const [index, author] of authors.entries()) {
    author.clientID = 10 + index
    author.on("update", (update: Uint8Array, origin: unknown) => {
      if (origin === null) updates.push(update)
    })
  }
  for (let step = 0; step < 60; step++) {
    const author = authors[random(3)]
    const text = author?.getText("text")
    if (!author || !text) continue
    if (random(4) === 0 && text.length > 3) text.delete(random(text.length - 2), 2)
    else if (random(5) === 0) {
      const at = random(text.length + 1)
      for (const [n, letter] of Array.from("typed on").entries()) text.insert(at + n, letter)
    } else if (random(6) === 0) author.getMap("map").set(`${random(3)}`, random(10))
    else text.insert(random(text.length + 1), "word 🙂".slice(0, 1 + random(5)))
    if (random(3) > 0) continue
    for (const other of authors) Y.applyUpdate(other, Y.mergeUpdates(updates), "network")
  }
  return updates
}

for (let seed = 1; seed <= 40; seed++) {
  test(`joined updates do what they do one by one (seed ${seed})`, () => {
    const updates = conversation(seed)
    const apart = new Y.Doc()
    for (const update of updates) Y.applyUpdate(apart, update)
    const together = new Y.Doc()
    Y.applyUpdate(together, joinUpdates(updates))
    expect(together.store.pendingStructs).toBe(null)
    expect(Y.encodeStateAsUpdate(together)).toEqual(Y.encodeStateAsUpdate(apart))
    expect(together.getText("text").toJSON()).toBe(apart.getText("text").toJSON())

    // Joined in parts that overlap, and joined by Yjs from ours.
    const half = updates.length >> 1
    const overlapping = [joinUpdates(updates.slice(0, half + 5)), joinUpdates(updates.slice(half - 5))]
    for (const joined of [joinUpdates(overlapping), Y.mergeUpdates(overlapping)]) {
      const doc = new Y.Doc()
      Y.applyUpdate(doc, joined)
      expect(Y.encodeStateAsUpdate(doc)).toEqual(Y.encodeStateAsUpdate(apart))
    }
  })
}

test("what is left out between two updates of one client is skipped over", () => {
  const doc = new Y.Doc()
  const updates: Uint8Array[] = []
  doc.on("update", (update: Uint8Array) => void updates.push(update))
  for (const letter of "abc") doc.getText("text").insert(doc.getText("text").length, letter)
  const [first, second, third] = updates
  const reader = new Y.Doc()
  Y.applyUpdate(reader, second ?? new Uint8Array())
  Y.applyUpdate(reader, joinUpdates([first ?? new Uint8Array(), third ?? new Uint8Array()]))
  expect(reader.getText("text").toJSON()).toBe("abc")
})

/** The updates of somebody who types, and what they do one by one. */
function typing(type: (doc: Y.Doc, text: Y.Text) => void): { updates: Uint8Array[]; apart: Y.Doc } {
  const doc = new Y.Doc()
  doc.clientID = 7
  const updates: Uint8Array[] = []
  doc.on("update", (update: Uint8Array) => void updates.push(update))
  type(doc, doc.getText("text"))
  const apart = new Y.Doc()
  for (const update of updates) Y.applyUpdate(apart, update)
  return { updates, apart }
}

const structsIn = (update: Uint8Array): number => Y.decodeUpdate(update).structs.length

test("text typed key by key is one struct, at the end and in the middle, with what was deleted on the way", () => {
  const { updates, apart } = typing((_, text) => {
    text.insert(0, "[]")
    for (const letter of "key by key 🙂 on and on") text.insert(text.length - 1, letter)
    for (let n = 0; n < 2; n++) text.delete(text.length - 2, 1)
    for (const letter of "again") text.insert(text.length - 1, letter)
  })
  const joined = joinUpdates(updates)
  const together = new Y.Doc()
  Y.applyUpdate(together, joined)
  expect(together.getText("text").toJSON()).toBe("[key by key 🙂 on and again]")
  expect(Y.encodeStateAsUpdate(together)).toEqual(Y.encodeStateAsUpdate(apart))
  // The brackets, and what was typed between them: Yjs puts new letters behind deleted ones.
  expect(structsIn(joined)).toBe(2)
})

test.each<[string, (doc: Y.Doc, text: Y.Text) => void]>([
  ["backwards", (_, text) => Array.from("sdrawkcab").forEach((letter) => text.insert(0, letter))],
  ["into itself", (_, text) => Array.from("inside out").forEach((letter) => text.insert(text.length >> 1, letter))],
  [
    "with formats",
    (_, text) => Array.from("bold").forEach((letter, n) => text.insert(n, letter, { bold: n % 2 === 0 })),
  ],
  [
    "in two texts by turns",
    (doc, text) => Array.from("turns").forEach((c, n) => (n % 2 ? text : doc.getText("b")).insert(0, c)),
  ],
  [
    "under a key, again and again",
    (doc) => Array.from("values").forEach((letter) => doc.getMap("map").set("key", new Y.Text(letter))),
  ],
  [
    "as elements",
    (doc) =>
      Array.from("abc").forEach((name, n) =>
        doc.getXmlFragment("xml").insert(n, [new Y.XmlElement(name), new Y.XmlText(name)]),
      ),
  ],
])("what is typed %s comes out the same", (_, type) => {
  const { updates, apart } = typing(type)
  const together = new Y.Doc()
  Y.applyUpdate(together, joinUpdates(updates))
  expect(together.store.pendingStructs).toBe(null)
  expect(Y.encodeStateAsUpdate(together)).toEqual(Y.encodeStateAsUpdate(apart))
})

test("more can be joined to what was finished, in the middle of a word", () => {
  const { updates, apart } = typing((_, text) =>
    Array.from("unfinished").forEach((letter, n) => text.insert(n, letter)),
  )
  const joiner = new UpdateJoiner()
  for (const update of updates) {
    joiner.add(update)
    expect(structsIn(joiner.finish())).toBe(1)
  }
  expect(joiner.finish()).toEqual(Y.encodeStateAsUpdate(apart))
})

test("joining nothing is an update of nothing", () => {
  expect(joinUpdates([])).toEqual(new Uint8Array([0, 0]))
})
