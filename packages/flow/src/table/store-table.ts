import type { Node } from "prosemirror-model"
import { Transform } from "prosemirror-transform"
import type * as Y from "yjs"
import type { BlockAttributes } from "../block-attributes.ts"
import { BlockIndex } from "../block-index.ts"
import { fillIndex, nodeOf } from "../patch-view.ts"
import { wholeFlow } from "../plan-regions.ts"
import type { SchemaMap } from "../schema-map.ts"
import { StepWriter } from "../write-steps.ts"
import { type GridCell, tableGrid } from "./table-grid.ts"
import type { TableModel } from "./table-model.ts"

/** What is to be written into a cell, and with what. */
export interface CellContent {
  readonly transaction: Y.Transaction
  readonly text: Y.Text
  readonly map: SchemaMap
  readonly attributes: BlockAttributes
  readonly blocks: Node
}

/** Stores a table of the view, or one that was pasted or read from a file, as a new table of the shared document. */
export function storeTable(
  model: TableModel,
  island: Node,
  cell: (row: string, column: string, blocks: Node) => CellContent,
): void {
  const table = island.firstChild
  if (table === null) return
  const grid = tableGrid(table)
  const { rows, columns } = model.create(grid.rows, grid.columns)
  storeLooks(model, table, grid.cells, columns)
  for (const { node, row, column, rowspan, colspan } of grid.cells) {
    const place = { row: rows[row] ?? "", column: columns[column] ?? "" }
    if (rowspan > 1 || colspan > 1) {
      model.merge(place, { row: rows[row + rowspan - 1] ?? "", column: columns[column + colspan - 1] ?? "" })
    }
    if (!isBlank(node)) writeCell(cell(place.row, place.column, node))
  }
}

/** Writes blocks into the cell, which must be empty. */
function writeCell({ transaction, text, map, attributes, blocks }: CellContent): void {
  const index = new BlockIndex(false)
  const found = wholeFlow(text, map)
  const nodes = found.map((each) => nodeOf(each, map, attributes))
  fillIndex(index, found, nodes, [nodes.length])
  const before = blocks.type.create(null, nodes)
  const change = new Transform(before).replaceWith(0, before.content.size, blocks.content)
  new StepWriter(transaction, text, map, index, attributes).write(change)
}

/** Headers, widths and alignments, as far as they are those of whole rows and columns. */
function storeLooks(model: TableModel, table: Node, cells: readonly GridCell[], columns: readonly string[]): void {
  const inFirstRow = cells.filter(({ row }) => row === 0)
  const inFirstColumn = cells.filter(({ column }) => column === 0)
  if (inFirstRow.length > 0 && inFirstRow.every(isHeader)) model.setHeaderRow(true)
  const below = inFirstColumn.filter(({ row }) => row > 0)
  if (below.length > 0 && below.every(isHeader)) model.setHeaderColumn(true)
  const widths: unknown = table.attrs["widths"]
  for (const [at, column] of columns.entries()) {
    const width: unknown = Array.isArray(widths) ? widths[at] : null
    if (typeof width === "number") model.setWidth(column, width)
    const aligns = new Set(cells.filter((cell) => cell.column === at).map(({ node }) => node.attrs["align"] as unknown))
    const [align] = aligns
    if (aligns.size === 1 && (align === "left" || align === "center" || align === "right"))
      model.setAlign(column, align)
  }
}

function isHeader({ node }: GridCell): boolean {
  return node.attrs["header"] !== null && node.attrs["header"] !== undefined
}

function isBlank(cell: Node): boolean {
  const block = cell.firstChild
  if (cell.childCount > 1 || block === null) return block === null
  const { kind, list } = block.attrs
  return block.childCount === 0 && kind === "paragraph" && list === null
}
