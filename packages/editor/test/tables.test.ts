// @vitest-environment happy-dom
import { afterEach, beforeAll, expect, test } from "vitest"
import { TextSelection } from "prosemirror-state"
import * as Y from "yjs"
import type { Binding } from "../src/binding.ts"
import { bindLayout } from "../src/choose-binding.ts"
import { loadLateFeatures } from "../src/later.ts"
import { loadClipboard } from "../src/paste.ts"
import { tableCode } from "../src/table-code.ts"
import { tableActions } from "../src/tables/table-actions.ts"
import { type Peer, peerOn, typeKeys } from "./peers.ts"

let peer: Peer | null = null
beforeAll(async () => {
  await loadClipboard()
  await loadLateFeatures()
  await tableCode()
})
afterEach(() => {
  peer?.editor.destroy()
  peer = null
})

let binding: Binding | null = null

function withText(text: string): Peer {
  const doc = new Y.Doc()
  const bound = bindLayout(doc, { layout: "flow" })
  if (bound instanceof Promise) throw new TypeError("a flow is bound at once")
  binding = bound
  peer = peerOn(doc, { binding })
  typeKeys(peer.editor, text)
  return peer
}

function cells({ editor: { view } }: Peer): string[][] {
  const rows: string[][] = []
  view.state.doc.descendants((node) => {
    if (node.type.name === "table_row") rows.push(node.children.map(({ textContent }) => textContent))
    return !node.isTextblock
  })
  return rows
}

function press(writer: Peer, key: string, modifiers: KeyboardEventInit = {}): void {
  writer.editor.view.someProp("handleKeyDown", (handle) =>
    handle(writer.editor.view, new KeyboardEvent("keydown", { key, ...modifiers })),
  )
}

function paste({ editor: { view } }: Peer, data: Record<string, string>): void {
  const transfer = new DataTransfer()
  for (const [type, text] of Object.entries(data)) transfer.setData(type, text)
  view.dom.dispatchEvent(new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true }))
}

/** The blocks of the document's own, islands by their name. */
function outline({ editor: { view } }: Peer): string[] {
  const found: string[] = []
  view.state.doc.descendants((node) => {
    if (node.type.name === "table_island") found.push("table")
    if (node.isTextblock) found.push(node.textContent)
    return !node.isTextblock && node.type.name !== "table_island"
  })
  return found
}

const EMPTY = ["", "", ""]

test("a new table goes behind the caret's block, has the caret in its first cell, and Tab goes on", () => {
  const writer = withText("text")
  expect(writer.editor.run("table")).toBe(true)
  typeKeys(writer.editor, "one")
  press(writer, "Tab")
  typeKeys(writer.editor, "two")
  press(writer, "Tab", { shiftKey: true })
  typeKeys(writer.editor, "1")
  expect(cells(writer)).toEqual([["1", "two", ""], EMPTY, EMPTY])
  expect(outline(writer)).toEqual(["text", "table"])
})

test("a new table takes the place of an empty block, and leaves a place to write behind it", () => {
  const writer = withText("")
  writer.editor.run("table")
  expect(outline(writer)).toEqual(["table", ""])
})

test("there is no table in a table", () => {
  const writer = withText("")
  writer.editor.run("table")
  expect(writer.editor.run("table")).toBe(false)
})

test("Enter in a line of titles makes a table of them; undo gives the line back", () => {
  const writer = withText("| one | two |")
  press(writer, "Enter")
  typeKeys(writer.editor, "x")
  expect(cells(writer)).toEqual([
    ["one", "two"],
    ["x", ""],
  ])
  writer.editor.run("undo")
  writer.editor.run("undo")
  expect(outline(writer)).toEqual(["| one | two |"])
})

test("Tab in the last cell adds a row", () => {
  const writer = withText("| one | two |")
  press(writer, "Enter")
  press(writer, "Tab")
  press(writer, "Tab")
  typeKeys(writer.editor, "new")
  expect(cells(writer)).toEqual([
    ["one", "two"],
    ["", ""],
    ["new", ""],
  ])
})

test("Backspace behind a table steps into it, and joins nothing", () => {
  const writer = withText("text")
  writer.editor.run("table")
  press(writer, "Enter", { ctrlKey: true })
  typeKeys(writer.editor, "behind")
  const { view } = writer.editor
  view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, view.state.selection.from - 6)))
  press(writer, "Backspace")
  expect(outline(writer)).toEqual(["text", "table", "behind"])
  expect(view.state.selection.$from.parent.type.name).toBe("table_caption")
  typeKeys(writer.editor, "caption")
  press(writer, "Enter")
  typeKeys(writer.editor, "new")
  expect(outline(writer)).toEqual(["text", "table", "new", "behind"])
})

