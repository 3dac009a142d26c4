// @vitest-environment happy-dom
import { seededRandom } from "@ligature/testing"
import { Schema } from "prosemirror-model"
import { EditorState, TextSelection } from "prosemirror-state"
import { EditorView } from "prosemirror-view"
import { beforeAll, expect, test } from "vitest"
import { initProseMirrorDoc, ySyncPlugin, yUndoPlugin } from "y-prosemirror"
import * as Y from "yjs"
import { loadXmlBinding } from "../src/choose-binding.ts"
import { showText } from "./notation.ts"
import { peerOn, press, typeKeys } from "./peers.ts"

beforeAll(async () => {
  await loadXmlBinding()
})

/** An editor as others build it: y-prosemirror's own plugins on a small schema of the usual names. */
const theirSchema = new Schema({
  nodes: {
    doc: { content: "block+" },
    paragraph: { group: "block", content: "inline*", toDOM: () => ["p", 0] },
    heading: { group: "block", content: "inline*", attrs: { level: { default: 1 } }, toDOM: () => ["h1", 0] },
    text: { group: "inline" },
  },
  marks: { strong: { toDOM: () => ["strong", 0] } },
})

function stockEditor(doc: Y.Doc): EditorView {
  const fragment = doc.getXmlFragment("prosemirror")
  const { doc: content, mapping } = initProseMirrorDoc(fragment, theirSchema)
  const state = EditorState.create({ doc: content, plugins: [ySyncPlugin(fragment, { mapping }), yUndoPlugin()] })
  return new EditorView(document.createElement("div"), { state })
}

test.each([11, 12, 13, 14])("writing together with a stock y-prosemirror client, seed %i", (seed) => {
  const [ours, theirs] = [new Y.Doc(), new Y.Doc()]
  link(ours, theirs)
  link(theirs, ours)
  const stock = stockEditor(theirs)
  const { schema } = stock.state
  stock.dispatch(
    stock.state.tr.replaceWith(0, stock.state.doc.content.size, [
      schema.node("heading", { level: 2 }, [schema.text("Title")]),
      schema.node("paragraph", null, [
        schema.text("some "),
        schema.text("strong", [schema.mark("strong")]),
        schema.text(" words"),
      ]),
    ]),
  )
  const { editor } = peerOn(ours)
  expect(showText(editor.view.state.doc)).toEqual(["Title", "some strong words"])

  const random = seededRandom(seed)
  const somewhere = (view: EditorView): void => {
    const at = TextSelection.near(view.state.doc.resolve(random.integer(view.state.doc.content.size + 1))).from
    view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, at)))
  }
  for (let step = 0; step < 40; step++) {
    somewhere(editor.view)
    random.pick([
      () => typeKeys(editor, "ours "),
      () => press(editor, "Enter"),
      () => press(editor, "Backspace"),
      () => editor.run("bold"),
      () => editor.run("undo"),
    ])()
    somewhere(stock)
    const { tr, selection } = stock.state
    if (random.chance(0.7)) stock.dispatch(tr.insertText("theirs "))
    else if (selection instanceof TextSelection) stock.dispatch(tr.split(selection.from))
    expect(JSON.stringify(stock.state.doc), `step ${step}`).toBe(JSON.stringify(stockReading(ours)))
    expect(showText(editor.view.state.doc), `step ${step}`).toEqual(showText(stock.state.doc))
  }
  editor.destroy()
  stock.destroy()
})

function link(from: Y.Doc, to: Y.Doc): void {
  from.on("update", (update: Uint8Array, origin: unknown) => {
    if (origin !== "wire") Y.applyUpdate(to, update, "wire")
  })
}

function stockReading(doc: Y.Doc): unknown {
  return initProseMirrorDoc(doc.getXmlFragment("prosemirror"), theirSchema).doc
}
