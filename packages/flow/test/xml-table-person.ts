import { type Node, Schema } from "prosemirror-model"
import { type Command, TextSelection } from "prosemirror-state"
import {
  addColumnAfter,
  addRowAfter,
  CellSelection,
  deleteColumn,
  deleteRow,
  mergeCells,
  moveTableColumn,
  moveTableRow,
  splitCell,
  tableEditing,
  tableNodes,
} from "prosemirror-tables"
import { type CellPlace, NoTableError, type TablePerson } from "./table-person.ts"
import type { PlacedTable } from "./tables.ts"
import { YProsemirrorPerson } from "./y-prosemirror-person.ts"

const schema = new Schema({
  nodes: {
    doc: { content: "block+" },
    paragraph: { group: "block", content: "inline*", toDOM: () => ["p", 0] },
    text: { group: "inline" },
    ...tableNodes({ tableGroup: "block", cellContent: "block+", cellAttributes: {} }),
  },
  marks: { bold: { toDOM: () => ["b", 0] } },
})

/** Somebody at a table of prosemirror-tables, with its commands and the plugin that mends tables, bound by y-prosemirror. */
export class XmlTablePerson extends YProsemirrorPerson implements TablePerson {
  constructor(clientID: number, content?: Uint8Array) {
    super(clientID, content, { schema, line: "paragraph", plugins: [tableEditing()] })
  }

  writes(texts: readonly string[]): void {
    const lines = texts.map((text) => this.newLine(text))
    this.change((tr) => tr.replaceWith(0, tr.doc.content.size, lines))
  }

  line(text: string): PlacedTable {
    const found = firstOf(this.state.doc, (node) => node.isTextblock && node.textContent === text)
    if (found === null) throw new RangeError(`there is no line "${text}"`)
    return found
  }

  newLine(text: string): Node {
    return schema.node("paragraph", null, text === "" ? [] : schema.text(text))
  }

  table(): PlacedTable {
    const found = firstOf(this.state.doc, ({ type }) => type.name === "table")
    if (found === null) throw new NoTableError("there is no table")
    return found
  }

  newTable(cells: readonly (readonly string[])[]): Node {
    const inCell = (text: string): Node => schema.node("table_cell", null, this.newLine(text))
    const rows = cells.map((row) => schema.node("table_row", null, row.map(inCell)))
    return schema.node("table", null, rows)
  }

  cell(row: number, column: number): PlacedTable {
    const { node, pos } = this.table()
    const line = node.maybeChild(row)
    const cell = line?.maybeChild(column)
    if (line == null || cell == null) throw new RangeError(`there is no cell ${row}, ${column}`)
    const before = [...node.children.slice(0, row), ...line.children.slice(0, column)]
    return { node: cell, pos: before.reduce((at, { nodeSize }) => at + nodeSize, pos + 3) }
  }

  addsRow(behind: number): void {
    this.#runIn([behind, 0], addRowAfter)
  }

  addsColumn(behind: number): void {
    this.#runIn([0, behind], addColumnAfter)
  }

  deletesRow(row: number): void {
    this.#runIn([row, 0], deleteRow)
  }

  deletesColumn(column: number): void {
    this.#runIn([0, column], deleteColumn)
  }

  movesRow(row: number, behind: number): void {
    this.#runIn([row, 0], moveTableRow({ from: row, to: behind > row ? behind : behind + 1 }))
  }

  movesColumn(column: number, behind: number): void {
    this.#runIn([0, column], moveTableColumn({ from: column, to: behind > column ? behind : behind + 1 }))
  }

  merges(first: CellPlace, last: CellPlace): void {
    const [from, to] = [this.cell(...first).pos - 1, this.cell(...last).pos - 1]
    this.change((tr) => tr.setSelection(CellSelection.create(tr.doc, from, to)))
    this.run(mergeCells)
  }

  parts(row: number, column: number): void {
    this.#runIn([row, column], splitCell)
  }

  /** Puts the caret into a cell and does what a command does there. */
  #runIn(place: CellPlace, command: Command): void {
    const { pos } = this.cell(...place)
    this.change((tr) => tr.setSelection(TextSelection.create(tr.doc, pos + 1)))
    this.run(command)
  }
}

function firstOf(doc: Node, isIt: (node: Node) => boolean): PlacedTable | null {
  const all: PlacedTable[] = []
  doc.descendants((node, pos) => {
    if (isIt(node)) all.push({ node, pos })
  })
  return all[0] ?? null
}
