import type { IslandsOf } from "../islands.ts"
import { tableTypes } from "./draw-table.ts"
import { TableIslands } from "./table-islands.ts"

/** Tables as islands of a flow. Throws for a schema that lacks one of their node types. */
export const tableIslands: IslandsOf = ({ doc, schema, map, attributes }) => {
  const types = tableTypes(schema)
  if (types === null) throw new TypeError("the schema lacks a node type of tables")
  return new TableIslands(doc, map, attributes, types)
}
export { TableIslands } from "./table-islands.ts"
export type { TableModel } from "./table-model.ts"
export { type CellAlign, type CellPlace, MAX_CELLS, type TableColumn, type TableShape } from "./read-table.ts"
export { type GridCell, type TableGrid, tableGrid } from "./table-grid.ts"
