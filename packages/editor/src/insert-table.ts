import type { Command } from "prosemirror-state"
import type { EditorView } from "prosemirror-view"
import type { Binding } from "./binding.ts"
import { blockAround } from "./blocks.ts"
import { islandAround } from "./islands.ts"
import { loadedTableCode, type TableCode } from "./table-code.ts"

/** Puts an empty table behind the caret's block, or in its place if it is empty, and the caret into its first cell. */
export function insertTable(binding: Binding): Command {
  return (state, dispatch, view) => {
    const { $to } = state.selection
    if (binding.loadIslands === undefined || blockAround($to) === null || islandAround($to) !== null) return false
    if (dispatch !== undefined && view !== undefined) withTables(binding, view, (code) => code.placeEmptyTable(view))
    return true
  }
}

/** Enter in "| one | two |": a table with these in its first row. */
export function startsTable(binding: Binding): Command {
  return (state, dispatch, view) => {
    const { $from, empty } = state.selection
    const titles = titlesIn($from.parent.textContent)
    if (titles === null || !empty || view === undefined || binding.loadIslands === undefined) return false
    const { kind, list } = blockAround($from)?.node.attrs ?? {}
    if (kind !== "paragraph" || list !== null || islandAround($from) !== null) return false
    if (dispatch !== undefined)
      withTables(binding, view, (code) => code.placeTitledTable(view, $from.parent.textContent, titles))
    return true
  }
}

/** Does it now, or when the code for tables has arrived. */
export function withTables(binding: Binding, view: EditorView, run: (code: TableCode) => void): void {
  const loading = binding.islands == null ? binding.loadIslands?.() : undefined
  const code = loadedTableCode()
  if (binding.islands != null && code !== null) run(code)
  else if (loading !== undefined) void runLater(loading, binding, view, run)
}

async function runLater(
  loading: Promise<unknown>,
  binding: Binding,
  view: EditorView,
  run: (code: TableCode) => void,
): Promise<void> {
  await loading
  const code = loadedTableCode()
  if (!view.isDestroyed && view.editable && binding.islands != null && code !== null) run(code)
}

function titlesIn(text: string): string[] | null {
  const line = text.trim()
  if (!/^\|([^|]+\|){2,20}$/.test(line)) return null
  return line
    .slice(1, -1)
    .split("|")
    .map((title) => title.trim())
}
