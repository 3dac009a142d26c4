import { viewSchema } from "@ligature/schema"
import type { Node } from "prosemirror-model"
import type { TableModel } from "../src/table/index.ts"
import type { Peer } from "./peers.ts"

/** Tables by number, and cells by row and column, all counted from 0, as people see them. */
export interface PlacedTable {
  readonly node: Node
  /** The position before the island. */
  readonly pos: number
}

export function tablesOf(doc: Node): PlacedTable[] {
  const tables: PlacedTable[] = []
  doc.descendants((node, pos) => {
    if (node.type.name === "table_island") tables.push({ node, pos })
    return !node.isTextblock && node.type.name !== "table_island"
  })
  return tables
}

export function tableAt(doc: Node, table = 0): PlacedTable {
  const found = tablesOf(doc)[table]
  if (found === undefined) throw new RangeError(`there is no table ${table}`)
  return found
}

/** A cell and the position before its first block. */
export function cellAt(doc: Node, row: number, column: number, table = 0): PlacedTable {
  const { node, pos } = tableAt(doc, table)
  let at = pos + 2
  for (const [y, line] of (node.firstChild?.children ?? []).entries()) {
    let start = at + 1
    for (const [x, cell] of line.children.entries()) {
      if (y === row && x === column) return { node: cell, pos: start + 1 }
      start += cell.nodeSize
    }
    at += line.nodeSize
  }
  throw new RangeError(`there is no cell ${row}, ${column}`)
}

/** What the cells say, row by row; a paragraph's end inside a cell is a "¶". */
export function cellTexts(doc: Node, table = 0): string[][] {
  const rows = tableAt(doc, table).node.firstChild?.children ?? []
  return rows.map((row) => row.children.map((cell) => cell.children.map(({ textContent }) => textContent).join("¶")))
}

export function captionOf(doc: Node, table = 0): string {
  return tableAt(doc, table).node.lastChild?.textContent ?? ""
}

/** The position in a table's caption behind so many units. */
export function inCaption(doc: Node, unit = 0, table = 0): number {
  const { node, pos } = tableAt(doc, table)
  return pos + 2 + (node.firstChild?.nodeSize ?? 0) + unit
}

/** A table as somebody would put it in, with these words in its cells. */
export function newTable(cells: readonly (readonly string[])[], caption = ""): Node {
  const { nodes } = viewSchema
  const rows = cells.map((row) =>
    nodes.table_row.create(
      null,
      row.map((text) =>
        nodes.table_cell.create(null, nodes.block.create(null, text === "" ? [] : viewSchema.text(text))),
      ),
    ),
  )
  const line = nodes.table_caption.create(null, caption === "" ? [] : viewSchema.text(caption))
  return nodes.table_island.create(null, [nodes.table.create(null, rows), line])
}

export function typesInCell(peer: Peer, row: number, column: number, text: string, unit = 0, table = 0): void {
  peer.type(cellAt(peer.state.doc, row, column, table).pos + 1 + unit, text)
}

/** Rows, columns and cells of a table by number. */
export interface TableLines {
  row(at: number): string
  column(at: number): string
  cell(row: number, column: number): { row: string; column: string }
}

/** Changes the structure of a table, as a command does. */
export function editsTable(peer: Peer, edit: (model: TableModel, at: TableLines) => unknown, table = 0): void {
  const id = String(tableAt(peer.state.doc, table).node.attrs["id"])
  peer.editTable(id, (model) => {
    const { rows, columns } = model.read()
    const row = (at: number): string => rows[at] ?? "none"
    const column = (at: number): string => columns[at]?.id ?? "none"
    edit(model, { row, column, cell: (y, x) => ({ row: row(y), column: column(x) }) })
  })
}
