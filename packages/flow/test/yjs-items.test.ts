import { expect, test } from "vitest"
import * as Y from "yjs"
import {
  changesOf,
  findUnit,
  firstItem,
  formatContent,
  insertItem,
  isLiveMarker,
  kindOf,
  markerBefore,
  nextClock,
  openFlow,
  splitItem,
  visibleLength,
  visitChangedItems,
} from "../src/yjs-items.ts"

/*
 * What this package knows of Yjs' insides. Another version of Yjs may be used when these pass; stored documents do not depend
 * on them.
 */

function flowWith(write: (transaction: Y.Transaction, text: Y.Text) => void): { doc: Y.Doc; text: Y.Text } {
  const doc = new Y.Doc()
  doc.clientID = 7
  const text = openFlow(doc, "flow")
  doc.transact((transaction) => write(transaction, text))
  return { doc, text }
}

function append(transaction: Y.Transaction, text: Y.Text, content: Parameters<typeof insertItem>[4]): Y.Item {
  let left = firstItem(text)
  while (left?.right != null) left = left.right
  return insertItem(transaction, text, left, null, content)
}

function itemsOf(text: Y.Text): Y.Item[] {
  const items: Y.Item[] = []
  for (let item = firstItem(text); item !== null; item = item.right) items.push(item)
  return items
}

function itemAt(text: Y.Text, index: number): Y.Item {
  const item = itemsOf(text)[index]
  if (item === undefined) throw new RangeError(`there is no item ${index}`)
  return item
}

test("items made here are read by Y.Text as its own", () => {
  const { doc, text } = flowWith((transaction, flow) => {
    append(transaction, flow, new Y.ContentString("one"))
    append(transaction, flow, formatContent("bold", true))
    append(transaction, flow, new Y.ContentString("two"))
    append(transaction, flow, formatContent("bold", null))
    append(transaction, flow, new Y.ContentEmbed({ b: "x" }))
  })
  const delta = [{ insert: "one" }, { insert: "two", attributes: { bold: true } }, { insert: { b: "x" } }]
  expect(text.toDelta()).toEqual(delta)
  const other = new Y.Doc()
  Y.applyUpdate(other, Y.encodeStateAsUpdate(doc))
  expect(other.getText("flow").toDelta()).toEqual(delta)
})

test("each kind of item is told apart, and counted as people see it", () => {
  const { doc, text } = flowWith((transaction, flow) => {
    append(transaction, flow, new Y.ContentEmbed({ b: "x" }))
    append(transaction, flow, new Y.ContentEmbed({ type: "hard_break" }))
    append(transaction, flow, formatContent("bold", true))
    append(transaction, flow, new Y.ContentString("ab\ncd"))
    append(transaction, flow, formatContent("bold", null))
    append(transaction, flow, new Y.ContentString("\n"))
    append(transaction, flow, new Y.ContentEmbed(42))
  })
  expect(itemsOf(text).map(kindOf)).toEqual(["marker", "atom", "format", "mixed", "format", "fence", "atom"])
  expect(itemsOf(text).map(visibleLength)).toEqual([0, 1, 0, 4, 0, 0, 1])
  doc.transact((transaction) => firstItem(text)?.delete(transaction))
  expect(kindOf(itemAt(text, 0))).toBe("deleted")
})

test("a type nested in the flow by somebody else counts as one unit; other content takes no room", () => {
  const { doc, text } = flowWith(() => undefined)
  text.insertEmbed(0, new Y.Map())
  expect(itemsOf(text).map(kindOf)).toEqual(["atom"])
  expect(doc.getText("flow").length).toBe(1)
})

test("splitting keeps the order, and the parts become one again", () => {
  const { doc, text } = flowWith((transaction, flow) => {
    append(transaction, flow, new Y.ContentString("onetwo"))
  })
  doc.transact((transaction) => {
    const item = itemAt(text, 0)
    const right = splitItem(transaction, item, 3)
    expect([item.length, right.length, item.right === right]).toEqual([3, 3, true])
  })
  expect(itemsOf(text)).toHaveLength(1)
})

test("the marker before an item is found with the units between", () => {
  const { text } = flowWith((transaction, flow) => {
    append(transaction, flow, new Y.ContentString("no"))
    append(transaction, flow, new Y.ContentEmbed({ b: "x" }))
    append(transaction, flow, new Y.ContentString("ab\nc"))
    append(transaction, flow, new Y.ContentEmbed({ type: "hard_break" }))
    append(transaction, flow, new Y.ContentString("d"))
  })
  const found = markerBefore(itemAt(text, 4))
  expect(found.units).toBe(4)
  expect(found.marker === itemAt(text, 1) && isLiveMarker(itemAt(text, 1))).toBe(true)
  expect(markerBefore(itemAt(text, 1))).toEqual({ marker: null, units: 2 })
})

test("a unit is found wherever merging has put it, and behind an undone deletion", () => {
  const { doc, text } = flowWith((transaction, flow) => {
    append(transaction, flow, new Y.ContentString("abc"))
  })
  expect(findUnit(doc, text, { client: 7, clock: 2 })?.offset).toBe(2)
  expect(findUnit(doc, text, { client: 7, clock: 3 })).toBeNull()
  expect(findUnit(doc, text, { client: 8, clock: 0 })).toBeNull()
  expect(findUnit(doc, text, { client: 7, clock: -1 })).toBeNull()
  doc.getMap("attrs").set("k", 1)
  expect(findUnit(doc, text, { client: 7, clock: nextClock(doc) - 1 })).toBeNull()
  const history = new Y.UndoManager(text)
  text.delete(1, 1)
  history.undo()
  const found = findUnit(doc, text, { client: 7, clock: 1 })
  expect(found?.item.deleted).toBe(false)
  expect(text.toJSON()).toBe("abc")
})

test("what a transaction brought and deleted is visited, of this text alone", () => {
  const { doc, text } = flowWith((transaction, flow) => {
    append(transaction, flow, new Y.ContentString("abc"))
  })
  const visited: string[] = []
  doc.on("afterTransaction", (transaction: Y.Transaction) => {
    visited.push(`changed: ${changesOf(transaction, text) !== undefined}`)
    visitChangedItems(transaction, text, (item) =>
      visited.push(`${item.deleted ? "-" : "+"}${item.id.clock}:${item.length}`),
    )
  })
  text.insert(1, "X")
  text.delete(3, 1)
  doc.getText("title").insert(0, "T")
  expect(visited).toEqual(["changed: true", "+3:1", "changed: true", "-2:1", "changed: false"])
})

test("Yjs does not clean up formats in a flow: nobody writes by receiving", () => {
  const bold = { bold: true }
  const author = new Y.Doc()
  author.getText("flow").insert(0, "abc", bold)
  author.getText("flow").insert(3, "def", {})
  const doc = new Y.Doc()
  openFlow(doc, "flow")
  let written = 0
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(author))
  doc.on("update", (_update: Uint8Array, origin: unknown) => {
    if (origin !== "remote") written++
  })
  author.getText("flow").delete(0, 6)
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(author, Y.encodeStateVector(doc)), "remote")
  expect(written).toBe(0)
})