test("Backspace at the start of a cell and Delete at its end leave the cells alone", () => {
  const writer = withText("| one | two |")
  press(writer, "Enter")
  press(writer, "Backspace")
  press(writer, "Delete")
  expect(cells(writer)).toEqual([
    ["one", "two"],
    ["", ""],
  ])
})

test("a spreadsheet's cells fill cells, and make room for themselves", () => {
  const writer = withText("| one | two |")
  press(writer, "Enter")
  press(writer, "Tab")
  paste(writer, { "text/plain": "a\tb\nc\td\n" })
  expect(cells(writer)).toEqual([
    ["one", "two", ""],
    ["", "a", "b"],
    ["", "c", "d"],
  ])
})

test("a table among other words, pasted into a cell or a caption, comes in as words", () => {
  const writer = withText("| one | two |")
  press(writer, "Enter")
  typeKeys(writer.editor, "x")
  const html = "<p>before</p><table><tr><th>a</th><td></td></tr><tr><td>b</td><td>c</td></tr></table><p>behind</p>"
  paste(writer, { "text/html": html })
  expect(cells(writer)[1]).toEqual(["xbeforeabcbehind", ""])

  const { view } = writer.editor
  view.dispatch(view.state.tr.setSelection(TextSelection.atEnd(view.state.doc)))
  press(writer, "Backspace")
  expect(view.state.selection.$from.parent.type.name).toBe("table_caption")
  paste(writer, { "text/html": html })
  expect(outline(writer)).toEqual(["table", "a", "b", "c", "behind", ""])
  expect(view.state.doc.textContent).toContain("behindbeforeabcbehind")
})

test("lines with tabs outside of a table become one", () => {
  const writer = withText("")
  paste(writer, { "text/plain": "a\tb\nc\td" })
  expect(cells(writer)).toEqual([
    ["a", "b"],
    ["c", "d"],
  ])
})

test("a selection that begins outside of a table takes the whole table", () => {
  const writer = withText("text")
  writer.editor.run("table")
  typeKeys(writer.editor, "one")
  const { view } = writer.editor
  const { from } = view.state.selection
  view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, 4, from)))
  expect(view.state.selection.$head.parent.type.name).toBe("table_caption")
  view.dispatch(view.state.tr.deleteSelection())
  expect(outline(writer)).toEqual(["te"])
})

test("a selection from cell to cell is one of cells; merging keeps their words, and undo parts them", () => {
  const writer = withText("| one | two |")
  press(writer, "Enter")
  const { view } = writer.editor
  const positions: number[] = []
  view.state.doc.descendants((node, pos) => {
    if (node.isTextblock && node.textContent !== "") positions.push(pos + 1)
  })
  const [first = 0, second = 0] = positions
  view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, first, second + 1)))
  expect(view.state.selection.toJSON()).toMatchObject({ type: "cell" })
  const merge = binding === null ? null : tableActions(binding).merge
  expect(merge?.(view.state, view.dispatch)).toBe(true)
  expect(cells(writer)).toEqual([["onetwo"], ["", ""]])
  writer.editor.run("undo")
  expect(cells(writer)).toEqual([
    ["one", "two"],
    ["", ""],
  ])
})

test("Alt and an arrow move a block inside its cell and no farther, and from the caption the whole table", () => {
  const writer = withText("above")
  writer.editor.run("table")
  typeKeys(writer.editor, "one")
  press(writer, "Enter")
  typeKeys(writer.editor, "two")
  const inCell = (): string[] => {
    const found: string[] = []
    writer.editor.view.state.doc.descendants((node) => {
      if (node.type.name === "table_cell" && found.length === 0)
        found.push(...node.children.map((each) => each.textContent))
      return true
    })
    return found
  }
  press(writer, "ArrowUp", { altKey: true })
  expect(inCell()).toEqual(["two", "one"])
  press(writer, "ArrowUp", { altKey: true })
  typeKeys(writer.editor, "!")
  expect(inCell()).toEqual(["two!", "one"])
  for (let i = 0; i < 3; i++) press(writer, "ArrowDown", { altKey: true })
  expect(inCell()).toEqual(["one", "two!"])
  expect(outline(writer)).toEqual(["above", "table"])
  writer.editor.run("undo")
  expect(inCell()).toEqual(["two!", "one"])

  const { view } = writer.editor
  view.dispatch(view.state.tr.setSelection(TextSelection.atEnd(view.state.doc)))
  expect(view.state.selection.$from.parent.type.name).toBe("table_caption")
  press(writer, "ArrowUp", { altKey: true })
  expect(outline(writer)).toEqual(["table", "above"])
  expect(inCell()).toEqual(["two!", "one"])
})
