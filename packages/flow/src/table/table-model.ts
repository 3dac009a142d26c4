import type * as Y from "yjs"
import type { BlockAttributes } from "../block-attributes.ts"
import { blockId } from "../grammar.ts"
import { nextClock } from "../yjs-items.ts"
import { cellRoot, isCellEmpty } from "./cell-root.ts"
import { cleanPosition, positionBetween, spreadPositions } from "./position.ts"
import {
  type CellAlign,
  type CellPlace,
  cleanWidth,
  FALLBACK,
  MAX_CELLS,
  MAX_COLUMNS,
  MAX_ROWS,
  readTable,
  type TableShape,
} from "./read-table.ts"

/** Positions longer than this make the whole order anew; nobody gets there by hand. */
const LONG_POSITION = 100

type Line = "row" | "col"

/**
 * A table of the shared document: its rows, columns and merged cells, without what stands in them. To be changed inside a
 * Yjs transaction. Naming a row or column that is not there throws a RangeError; a change that would exceed the largest
 * table is refused by returning null.
 */
export class TableModel {
  readonly id: string
  readonly #doc: Y.Doc
  readonly #attributes: BlockAttributes

  constructor(doc: Y.Doc, attributes: BlockAttributes, id: string) {
    this.#doc = doc
    this.#attributes = attributes
    this.id = id
  }

