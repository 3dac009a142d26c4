import type { Node } from "prosemirror-model"
import { Peer, write } from "./peers.ts"
import { placedBlocks } from "./blocks.ts"
import type { Person } from "./person.ts"
import { cellAt, editsTable, newTable, type PlacedTable, tableAt, tablesOf } from "./tables.ts"

/** A row and a column, counted from 0. */
export type CellPlace = readonly [row: number, column: number]

/** Says that somebody wanted to do something at a table where there is none any more. */
export class NoTableError extends Error {
  readonly code = "NO_TABLE"
}

/** What one person can do in a document with one table, whatever binds it. */
export interface TablePerson extends Person {
  /** Writes these lines into the document, which is empty until then. */
  writes(texts: readonly string[]): void
  /** The first line that says just this. */
  line(text: string): PlacedTable
  newLine(text: string): Node
  /** The first table; throws `NoTableError` when all are gone. */
  table(): PlacedTable
  newTable(cells: readonly (readonly string[])[]): Node
  /** A cell and the position before its first line. */
  cell(row: number, column: number): PlacedTable
  addsRow(behind: number): void
  addsColumn(behind: number): void
  deletesRow(row: number): void
  deletesColumn(column: number): void
  movesRow(row: number, behind: number): void
  movesColumn(column: number, behind: number): void
  merges(first: CellPlace, last: CellPlace): void
  parts(row: number, column: number): void
}

/** Somebody at a table of the flow. */
export class FlowTablePerson extends Peer implements TablePerson {
  writes(texts: readonly string[]): void {
    write(this, texts)
  }

  line(text: string): PlacedTable {
    const found = placedBlocks(this.state.doc).find(({ node }) => node.textContent === text)
    if (found === undefined) throw new RangeError(`there is no line "${text}"`)
    return found
  }

  newLine(text: string): Node {
    const { schema } = this.state
    return schema.node("block", null, schema.text(text))
  }

  table(): PlacedTable {
    if (tablesOf(this.state.doc).length === 0) throw new NoTableError("there is no table")
    return tableAt(this.state.doc)
  }

  newTable(cells: readonly (readonly string[])[]): Node {
    return newTable(cells)
  }

  cell(row: number, column: number): PlacedTable {
    return cellAt(this.state.doc, row, column)
  }

  addsRow(behind: number): void {
    editsTable(this, (table, at) => table.addRow(at.row(behind), "after"))
  }

  addsColumn(behind: number): void {
    editsTable(this, (table, at) => table.addColumn(at.column(behind), "after"))
  }

  deletesRow(row: number): void {
    editsTable(this, (table, at) => table.deleteRows([at.row(row)]))
  }

  deletesColumn(column: number): void {
    editsTable(this, (table, at) => table.deleteColumns([at.column(column)]))
  }

  movesRow(row: number, behind: number): void {
    editsTable(this, (table, at) => table.moveRow(at.row(row), at.row(behind), "after"))
  }

  movesColumn(column: number, behind: number): void {
    editsTable(this, (table, at) => table.moveColumn(at.column(column), at.column(behind), "after"))
  }

  merges(first: CellPlace, last: CellPlace): void {
    editsTable(this, (table, at) => table.merge(at.cell(...first), at.cell(...last)))
  }

  parts(row: number, column: number): void {
    editsTable(this, (table, at) => table.split(at.cell(row, column)))
  }
}
