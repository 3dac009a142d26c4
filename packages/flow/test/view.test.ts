// @vitest-environment happy-dom
import { viewSchema as schema } from "@ligature/schema"
import { EditorState, Plugin, TextSelection } from "prosemirror-state"
import { EditorView } from "prosemirror-view"
import { afterEach, expect, test } from "vitest"
import * as Y from "yjs"
import { bindFlow, type FlowBinding } from "../src/index.ts"
import { blocksOf, showTheSame } from "./blocks.ts"
import { Peer, startingWith, write } from "./peers.ts"

const views: EditorView[] = []

afterEach(() => {
  for (const view of views.splice(0)) view.destroy()
})

function open(
  content: Uint8Array,
  plugins: readonly Plugin[] = [],
): { doc: Y.Doc; binding: FlowBinding; view: EditorView } {
  const doc = new Y.Doc()
  doc.clientID = 50
  Y.applyUpdate(doc, content)
  const binding = bindFlow({ doc, schema })
  const state = EditorState.create({ doc: binding.read(), plugins: [...binding.plugins, ...plugins] })
  const view = new EditorView(document.body.appendChild(document.createElement("div")), { state })
  views.push(view)
  return { doc, binding, view }
}

function meet(peer: Peer, doc: Y.Doc): void {
  Y.applyUpdate(peer.doc, Y.encodeStateAsUpdate(doc, Y.encodeStateVector(peer.doc)), peer)
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(peer.doc, Y.encodeStateVector(doc)), peer)
}

const THREE = startingWith((author) => write(author, ["one", "two", "three"]))

test("a real view types, splits, and gets others' words; blocks nobody touched keep their DOM", () => {
  const { doc, view } = open(THREE)
  const other = new Peer(60, THREE)
  const [section] = view.dom.children
  const [first, , third] = section?.children ?? []
  view.dispatch(view.state.tr.insertText("X", 8))
  view.dispatch(view.state.tr.split(9))
  other.type(other.at(2, 5), "!")
  meet(other, doc)
  expect(Array.from(section?.children ?? [], (block) => block.textContent)).toEqual(["one", "tX", "wo", "three!"])
  expect(section?.children[0]).toBe(first)
  expect(section?.children[3]).toBe(third)
  expect(showTheSame(other.state.doc, view.state.doc)).toBe(true)
})

test("changes made between reading and opening the view are in it", () => {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, THREE)
  const binding = bindFlow({ doc, schema })
  const state = EditorState.create({ doc: binding.read(), plugins: [...binding.plugins] })
  const other = new Peer(60, THREE)
  other.type(2, "X")
  meet(other, doc)
  const view = new EditorView(document.createElement("div"), { state })
  views.push(view)
  expect(showTheSame(view.state.doc, binding.read())).toBe(true)
  expect(view.state.doc.firstChild?.firstChild?.textContent).toBe("Xone")
})

test("what a plugin appends to a remote change is written, as one update", () => {
  const exclaim = new Plugin({
    appendTransaction: (transactions, _before, state) =>
      transactions.some((each) => each.docChanged) && !state.doc.textContent.includes("!")
        ? state.tr.insertText("!", 2)
        : null,
  })
  const { doc, binding, view } = open(THREE, [exclaim])
  const other = new Peer(60, THREE)
  other.type(2, "X")
  meet(other, doc)
  expect(view.state.doc.firstChild?.firstChild?.textContent).toBe("!Xone")
  expect(showTheSame(view.state.doc, binding.read())).toBe(true)
})

test("a remote key does not switch off the bold one is about to type in", () => {
  const { doc, view } = open(THREE)
  const other = new Peer(60, THREE)
  view.dispatch(view.state.tr.addStoredMark(schema.marks.bold.create()))
  other.type(other.at(1), "X")
  meet(other, doc)
  expect(view.state.storedMarks).toEqual([schema.marks.bold.create()])
})

test("undo goes back run by run, puts the selection where it was, and leaves others' words", () => {
  const { doc, binding, view } = open(THREE)
  const other = new Peer(60, THREE)
  const select = (position: number): void =>
    view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, position)))
  select(5)
  for (const key of "abc") view.dispatch(view.state.tr.insertText(key))
  view.dispatch(view.state.tr.split(view.state.selection.head))
  other.type(2, "NEW")
  meet(other, doc)
  expect(view.state.doc.firstChild?.firstChild?.textContent).toBe("NEWoneabc")
  expect(binding.undo(view.state, view.dispatch)).toBe(true)
  expect(blocksOf(view.state.doc)).toHaveLength(3)
  expect(binding.undo(view.state, view.dispatch)).toBe(true)
  expect(view.state.doc.firstChild?.firstChild?.textContent).toBe("NEWone")
  expect(view.state.selection.head).toBe(8)
  expect(binding.undo(view.state)).toBe(false)
  expect(binding.redo(view.state, view.dispatch)).toBe(true)
  expect(view.state.doc.firstChild?.firstChild?.textContent).toBe("NEWoneabc")
})

