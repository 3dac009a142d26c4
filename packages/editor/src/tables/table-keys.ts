import { Fragment, Slice } from "prosemirror-model"
import { keydownHandler } from "prosemirror-keymap"
import { type Command, Plugin, Selection, TextSelection } from "prosemirror-state"
import { goToNextCell, isInTable } from "prosemirror-tables"
import { ReplaceAroundStep } from "prosemirror-transform"
import type { Binding } from "../binding.ts"
import { chainCommands } from "../chain-commands.ts"
import { islandAround } from "../islands.ts"
import { tableActions } from "./table-actions.ts"
import { tablePlace } from "./table-place.ts"

/** The keys of tables, ahead of those of the editor. Escape and then Tab leaves the editor from here, too. */
export function tableKeys(binding: Binding): Plugin {
  const actions = tableActions(binding)
  const handle = keydownHandler({
    Tab: chainCommands(goToNextCell(1), tabInLastCell(actions.rowAfter), stayInTable),
    "Shift-Tab": chainCommands(goToNextCell(-1), stayInTable),
    Enter: enterInCaption,
    "Mod-Enter": leaveTable,
    Backspace: backspaceAtStart,
    "Mod-Backspace": backspaceAtStart,
    Delete: deleteAtEnd,
    "Mod-Delete": deleteAtEnd,
    "Mod-Alt-ArrowUp": actions.rowBefore,
    "Mod-Alt-ArrowDown": actions.rowAfter,
    "Mod-Alt-ArrowLeft": actions.columnBefore,
    "Mod-Alt-ArrowRight": actions.columnAfter,
  })
  let tabLeaves = false
  return new Plugin({
    props: {
      handleKeyDown(view, event) {
        if (event.key === "Tab" && tabLeaves) return false
        if (event.key === "Escape") tabLeaves = true
        else if (event.key !== "Shift" && event.key !== "Tab") tabLeaves = false
        return handle(view, event)
      },
    },
  })
}

/** In the last cell Tab goes on in a new row. */
function tabInLastCell(addRow: Command): Command {
  return (state, dispatch, view) => {
    if (!isInTable(state) || view === undefined || !view.editable) return false
    if (dispatch === undefined) return true
    if (!addRow(state, dispatch, view)) return false
    return goToNextCell(1)(view.state, view.dispatch)
  }
}

const stayInTable: Command = isInTable

/** The text behind the caret becomes a paragraph behind the table. */
const enterInCaption: Command = (state, dispatch) => {
  const { $from, $to } = state.selection
  const island = islandAround($from)
  const block = state.schema.nodes["block"]
  if ($from.parent.type.name !== "table_caption" || !$from.sameParent($to)) return false
  if (island === null || block === undefined) return false
  const { tr } = state
  tr.deleteSelection()
  const at = tr.selection.from
  const end = tr.selection.$from.end()
  const borders = new Slice(Fragment.from([island.node.copy(Fragment.from($from.parent.copy())), block.create()]), 2, 0)
  tr.step(new ReplaceAroundStep(at, end + 2, at, end, borders, 3, true))
  dispatch?.(tr.setSelection(TextSelection.near(tr.doc.resolve(at + 3))).scrollIntoView())
  return true
}

/** A paragraph behind the table. */
const leaveTable: Command = (state, dispatch) => {
  const island = islandAround(state.selection.$head)
  const paragraph = state.schema.nodes["block"]?.create()
  if (island === null || paragraph === undefined) return false
  const at = island.pos + island.node.nodeSize
  const tr = state.tr.insert(at, paragraph)
  dispatch?.(tr.setSelection(TextSelection.create(tr.doc, at + 1)).scrollIntoView())
  return true
}

/** At the start of a cell there is nothing to join; at that of a caption the caret goes into the last cell. */
const backspaceAtStart: Command = (state, dispatch) => {
  const { $from, empty } = state.selection
  if (!empty || $from.parentOffset > 0) return false
  if ($from.parent.type.name === "table_caption") {
    const found = Selection.findFrom(state.doc.resolve($from.before()), -1, true)
    if (found !== null) dispatch?.(state.tr.setSelection(found).scrollIntoView())
    return true
  }
  const place = tablePlace(state)
  const { attrs } = $from.parent
  const isPlain =
    attrs["kind"] === "paragraph" && attrs["list"] === null && attrs["indent"] === 0 && attrs["quote"] !== true
  return place !== null && $from.index($from.depth - 1) === 0 && isPlain
}

/** At the end of a cell or caption there is nothing to join. */
const deleteAtEnd: Command = (state) => {
  const { $from, empty } = state.selection
  if (!empty || $from.parentOffset < $from.parent.content.size || islandAround($from) === null) return false
  return $from.parent.type.name === "table_caption" || $from.indexAfter($from.depth - 1) === $from.node(-1).childCount
}
