import { TableIslands, type TableModel } from "@ligature/flow/tables"
import type { Node } from "prosemirror-model"
import type { EditorState } from "prosemirror-state"
import { isInTable, type Rect, selectedRect, type TableMap } from "prosemirror-tables"
import type { Binding } from "../binding.ts"
import { islandAround } from "../islands.ts"

/** The table around the selection, and the cells of it that are selected: the caret's one at least. */
export interface TablePlace {
  readonly id: string
  /** The table's island and the position before it. */
  readonly island: Node
  readonly pos: number
  readonly table: Node
  /** The position of the table's first row. */
  readonly start: number
  readonly map: TableMap
  readonly rect: Rect
}

/** Where in a table the selection is; null outside of cells. */
export function tablePlace(state: EditorState): TablePlace | null {
  if (!isInTable(state)) return null
  const around = islandAround(state.selection.$head)
  const table = around?.node.firstChild
  if (around === null || table == null) return null
  const { map, top, left, bottom, right } = selectedRect(state)
  const { node: island, pos } = around
  return { id: String(island.attrs["id"]), island, pos, table, start: pos + 2, map, rect: { top, left, bottom, right } }
}

/** The model of a table of this document; null where the binding has none. */
export function tableModel({ islands }: Binding, id: string): TableModel | null {
  return islands instanceof TableIslands ? islands.model(id) : null
}

/** The position before the cell that covers a place of the grid. */
export function cellPosition({ map, start }: TablePlace, row: number, column: number): number {
  return start + (map.map[row * map.width + column] ?? 0)
}