  read(): TableShape {
    return readTable(this.#attributes.of(this.id), (row, column) =>
      isCellEmpty(this.#doc, cellRoot(this.id, row, column)),
    )
  }

  /** Makes the block a table of so many new rows and columns, and returns their ids in order. */
  create(rows: number, columns: number): { rows: string[]; columns: string[] } {
    this.#write("kind", "table")
    return {
      rows: spreadPositions(rows).map((position) => this.#newLine("row", position)),
      columns: spreadPositions(columns).map((position) => this.#newLine("col", position)),
    }
  }

  /** A new row before or behind another; null when the table is full. */
  addRow(beside: string, side: "before" | "after"): string | null {
    const { rows, columns } = this.read()
    if (rows.length >= MAX_ROWS || (rows.length + 1) * columns.length > MAX_CELLS) return null
    return this.#addLine("row", rows, beside, side)
  }

  addColumn(beside: string, side: "before" | "after"): string | null {
    const { rows, columns } = this.read()
    if (columns.length >= MAX_COLUMNS || rows.length * (columns.length + 1) > MAX_CELLS) return null
    const ids = columns.map(({ id }) => id)
    return this.#addLine("col", ids, beside, side)
  }

  /** Takes rows out; what stands in them comes back with them when that is undone. */
  deleteRows(ids: readonly string[]): void {
    const { rows } = this.read()
    for (const id of ids) indexIn(rows, id)
    this.#shrinkMerges("row", rows, new Set(ids))
    for (const id of ids) this.#write(`row.${id}`, undefined)
  }

  deleteColumns(ids: readonly string[]): void {
    const columns = this.read().columns.map(({ id }) => id)
    for (const id of ids) indexIn(columns, id)
    this.#shrinkMerges("column", columns, new Set(ids))
    for (const id of ids) {
      for (const key of ["col", "width", "align"]) this.#write(`${key}.${id}`, undefined)
    }
  }

  /** Puts a row where another is, ahead of it or behind it. Two people who move one row have moved it to one place. */
  moveRow(id: string, beside: string, side: "before" | "after"): void {
    this.#moveLine("row", this.read().rows, id, beside, side)
  }

  moveColumn(id: string, beside: string, side: "before" | "after"): void {
    const columns = this.read().columns.map((column) => column.id)
    this.#moveLine("col", columns, id, beside, side)
  }

  setHeaderRow(isHeader: boolean): void {
    this.#write("headerRow", isHeader ? true : undefined)
  }

  setHeaderColumn(isHeader: boolean): void {
    this.#write("headerColumn", isHeader ? true : undefined)
  }

  /** Sets a column's width in CSS pixels; null leaves it to the browser. */
  setWidth(column: string, width: number | null): void {
    this.#write(`width.${column}`, cleanWidth(width) ?? undefined)
  }

  setAlign(column: string, align: CellAlign | null): void {
    this.#write(`align.${column}`, align ?? undefined)
  }

  /**
   * Merges the rectangle between two cells. Shows only while all of it but the first cell is empty: whoever merges moves
   * the text before, and what others type in a covered cell meanwhile parts the cells again.
   */
  merge(from: { row: string; column: string }, to: { row: string; column: string }): void {
    const { rows, columns } = this.read()
    const ids = columns.map(({ id }) => id)
    const [top, bottom] = inOrder(indexIn(rows, from.row), indexIn(rows, to.row))
    const [left, right] = inOrder(indexIn(ids, from.column), indexIn(ids, to.column))
    for (const key of this.#mergeKeys()) {
      const [row = "", column = ""] = key.slice("merge.".length).split(":")
      const [y, x] = [rows.indexOf(row), ids.indexOf(column)]
      if (y >= top && y <= bottom && x >= left && x <= right) this.#write(key, undefined)
    }
    const last = { row: rows[bottom] ?? "", column: ids[right] ?? "" }
    this.#write(`merge.${rows[top] ?? ""}:${ids[left] ?? ""}`, last)
  }

  /** Parts the merged cell that begins here. */
  split({ row, column }: Pick<CellPlace, "row" | "column">): void {
    this.#write(`merge.${row}:${column}`, undefined)
  }

  /** Where all rows or columns were deleted, one is shown all the same; it becomes a real one when somebody writes in it. */
  keep(row: string, column: string): void {
    const values = this.#attributes.of(this.id)
    if (row === FALLBACK && !values.has(`row.${row}`)) this.#write(`row.${row}`, spreadPositions(1)[0])
    if (column === FALLBACK && !values.has(`col.${column}`)) this.#write(`col.${column}`, spreadPositions(1)[0])
  }

  #mergeKeys(): string[] {
    return [...this.#attributes.of(this.id).keys()].filter((key) => key.startsWith("merge."))
  }

  #newLine(line: Line, position: string): string {
    const id = blockId(this.#doc.clientID, nextClock(this.#doc))
    this.#write(`${line}.${id}`, position)
    return id
  }

  #addLine(line: Line, ids: readonly string[], beside: string, side: "before" | "after"): string {
    const at = indexIn(ids, beside) + (side === "after" ? 1 : 0)
    return this.#newLine(line, this.#positionAt(line, ids, at))
  }

  #moveLine(line: Line, ids: readonly string[], id: string, beside: string, side: "before" | "after"): void {
    indexIn(ids, id)
    if (id === beside) return
    const others = ids.filter((other) => other !== id)
    const at = indexIn(others, beside) + (side === "after" ? 1 : 0)
    this.#write(`${line}.${id}`, this.#positionAt(line, others, at))
  }

  /** A position for something new at this place among these, which are made to make room where they leave none. */
  #positionAt(line: Line, ids: readonly string[], at: number): string {
    const before = at === 0 ? "" : this.#positionOf(line, ids[at - 1])
    const after = at === ids.length ? null : this.#positionOf(line, ids[at])
    const hasRoom = (after === null || before < after) && before.length < LONG_POSITION
    if (hasRoom) return positionBetween(before, after, this.#doc.clientID)
    // Two people gave two rows one place, or somebody wrote what is none: the order stays, with room in it.
    const positions = spreadPositions(ids.length + 1)
    for (const [i, id] of ids.entries()) this.#write(`${line}.${id}`, positions[i < at ? i : i + 1])
    return positions[at] ?? ""
  }

  #positionOf(line: Line, id: string | undefined): string {
    return cleanPosition(this.#attributes.of(this.id).get(`${line}.${id ?? ""}`))
  }

  /** A merge that ends in a row or column that goes ends in the one before from now on. */
  #shrinkMerges(side: "row" | "column", ids: readonly string[], gone: ReadonlySet<string>): void {
    for (const key of this.#mergeKeys()) {
      const value = this.#attributes.of(this.id).get(key)
      if (typeof value !== "object" || value === null || !("row" in value && "column" in value)) continue
      const last = value[side]
      if (typeof last !== "string" || !gone.has(last)) continue
      const staying = ids.slice(0, ids.indexOf(last)).findLast((id) => !gone.has(id))
      this.#write(key, staying === undefined ? undefined : { ...value, [side]: staying })
    }
  }

  #write(key: string, value: unknown): void {
    this.#attributes.write(this.id, key, value)
  }
}

function indexIn(ids: readonly string[], id: string): number {
  const at = ids.indexOf(id)
  if (at === -1) throw new RangeError(`the table has no row or column ${JSON.stringify(id)}`)
  return at
}

function inOrder(a: number, b: number): [number, number] {
  return a <= b ? [a, b] : [b, a]
}
