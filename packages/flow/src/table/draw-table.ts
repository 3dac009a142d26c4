import { Fragment, type Node, type NodeType, type Schema } from "prosemirror-model"
import type { CellPlace, TableShape } from "./read-table.ts"

/** The node types that a table is drawn with. */
export interface TableTypes {
  readonly island: NodeType
  readonly table: NodeType
  readonly row: NodeType
  readonly cell: NodeType
  readonly caption: NodeType
}

/** A schema's types for tables, found by the roles that prosemirror-tables gives them; null for a schema without tables. */
export function tableTypes(schema: Schema): TableTypes | null {
  const byRole = (role: string): NodeType | undefined =>
    Object.values(schema.nodes).find((type) => type.spec["tableRole"] === role)
  const [table, row, cell] = [byRole("table"), byRole("row"), byRole("cell")]
  const island = Object.values(schema.nodes).find((type) => type.isInGroup("island"))
  const caption = schema.nodes["table_caption"]
  if (island === undefined || table === undefined || row === undefined || cell === undefined) return null
  return caption === undefined ? null : { island, table, row, cell, caption }
}

/** A table as the view shows it. `content` gives the blocks of a cell. */
export function drawTable(
  types: TableTypes,
  id: string,
  shape: TableShape,
  caption: Fragment,
  content: (cell: CellPlace) => Fragment,
): Node {
  const { columns } = shape
  const columnAt = new Map(columns.map((column, at) => [column.id, at]))
  const rows = shape.rows.map((row, y) => {
    const cells = (shape.cells[y] ?? []).map((cell) => {
      const x = columnAt.get(cell.column) ?? 0
      const header = y === 0 && shape.headerRow ? "column" : x === 0 && shape.headerColumn ? "row" : null
      return types.cell.create({ ...cell, header, align: columns[x]?.align ?? null }, content(cell))
    })
    return types.row.create({ id: row }, cells)
  })
  const widths = columns.some(({ width }) => width !== null) ? columns.map(({ width }) => width) : null
  const table = types.table.create({ widths }, rows)
  return types.island.create({ id }, Fragment.fromArray([table, types.caption.create(null, caption)]))
}
