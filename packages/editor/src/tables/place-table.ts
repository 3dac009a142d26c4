import type { Node } from "prosemirror-model"
import { type EditorState, TextSelection, type Transaction } from "prosemirror-state"
import type { EditorView } from "prosemirror-view"
import { blockAround, deleteBlock, type PlacedBlock } from "../blocks.ts"
import { islandAround } from "../islands.ts"
import { newTable } from "../new-table.ts"

const ROWS = 3
const COLUMNS = 3

/** Puts an empty table behind the caret's block, or in its place if it is empty. */
export function placeEmptyTable(view: EditorView): void {
  const cells = Array.from({ length: ROWS }, () => Array.from({ length: COLUMNS }, () => ""))
  placeTable(view, newTable(view.state.schema, cells, true))
}

/** Puts a table with these titles in the place of the caret's block, if that still says so. */
export function placeTitledTable(view: EditorView, line: string, titles: readonly string[]): void {
  const block = blockAround(view.state.selection.$from)
  if (block?.node.textContent !== line) return
  replaceBlock(view, block, newTable(view.state.schema, [titles, titles.map(() => "")], true), titles.length)
}

function placeTable(view: EditorView, table: Node): void {
  const { $to } = view.state.selection
  const block = blockAround($to)
  if (block === null || islandAround($to) !== null) return
  if (block.node.childCount === 0 && block.node.attrs["kind"] === "paragraph")
    return replaceBlock(view, block, table, 0)
  const { tr } = view.state
  const at = block.pos + block.node.nodeSize
  dispatchInCell(view, tr.insert(at, table), at, 0)
}

/** The caret goes into the cell of this number. */
function replaceBlock(view: EditorView, block: PlacedBlock, table: Node, cell: number): void {
  const { tr } = view.state
  tr.insert(block.pos + block.node.nodeSize, table)
  const isOnly = isAlone(view.state, block)
  // With nothing around it, a table leaves no place to write: then the empty block stays, behind it.
  if (!isOnly) {
    deleteBlock(tr, block)
    return dispatchInCell(view, tr, tr.mapping.map(block.pos), cell)
  }
  tr.delete(block.pos, block.pos + block.node.nodeSize)
  tr.insert(block.pos + table.nodeSize, block.node.type.create())
  dispatchInCell(view, tr, block.pos, cell)
}

function dispatchInCell(view: EditorView, tr: Transaction, island: number, cell: number): void {
  let [position, rest] = [island, cell]
  tr.doc.nodeAt(island)?.descendants((node, pos) => {
    if (node.type.name === "table_cell" && rest-- === 0) position = island + 1 + pos + 2
    return node.type.name !== "table_cell"
  })
  tr.setSelection(TextSelection.near(tr.doc.resolve(position)))
  view.dispatch(tr.scrollIntoView())
  view.focus()
}

function isAlone({ doc }: EditorState, { node }: PlacedBlock): boolean {
  let others = 0
  doc.descendants((other) => {
    if (other.type.name === "block" && other !== node) others += 1
    return others === 0 && other.type.name !== "block"
  })
  return others === 0
}
