import type { TableModel } from "@ligature/flow/tables"
import { Fragment, type Node } from "prosemirror-model"
import { type Command, TextSelection } from "prosemirror-state"
import type { Binding } from "../binding.ts"
import { cellPosition, tableModel, type TablePlace, tablePlace } from "./table-place.ts"

/** What one can do to a table, by menu and keys. */
export type TableAction =
  | "rowBefore"
  | "rowAfter"
  | "columnBefore"
  | "columnAfter"
  | "rowUp"
  | "rowDown"
  | "columnLeft"
  | "columnRight"
  | "headerRow"
  | "headerColumn"
  | "alignLeft"
  | "alignCenter"
  | "alignRight"
  | "wider"
  | "narrower"
  | "merge"
  | "split"
  | "paragraphBefore"
  | "paragraphAfter"
  | "deleteRow"
  | "deleteColumn"
  | "deleteTable"

/** In CSS pixels; a column that has no width yet begins with this one. */
const WIDTH_STEP = 40
const FIRST_WIDTH = 160

/** Does something to the table around the selection; each is a command that applies or does not. */
export function tableActions(binding: Binding): Readonly<Record<TableAction, Command>> {
  /** A change of the model, where the place allows it. */
  const edit = (change: (model: TableModel, lines: Lines) => unknown, applies: Applies = () => true): Command => {
    return (state, dispatch) => {
      const place = tablePlace(state)
      const model = place === null ? null : tableModel(binding, place.id)
      if (place === null || model === null || !applies(place)) return false
      if (dispatch !== undefined) binding.edit?.(() => change(model, linesOf(place, model)))
      return true
    }
  }
  const align = (side: "left" | "center" | "right"): Command =>
    edit((model, { columns }) => {
      for (const { id } of columns) model.setAlign(id, side)
    })
  const widen = (by: number): Command =>
    edit((model, { columns }) => {
      for (const { id, width } of columns) model.setWidth(id, (width ?? FIRST_WIDTH) + by)
    })
  return {
    rowBefore: edit((model, { rows }) => rows[0] !== undefined && model.addRow(rows[0], "before")),
    rowAfter: edit((model, { lastRow }) => model.addRow(lastRow, "after")),
    columnBefore: edit((model, { columns }) => columns[0] !== undefined && model.addColumn(columns[0].id, "before")),
    columnAfter: edit((model, { columns }) => model.addColumn(columns.at(-1)?.id ?? "", "after")),
    rowUp: edit(
      (model, { rows, rowBefore }) => rowBefore !== undefined && model.moveRow(rowBefore, rows.at(-1) ?? "", "after"),
      ({ rect }) => rect.top > 0,
    ),
    rowDown: edit(
      (model, { rows, rowAfter }) => rowAfter !== undefined && model.moveRow(rowAfter, rows[0] ?? "", "before"),
      ({ rect, map }) => rect.bottom < map.height,
    ),
    columnLeft: edit(
      (model, { columns, columnBefore }) =>
        columnBefore !== undefined && model.moveColumn(columnBefore, columns.at(-1)?.id ?? "", "after"),
      ({ rect }) => rect.left > 0,
    ),
    columnRight: edit(
      (model, { columns, columnAfter }) =>
        columnAfter !== undefined && model.moveColumn(columnAfter, columns[0]?.id ?? "", "before"),
      ({ rect, map }) => rect.right < map.width,
    ),
    headerRow: edit((model) => model.setHeaderRow(!model.read().headerRow)),
    headerColumn: edit((model) => model.setHeaderColumn(!model.read().headerColumn)),
    alignLeft: align("left"),
    alignCenter: align("center"),
    alignRight: align("right"),
    wider: widen(WIDTH_STEP),
    narrower: widen(-WIDTH_STEP),
    merge: mergeCells(binding),
    split: edit(
      (model, { rows, columns }) => model.split({ row: rows[0] ?? "", column: columns[0]?.id ?? "" }),
      (place) => {
        const { rowspan, colspan } =
          place.table.nodeAt(cellPosition(place, place.rect.top, place.rect.left) - place.start)?.attrs ?? {}
        return rowspan > 1 || colspan > 1
      },
    ),
    paragraphBefore: paragraphBeside("before"),
    paragraphAfter: paragraphBeside("after"),
    deleteRow: (state, dispatch, view) => {
      const place = tablePlace(state)
      if (place?.rect.top === 0 && place.rect.bottom === place.map.height) return deleteTable(state, dispatch, view)
      return edit((model, { rows }) => model.deleteRows(rows))(state, dispatch, view)
    },
    deleteColumn: (state, dispatch, view) => {
      const place = tablePlace(state)
      if (place?.rect.left === 0 && place.rect.right === place.map.width) return deleteTable(state, dispatch, view)
      return edit((model, { columns }) => model.deleteColumns(columns.map(({ id }) => id)))(state, dispatch, view)
    },
    deleteTable,
  }
}

