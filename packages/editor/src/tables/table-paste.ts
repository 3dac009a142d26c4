import { tableGrid } from "@ligature/flow/tables"
import { Fragment, type Node, Slice } from "prosemirror-model"
import { Plugin, TextSelection } from "prosemirror-state"
import type { EditorView } from "prosemirror-view"
import type { Binding } from "../binding.ts"
import { islandAround, isIsland } from "../islands.ts"
import { cellPosition, tableModel, type TablePlace, tablePlace } from "./table-place.ts"

/**
 * A table that is pasted into a table fills its cells, from the selected one on; rows and columns are added where there are too few. With
 * other things around it, its words are pasted as blocks: a table cannot stand in another one.
 */
export function tablePaste(binding: Binding): Plugin {
  return new Plugin({
    props: {
      handlePaste: (view, _event, slice) => pasteCells(binding, view, slice) || pasteWords(view, slice),
    },
  })
}

function pasteCells(binding: Binding, view: EditorView, slice: Slice): boolean {
  const place = tablePlace(view.state)
  const pasted = onlyTable(slice)
  if (place === null || pasted === null || !view.editable) return false
  const grid = tableGrid(pasted)
  makeRoom(binding, place, grid.rows, grid.columns)
  // The view has followed: what is stored is what is shown.
  const target = placeWithin(view, place.pos)
  if (target === null) return true
  const { top, left } = place.rect
  const words = new Map<number, readonly Node[]>()
  for (const { node, row, column } of grid.cells) {
    if (top + row >= target.map.height || left + column >= target.map.width) continue
    const at = cellPosition(target, top + row, left + column)
    words.set(at, [...(words.get(at) ?? []), ...node.children])
  }
  const { tr } = view.state
  for (const [at, blocks] of [...words].toSorted(([a], [b]) => b - a)) {
    const cell = tr.doc.nodeAt(at)
    if (cell !== null) tr.replaceWith(at + 1, at + 1 + cell.content.size, Fragment.fromArray([...blocks]))
  }
  const first = cellPosition(target, top, left)
  tr.setSelection(TextSelection.near(tr.doc.resolve(first + (tr.doc.nodeAt(first)?.nodeSize ?? 2) - 1), -1))
  view.dispatch(tr.scrollIntoView().setMeta("paste", true).setMeta("uiEvent", "paste"))
  return true
}

function pasteWords(view: EditorView, slice: Slice): boolean {
  const { selection, tr } = view.state
  if (islandAround(selection.$head) === null || !slice.content.content.some(isIsland)) return false
  const words = Fragment.fromArray(slice.content.content.flatMap((node) => wordsOf(node)))
  tr.replaceSelection(new Slice(words, slice.content.firstChild?.isTextblock === true ? slice.openStart : 0, 0))
  view.dispatch(tr.scrollIntoView().setMeta("paste", true).setMeta("uiEvent", "paste"))
  return true
}

/** A block itself; of a table the blocks of its cells that say something, and its caption. */
function wordsOf(node: Node): readonly Node[] {
  if (!isIsland(node)) return [node]
  const blocks: Node[] = []
  node.descendants((inside) => {
    if (!inside.isTextblock) return true
    if (inside.childCount > 0) blocks.push(inside.type.name === "block" ? inside : asBlock(inside))
    return false
  })
  return blocks
}

function asBlock(text: Node): Node {
  return text.type.schema.nodes["block"]?.create(null, text.content) ?? text
}

/** The table that a slice consists of; null when there is anything else in it. */
function onlyTable({ content }: Slice): Node | null {
  const only = content.childCount === 1 ? content.firstChild : null
  if (only?.type.name === "table") return only
  return only?.type.name === "table_island" ? only.firstChild : null
}

function makeRoom(binding: Binding, { id, rect, map }: TablePlace, rows: number, columns: number): void {
  const model = tableModel(binding, id)
  const missingRows = rect.top + rows - map.height
  const missingColumns = rect.left + columns - map.width
  if (model === null || (missingRows <= 0 && missingColumns <= 0)) return
  binding.edit?.(() => {
    // A table that is full takes as much as fits.
    for (let i = 0; i < missingRows; i++) if (model.addRow(model.read().rows.at(-1) ?? "", "after") === null) break
    for (let i = 0; i < missingColumns; i++) {
      if (model.addColumn(model.read().columns.at(-1)?.id ?? "", "after") === null) break
    }
  })
}

/** The table at a position as it is now, whatever is selected. */
function placeWithin(view: EditorView, pos: number): TablePlace | null {
  const place = tablePlace(view.state)
  return place?.pos === pos ? place : null
}
