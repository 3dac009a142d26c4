import type { Plugin } from "prosemirror-state"
import type { Binding } from "../binding.ts"
import type { EditorStrings } from "../strings.ts"
import { cellSelecting } from "./cell-selecting.ts"
import { tableKeys } from "./table-keys.ts"
import { tableMenu } from "./table-menu.ts"
import { tablePaste } from "./table-paste.ts"
import { tableResizing } from "./table-resize.ts"
import { tableSelections } from "./table-selection.ts"
import { ENGLISH_TABLES } from "./table-strings.ts"

export { placeEmptyTable, placeTitledTable } from "./place-table.ts"
export { tableIslands } from "@ligature/flow/tables"

/** Everything that a person does with tables. Goes before the keys and the clipboard of the editor. */
export function tableEditing(options: { binding: Binding; host: HTMLElement; strings: EditorStrings }): Plugin[] {
  const { binding, host, strings } = options
  return [
    tableSelections(),
    tableKeys(binding),
    tablePaste(binding),
    cellSelecting(),
    tableMenu({ binding, host, strings: { ...ENGLISH_TABLES, ...strings.tables } }),
    tableResizing({ binding, host }),
  ]
}
