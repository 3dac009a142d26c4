import type { Node } from "prosemirror-model"
import { MAX_CELLS, MAX_COLUMNS, MAX_ROWS } from "./read-table.ts"

/** A cell at its first place in the grid. */
export interface GridCell {
  readonly node: Node
  readonly row: number
  readonly column: number
  readonly rowspan: number
  readonly colspan: number
}

export interface TableGrid {
  readonly rows: number
  readonly columns: number
  /** The cells in order of their first places. No two overlap, none sticks out; where none is, the grid has a hole. */
  readonly cells: readonly GridCell[]
}

/** A table node as a grid, as browsers place its cells. Its spans may be anything; what is beyond the largest table is cut off. */
export function tableGrid(table: Node): TableGrid {
  const height = Math.min(MAX_ROWS, table.childCount)
  const taken = new Set<number>()
  const placed: GridCell[] = []
  let width = 1
  for (let row = 0; row < height; row++) {
    let column = 0
    for (const node of table.child(row).children) {
      while (taken.has(row * MAX_COLUMNS + column)) column++
      if (column >= MAX_COLUMNS) break
      const { rowspan, colspan } = spansAt(node, row, column, height, taken)
      for (let y = row; y < row + rowspan; y++) {
        for (let x = column; x < column + colspan; x++) taken.add(y * MAX_COLUMNS + x)
      }
      placed.push({ node, row, column, rowspan, colspan })
      width = Math.max(width, column + colspan)
      column += colspan
    }
  }
  const rows = Math.max(1, Math.min(height, Math.floor(MAX_CELLS / width)))
  const cells: GridCell[] = []
  for (const cell of placed) {
    if (cell.row < rows) cells.push({ ...cell, rowspan: Math.min(cell.rowspan, rows - cell.row) })
  }
  return { rows, columns: width, cells }
}

/** The spans that a cell says, as far as there is room for them. */
function spansAt(
  node: Node,
  row: number,
  column: number,
  height: number,
  taken: ReadonlySet<number>,
): { rowspan: number; colspan: number } {
  const rowspan = Math.min(spanOf(node, "rowspan"), height - row)
  const wanted = Math.min(spanOf(node, "colspan"), MAX_COLUMNS - column)
  let colspan = 1
  while (colspan < wanted && !taken.has(row * MAX_COLUMNS + column + colspan)) colspan++
  for (let y = row + 1; y < row + rowspan; y++) {
    for (let x = column; x < column + colspan; x++)
      if (taken.has(y * MAX_COLUMNS + x)) return { rowspan: y - row, colspan }
  }
  return { rowspan, colspan }
}

function spanOf(node: Node, name: "rowspan" | "colspan"): number {
  const span: unknown = node.attrs[name]
  return typeof span === "number" && Number.isInteger(span) && span > 1 ? span : 1
}
