import { MAX_CELLS, tableGrid } from "@ligature/flow/tables"
import { schema } from "@ligature/schema"
import { Fragment, type Node } from "prosemirror-model"
import * as Y from "yjs"
import { foreignCell, isForeignRow } from "./foreign-names.ts"
import { plainAttributes } from "./plain-value.ts"

/**
 * A table of Tiptap, prosemirror-tables, Milkdown or BlockNote with its header cells, spans, widths and alignments; `read` gives what
 * stands in a cell. Null for one that holds more than rows of cells, or is larger than a table can be here: then no cell is read.
 */
export function tableFromXml(table: Y.XmlElement, read: (cell: Y.XmlElement) => Node[]): Node | null {
  const rows = rowsOf(table)
  if (rows === null || rows.length === 0 || rows.flat().length > MAX_CELLS) return null
  const { nodes } = schema
  const tableOf = (content: (cell: Y.XmlElement) => Node[]): Node =>
    nodes.table.create(
      null,
      rows.map((cells) =>
        nodes.table_row.create(
          null,
          cells.map((cell) => nodes.table_cell.create(cellAttributes(cell), content(cell))),
        ),
      ),
    )
  const grid = tableGrid(tableOf(() => [nodes.block.create()]))
  // Where no room is left for a cell, its words would be lost.
  if (grid.rows < rows.length || grid.cells.length < rows.flat().length) return null

  const made = tableOf(read)
  const widths = Array.from({ length: grid.columns }, (): number | null => null)
  const elements = rows.flat()
  for (const [i, { column, colspan }] of grid.cells.entries()) {
    const cell = elements[i]
    const own = cell === undefined ? null : plainAttributes(cell)["colwidth"]
    if (!Array.isArray(own)) continue
    for (let x = 0; x < colspan; x++) {
      const width: unknown = own[x]
      if (typeof width === "number" && width > 0) widths[column + x] ??= Math.round(width)
    }
  }
  const isSized = widths.some((width) => width !== null)
  const sized = isSized ? nodes.table.create({ widths }, made.content) : made
  return nodes.table_island.create(null, Fragment.from([sized, nodes.table_caption.create()]))
}

/** The cells, row by row; null where something else stands between them. */
function rowsOf(table: Y.XmlElement): Y.XmlElement[][] | null {
  const rows: Y.XmlElement[][] = []
  for (const row of table.toArray()) {
    if (isEmptyText(row)) continue
    if (!(row instanceof Y.XmlElement) || !isForeignRow(row.nodeName)) return null
    const cells: Y.XmlElement[] = []
    for (const cell of row.toArray()) {
      if (isEmptyText(cell)) continue
      if (!(cell instanceof Y.XmlElement) || foreignCell(cell.nodeName) === null) return null
      cells.push(cell)
    }
    rows.push(cells)
  }
  return rows
}

function isEmptyText(child: unknown): boolean {
  return child instanceof Y.XmlText && child.length === 0
}

function cellAttributes(cell: Y.XmlElement): Record<string, unknown> {
  const attributes = plainAttributes(cell)
  const align = attributes["align"] ?? attributes["alignment"] ?? attributes["textAlign"] ?? attributes["textAlignment"]
  return {
    colspan: spanOf(attributes["colspan"]),
    rowspan: spanOf(attributes["rowspan"]),
    header: foreignCell(cell.nodeName) === "header" ? "column" : null,
    align: align === "left" || align === "center" || align === "right" ? align : null,
  }
}

/** Some store numbers as text. */
function spanOf(value: unknown): number {
  const span = Number(value)
  return Number.isInteger(span) && span > 1 ? span : 1
}