test("the caret stays where two blocks were joined over a border of sections, whatever a page did with the document before", () => {
  const content = startingWith((author) => write(author, ["one", "two", "three", "four", "five", "six"]))
  const peer = new Peer(50, content, { most: 4, least: 2 })
  const border = peer.state.doc.firstChild?.childCount ?? 0
  expect(peer.state.doc.childCount).toBe(2)
  peer.change((tr) => tr.setSelection(TextSelection.atEnd(tr.doc)))
  // As connecting, or what else is kept in the same document, does.
  peer.doc.getMap("title").set("text", "A title")
  peer.change((tr) => tr.setSelection(TextSelection.create(tr.doc, peer.at(border))))
  peer.change((tr) => tr.delete(peer.endOf(border - 1), peer.at(border)))
  expect(peer.texts[border - 1]).toBe("threefour")
  expect(peer.state.selection.$head.parent.textContent).toBe("threefour")
  expect(peer.state.selection.$head.parentOffset).toBe("three".length)
})

test("typing at another place is a step of its own", () => {
  const { binding, view } = open(THREE)
  for (const [position, key] of [
    [5, "a"],
    [6, "b"],
    [11, "c"],
  ] as const) {
    view.dispatch(view.state.tr.insertText(key, position))
  }
  binding.undo(view.state, view.dispatch)
  expect(view.state.doc.textContent).toBe("oneabtwothree")
  binding.undo(view.state, view.dispatch)
  expect(view.state.doc.textContent).toBe("onetwothree")
})

test("the selection comes back over a deletion that is undone", () => {
  const { binding, view } = open(THREE)
  view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, 3, 13)))
  view.dispatch(view.state.tr.deleteSelection())
  expect(view.state.doc.textContent).toBe("ohree")
  binding.undo(view.state, view.dispatch)
  expect([view.state.selection.from, view.state.selection.to]).toEqual([3, 13])
})

test("positions go to others as units, and follow them", () => {
  const { doc, binding, view } = open(THREE)
  const other = new Peer(60, THREE)
  const positions = [2, 3, 5, 7, 8, 12, 17]
  const relative = positions.map((position) => JSON.stringify(binding.toRelative(view.state, position)))
  const there = (): (number | null)[] => relative.map((each) => other.binding.toAbsolute(other.state, JSON.parse(each)))
  expect(there()).toEqual(positions)
  other.type(2, "XX")
  expect(there()).toEqual(positions.map((position) => position + 2))
  meet(other, doc)
  for (const value of [
    null,
    3,
    {},
    { client: 1 },
    { client: 1.5, clock: 0, side: 1 },
    { client: 9, clock: 9, side: 1 },
  ]) {
    expect(binding.toAbsolute(view.state, value)).toBeNull()
  }
})

test("somebody who answers at once, while the change is still being told, is heard", () => {
  const answer = new Plugin({
    appendTransaction: (transactions, _before, state) => {
      const answers = state.doc.textContent.match(/!/g)?.length ?? 0
      if (!transactions.some((each) => each.docChanged) || answers > 2) return null
      return state.tr.insertText("!", 2).split(3)
    },
  })
  const a = open(THREE)
  const b = open(THREE, [answer])
  b.doc.clientID = 60
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    from.doc.on("update", (update: Uint8Array, origin: unknown) => {
      if (origin !== to) Y.applyUpdate(to.doc, update, from)
    })
  }
  a.view.dispatch(a.view.state.tr.split(8))
  a.view.dispatch(a.view.state.tr.insertText("x", 4))
  expect(a.view.state.doc.textContent.match(/!/g)?.length).toBeGreaterThan(1)
  for (const { view, binding } of [a, b]) expect(showTheSame(view.state.doc, binding.read())).toBe(true)
  expect(showTheSame(a.view.state.doc, b.view.state.doc)).toBe(true)
})

test("a view that goes away takes nothing with it", () => {
  const { doc, binding, view } = open(THREE)
  view.destroy()
  const other = new Peer(60, THREE)
  other.type(2, "X")
  meet(other, doc)
  const again = new EditorView(document.createElement("div"), {
    state: EditorState.create({ doc: binding.read(), plugins: [...binding.plugins] }),
  })
  views.push(again)
  again.dispatch(again.state.tr.insertText("Y", 2))
  expect(binding.read().firstChild?.firstChild?.textContent).toBe("YXone")
  binding.destroy()
})
