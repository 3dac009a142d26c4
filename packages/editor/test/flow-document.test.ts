// @vitest-environment happy-dom
import { bindFlow } from "@ligature/flow"
import { schema } from "@ligature/schema"
import type { Node } from "prosemirror-model"
import { TextSelection } from "prosemirror-state"
import { afterEach, expect, test } from "vitest"
import * as Y from "yjs"
import { layoutOf } from "../src/index.ts"
import { placeIn, show, showMarks, showText } from "./notation.ts"
import { bytesOf, type Peer, peerOn, press, typeKeys } from "./peers.ts"

const peers: Peer[] = []
afterEach(() => {
  for (const { editor } of peers.splice(0)) editor.destroy()
})

function open(doc: Y.Doc, options: Parameters<typeof peerOn>[1] = {}): Peer {
  const peer = peerOn(doc, options)
  peers.push(peer)
  return peer
}

/** A document that was written as a flow. */
function writtenFlow(): Y.Doc {
  const doc = new Y.Doc()
  const { editor } = open(doc, { binding: bindFlow({ doc, schema }) })
  typeKeys(editor, "# Title")
  press(editor, "Enter")
  typeKeys(editor, "- **one**")
  press(editor, "Enter")
  typeKeys(editor, "two")
  press(editor, "Tab")
  return doc
}

test("a document that is a flow is opened as one, without a write", () => {
  const doc = writtenFlow()
  expect(layoutOf(doc)).toEqual({ layout: "flow" })
  const copy = new Y.Doc()
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
  const before = bytesOf(copy)
  const { editor } = open(copy)
  expect(showMarks(editor.view.state.doc)).toEqual(["h1: Title", "bullet: **one**", "bullet +1: two"])
  expect(bytesOf(copy)).toBe(before)
})

test("so is one that is loaded after the editor is there", () => {
  const doc = new Y.Doc()
  const { editor } = open(doc)
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(writtenFlow()))
  expect(showText(editor.view.state.doc)).toEqual(["h1: Title", "bullet: one", "bullet +1: two"])
  typeKeys(editor, "x")
  expect(layoutOf(doc)).toEqual({ layout: "flow" })
  expect(editor.run("undo")).toBe(true)
  expect(showText(editor.view.state.doc)).toEqual(["h1: Title", "bullet: one", "bullet +1: two"])
})

test.each(["in the middle", "at the end", "at the start"])("Enter %s updates the view once", (where) => {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(writtenFlow()))
  const { editor } = open(doc)
  const { view } = editor
  const unit = { "in the middle": 1, "at the end": 3, "at the start": 0 }[where] ?? 0
  view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, placeIn(view.state.doc, 1, unit))))
  let updates = 0
  editor.onUpdate(() => updates++)
  press(editor, "Enter")
  expect(updates).toBe(1)
  expect(ids(view.state.doc)).toEqual(ids(bindFlow({ doc, schema }).read()))
  expect(new Set(ids(view.state.doc)).size).toBe(4)
})

function ids(shown: Node): unknown[] {
  const found: unknown[] = []
  shown.descendants((node) => {
    if (node.isTextblock) found.push(node.attrs["id"])
  })
  return found
}

test("keys do the same as in any other document", () => {
  const doc = new Y.Doc()
  const { editor } = open(doc, { binding: bindFlow({ doc, schema }) })
  typeKeys(editor, "> a")
  press(editor, "Enter")
  press(editor, "Enter")
  typeKeys(editor, "```js")
  press(editor, "Enter")
  typeKeys(editor, "let b")
  press(editor, "Enter", { ctrlKey: true })
  typeKeys(editor, "[ ] c")
  press(editor, "Enter", { ctrlKey: true })
  expect(show(editor.view.state)).toEqual(["quote: a", "code(js): let b", "task done: c|"])
})
