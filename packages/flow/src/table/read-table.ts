import { cleanPosition } from "./position.ts"

/** What a peer may make of a table at most; what is beyond, in the order of rows and columns, is not shown. */
export const MAX_ROWS = 1000
export const MAX_COLUMNS = 100
export const MAX_CELLS = 10_000

/** Shown in the place of a row or column where all were deleted, and real as soon as somebody writes in it. */
export const FALLBACK = "0"

/** How often one cell is looked at for merges, on average, before the rest of them is left out. */
const LOOKS_PER_CELL = 8

const MIN_WIDTH = 40
const MAX_WIDTH = 2000

export type CellAlign = "left" | "center" | "right"

export interface TableColumn {
  readonly id: string
  /** In CSS pixels; null where the browser decides. */
  readonly width: number | null
  readonly align: CellAlign | null
}

/** A cell as it is shown: the names of its row and column, and how many of each it spans. */
export interface CellPlace {
  readonly row: string
  readonly column: string
  readonly rowspan: number
  readonly colspan: number
}

/** A table as it is shown: always a rectangle, whatever was merged. */
export interface TableShape {
  readonly rows: readonly string[]
  readonly columns: readonly TableColumn[]
  readonly headerRow: boolean
  readonly headerColumn: boolean
  /** For each row the cells that begin in it. */
  readonly cells: readonly (readonly CellPlace[])[]
  /** Whether cells are merged, shown so or not: then it depends on the covered ones being empty. */
  readonly hasMerges: boolean
}

/** Tells whether a cell holds nothing that people see. */
export type IsEmptyCell = (row: string, column: string) => boolean

/**
 * The table that these values of a block describe: `row.<id>` and `col.<id>` are positions, `width.<id>`, `align.<id>`,
 * `headerRow`, `headerColumn` and `merge.<row>:<column>` what they say. Values that make no sense count as absent, and a merge
 * counts only while all that it covers is empty: no word is ever hidden by one.
 */
export function readTable(values: ReadonlyMap<string, unknown>, isEmpty: IsEmptyCell): TableShape {
  const columnIds = order(values, "col.").slice(0, MAX_COLUMNS)
  const rows = order(values, "row.").slice(0, Math.min(MAX_ROWS, Math.floor(MAX_CELLS / columnIds.length)))
  const columns = columnIds.map((id) => ({
    id,
    width: cleanWidth(values.get(`width.${id}`)),
    align: cleanAlign(values.get(`align.${id}`)),
  }))
  const merges = mergesOf(values, rows, columnIds)
  return {
    rows,
    columns,
    headerRow: values.get("headerRow") === true,
    headerColumn: values.get("headerColumn") === true,
    cells: placeCells(rows, columnIds, merges, isEmpty),
    hasMerges: merges.length > 0,
  }
}

export function cleanWidth(value: unknown): number | null {
  if (typeof value !== "number" || !Number.isFinite(value)) return null
  return Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, Math.round(value)))
}

function cleanAlign(value: unknown): CellAlign | null {
  return value === "left" || value === "center" || value === "right" ? value : null
}

/** Whether a text may stand for a table, row or column: part of a root's name, of which servers allow some length. */
export function isTablePart(id: string): boolean {
  return /^[0-9A-Za-z-]{1,64}$/.test(id)
}

function order(values: ReadonlyMap<string, unknown>, prefix: "row." | "col."): string[] {
  const found: { id: string; position: string }[] = []
  for (const [key, value] of values) {
    const id = key.slice(prefix.length)
    if (key.startsWith(prefix) && isTablePart(id)) found.push({ id, position: cleanPosition(value) })
  }
  found.sort((a, b) => compare(a.position, b.position) || compare(a.id, b.id))
  return found.length === 0 ? [FALLBACK] : found.map(({ id }) => id)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

interface Rectangle {
  readonly top: number
  readonly left: number
  readonly bottom: number
  readonly right: number
}

/** The rectangles that were merged, from their first cell on, in the order of their first cells. */
function mergesOf(
  values: ReadonlyMap<string, unknown>,
  rows: readonly string[],
  columns: readonly string[],
): Rectangle[] {
  const found: Rectangle[] = []
  let rowAt: Map<string, number> | null = null
  let columnAt: Map<string, number> | null = null
  for (const [key, value] of values) {
    if (!key.startsWith("merge.") || typeof value !== "object" || value === null) continue
    rowAt ??= new Map(rows.map((id, at) => [id, at]))
    columnAt ??= new Map(columns.map((id, at) => [id, at]))
    const [row = "", column = ""] = key.slice("merge.".length).split(":")
    const top = rowAt.get(row)
    const left = columnAt.get(column)
    if (top === undefined || left === undefined) continue
    // A last row that is gone, or that was moved ahead of the first, says nothing any more.
    const bottom = Math.max(top, rowAt.get(stringIn(value, "row")) ?? top)
    const right = Math.max(left, columnAt.get(stringIn(value, "column")) ?? left)
    if (bottom > top || right > left) found.push({ top, left, bottom, right })
  }
  return found.sort((a, b) => a.top - b.top || a.left - b.left)
}

function stringIn(value: object, name: "row" | "column"): string {
  const found: unknown = name in value ? Reflect.get(value, name) : null
  return typeof found === "string" ? found : ""
}

function placeCells(
  rows: readonly string[],
  columns: readonly string[],
  merges: readonly Rectangle[],
  isEmpty: IsEmptyCell,
): CellPlace[][] {
  const taken = new Set<number>()
  const spans = new Map<number, Rectangle>()
  const indexOf = (row: number, column: number): number => row * columns.length + column
  // Merges that do not count overlap: somebody might write thousands of them, each over the whole table.
  let looks = LOOKS_PER_CELL * rows.length * columns.length
  for (const merge of merges) {
    const inside: number[] = []
    let counts = looks > 0
    for (let row = merge.top; row <= merge.bottom && counts; row++) {
      for (let column = merge.left; column <= merge.right && counts; column++) {
        const at = indexOf(row, column)
        const isFirst = row === merge.top && column === merge.left
        counts = !taken.has(at) && (isFirst || isEmpty(rows[row] ?? "", columns[column] ?? ""))
        inside.push(at)
      }
    }
    looks -= inside.length
    if (!counts) continue
    for (const at of inside) taken.add(at)
    spans.set(indexOf(merge.top, merge.left), merge)
  }
  return rows.map((row, y) =>
    columns.flatMap((column, x) => {
      const at = indexOf(y, x)
      const merge = spans.get(at)
      if (merge !== undefined) {
        return [{ row, column, rowspan: merge.bottom - y + 1, colspan: merge.right - x + 1 }]
      }
      return taken.has(at) ? [] : [{ row, column, rowspan: 1, colspan: 1 }]
    }),
  )
}