type Applies = (place: TablePlace) => boolean

/** The rows and columns that are selected, by id, and those next to them. */
interface Lines {
  readonly rows: readonly string[]
  readonly lastRow: string
  readonly rowBefore: string | undefined
  readonly rowAfter: string | undefined
  readonly columns: readonly { readonly id: string; readonly width: number | null }[]
  readonly columnBefore: string | undefined
  readonly columnAfter: string | undefined
}

function linesOf({ rect }: TablePlace, model: TableModel): Lines {
  const { rows, columns } = model.read()
  const selected = rows.slice(rect.top, rect.bottom)
  return {
    rows: selected,
    lastRow: selected.at(-1) ?? "",
    rowBefore: rows[rect.top - 1],
    rowAfter: rows[rect.bottom],
    columns: columns.slice(rect.left, rect.right),
    columnBefore: columns[rect.left - 1]?.id,
    columnAfter: columns[rect.right]?.id,
  }
}

const deleteTable: Command = (state, dispatch) => {
  const place = tablePlace(state)
  if (place === null) return false
  dispatch?.(state.tr.deleteRange(place.pos, place.pos + place.island.nodeSize).scrollIntoView())
  return true
}

function paragraphBeside(side: "before" | "after"): Command {
  return (state, dispatch) => {
    const place = tablePlace(state)
    const paragraph = state.schema.nodes["block"]?.create()
    if (place === null || paragraph === undefined) return false
    if (dispatch !== undefined) {
      const at = side === "before" ? place.pos : place.pos + place.island.nodeSize
      const tr = state.tr.insert(at, paragraph)
      dispatch(tr.setSelection(TextSelection.create(tr.doc, at + 1)).scrollIntoView())
    }
    return true
  }
}

/** Moves the words of the selected cells into the first, and shows that one in the place of all. */
function mergeCells(binding: Binding): Command {
  return (state, dispatch) => {
    const place = tablePlace(state)
    const model = place === null ? null : tableModel(binding, place.id)
    if (place === null || model === null) return false
    const positions = place.map.cellsInRect(place.rect)
    if (positions.length < 2) return false
    if (dispatch === undefined) return true
    const { rows, columns, lastRow } = linesOf(place, model)
    const cells = positions.flatMap((offset) => {
      const node = place.table.nodeAt(offset)
      return node === null ? [] : [{ node, start: place.start + offset + 1 }]
    })
    const [first, ...others] = cells
    const { tr } = state
    const words = cells.flatMap(({ node }) => (isEmpty(node) ? [] : node.children))
    for (const { node, start } of others.toReversed()) {
      if (!isEmpty(node)) tr.replaceWith(start, start + node.content.size, emptyLike(node))
    }
    if (first !== undefined && words.length > (isEmpty(first.node) ? 0 : first.node.childCount)) {
      const added = isEmpty(first.node) ? words : words.slice(first.node.childCount)
      const from = isEmpty(first.node) ? first.start : first.start + first.node.content.size
      tr.replaceWith(from, first.start + first.node.content.size, Fragment.fromArray(added.map(withoutId)))
    }
    const joins = tr.docChanged
    if (joins) dispatch(tr)
    const from = { row: rows[0] ?? "", column: columns[0]?.id ?? "" }
    binding.edit?.(() => model.merge(from, { row: lastRow, column: columns.at(-1)?.id ?? "" }), { joins })
    return true
  }
}

function isEmpty(cell: Node): boolean {
  return cell.childCount === 1 && cell.firstChild?.childCount === 0
}

function emptyLike(cell: Node): Fragment {
  return cell.type.createAndFill()?.content ?? Fragment.empty
}

/** Words that move into another cell are blocks of their own there. */
function withoutId(block: Node): Node {
  return block.type.create({ ...block.attrs, id: null }, block.content)
}
