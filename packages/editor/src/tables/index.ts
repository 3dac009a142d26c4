import type { Plugin } from "prosemirror-state"
import type { Binding } from "../binding.ts"
import type { EditorStrings } from "../strings.ts"
import { cellSelecting } from "./cell-selecting.ts"
import { tableDrop } from "./table-drop.ts"
import { tableKeys } from "./table-keys.ts"
import { tableMenu } from "./table-menu.ts"
import { tablePaste } from "./table-paste.ts"
import { tableResizing } from "./table-resize.ts"
import { tableSelections } from "./table-selection.ts"
import { ENGLISH_TABLES } from "./table-strings.ts"

export { placeEmptyTable, placeTitledTable } from "./place-table.ts"
export { tableIslands } from "@ligature/flow/tables"

/** Everything that a person does with tables. Goes before the keys and the clipboard of the editor. */
export function tableEditing(options: {
  binding: Binding
  host: HTMLElement
  strings: EditorStrings
  /** Tells the person something, aloud too. */
  say: (sentence: string) => void
}): Plugin[] {
  const { binding, host, say } = options
  const strings = { ...ENGLISH_TABLES, ...options.strings.tables }
  return [
    tableSelections(),
    tableKeys(binding),
    tablePaste(binding),
    cellSelecting(),
    tableMenu({ binding, host, strings }),
    tableDrop(strings, say),
    tableResizing({ binding, host }),
  ]
}
