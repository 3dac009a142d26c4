import type { Node, Slice } from "prosemirror-model"
import { Plugin } from "prosemirror-state"
import type { EditorView } from "prosemirror-view"
import { isIsland } from "../islands.ts"
import type { TableStrings } from "./table-strings.ts"

/** Says why what was dropped stays where it was: a table cannot stand in a cell, and no change reaches over a cell's border. */
export function tableDrop(
  strings: Pick<TableStrings, "noTableInCell" | "notAcrossBorder">,
  say: (sentence: string) => void,
): Plugin {
  return new Plugin({
    props: {
      handleDrop(view, _event, slice) {
        if (slice.size > 0) void sayIfRefused(view, slice)
        return false
      },
    },
  })

  /** The view does with it what it can, and what cannot be stored is refused; what came of it is known when the event is over. */
  async function sayIfRefused(view: EditorView, slice: Slice): Promise<void> {
    const { doc } = view.state
    await Promise.resolve()
    if (view.isDestroyed || !view.editable || view.state.doc !== doc) return
    say(slice.content.content.some(holdsTable) ? strings.noTableInCell : strings.notAcrossBorder)
  }
}

function holdsTable(node: Node): boolean {
  return isIsland(node) || (!node.isTextblock && node.children.some(holdsTable))
}
