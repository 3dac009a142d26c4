import type { ResolvedPos } from "prosemirror-model"
import { type EditorState, Plugin, Selection, TextSelection, type Transaction } from "prosemirror-state"
import { CellSelection } from "prosemirror-tables"
import { islandAround } from "../islands.ts"

/**
 * Keeps selections to what can be changed as one: inside a cell, whole cells of one table, or text with whole tables in it.
 * A change across the border of a table means nothing to others.
 */
export function tableSelections(): Plugin {
  return new Plugin({
    appendTransaction(_transactions, before, state) {
      if (state.selection.eq(before.selection)) return null
      return withoutCuts(state)
    },
  })
}

function withoutCuts({ selection, doc, tr }: EditorState): Transaction | null {
  if (!(selection instanceof TextSelection) || selection.empty) return null
  const { $anchor, $head } = selection
  const [from, to] = [cellAround($anchor), cellAround($head)]
  if (from === to) return null
  const [anchorIsland, headIsland] = [islandAround($anchor), islandAround($head)]
  if (from !== null && to !== null && anchorIsland?.pos === headIsland?.pos) {
    return tr.setSelection(CellSelection.create(doc, from, to))
  }
  const isForward = $anchor.pos < $head.pos
  const anchor = from === null || anchorIsland === null ? $anchor : outside(anchorIsland, doc, isForward)
  const head = to === null || headIsland === null ? $head : outside(headIsland, doc, !isForward)
  return tr.setSelection(TextSelection.between(anchor, head))

  /** Before the table, or in its caption, which is its end. */
  function outside(
    island: { pos: number; node: { nodeSize: number } },
    within: typeof doc,
    isStart: boolean,
  ): ResolvedPos {
    const end = within.resolve(island.pos + island.node.nodeSize - 2)
    if (!isStart) return end
    const before = Selection.findFrom(within.resolve(island.pos), -1, true)
    // With nothing before the table, it stays where it is.
    return before === null || islandAround(before.$head) !== null ? within.resolve(end.start()) : before.$head
  }
}

/** The position before the cell around a position; null outside of any. */
function cellAround(position: ResolvedPos): number | null {
  for (let depth = position.depth; depth > 0; depth--) {
    if (position.node(depth).type.spec["tableRole"] === "cell") return position.before(depth)
  }
  return null
}
