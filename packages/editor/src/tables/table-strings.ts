import type { TableAction } from "./table-actions.ts"

/** Every sentence and name that the editor shows or says about tables. */
export type TableStrings = Readonly<Record<TableAction, string>> & {
  /** The button at a table, and its menu. */
  readonly menu: string
  readonly caption: string
  /** Why what was dragged stays where it was. */
  readonly noTableInCell: string
  readonly notAcrossBorder: string
}

export const ENGLISH_TABLES: TableStrings = {
  menu: "Table options",
  caption: "Caption",
  noTableInCell: "A table cannot be put into a cell of a table. It stays where it was.",
  notAcrossBorder: "This cannot be moved over the border of a table. It stays where it was.",
  rowBefore: "Insert row above",
  rowAfter: "Insert row below",
  columnBefore: "Insert column left",
  columnAfter: "Insert column right",
  rowUp: "Move row up",
  rowDown: "Move row down",
  columnLeft: "Move column left",
  columnRight: "Move column right",
  headerRow: "Header row",
  headerColumn: "Header column",
  alignLeft: "Align column left",
  alignCenter: "Centre column",
  alignRight: "Align column right",
  wider: "Wider column",
  narrower: "Narrower column",
  merge: "Merge cells",
  split: "Split cell",
  paragraphBefore: "Insert text above table",
  paragraphAfter: "Insert text below table",
  deleteRow: "Delete row",
  deleteColumn: "Delete column",
  deleteTable: "Delete table",
}
