import type { Node, ResolvedPos } from "prosemirror-model"
import { type Command, Selection, type Transaction } from "prosemirror-state"
import { blockOfCaret, deleteBlock } from "./blocks.ts"

/** An island, such as a table, and the position before it. */
export interface PlacedIsland {
  readonly node: Node
  readonly pos: number
}

export function isIsland(node: Node | null): boolean {
  return node?.type.isInGroup("island") === true
}

/** The island around a position, or null outside of any. */
export function islandAround(position: ResolvedPos): PlacedIsland | null {
  for (let depth = position.depth; depth > 0; depth--) {
    const node = position.node(depth)
    if (isIsland(node)) return { node, pos: position.before(depth) }
  }
  return null
}

/** Backspace right behind an island: an empty block goes, and the caret steps into the island. Nothing is joined to an island's text. */
export const backspaceBehindIsland: Command = (state, dispatch, view) => {
  const block = blockOfCaret(state.selection)
  if (block === null || state.selection.from !== block.pos + 1) return false
  if (view?.endOfTextblock("backward", state) === false) return false
  const { kind, list, indent, quote } = block.node.attrs
  if (kind !== "paragraph" || list !== null || indent > 0 || quote === true) return false
  const before = neighbour(state.doc.resolve(block.pos), "nodeBefore")
  if (!isIsland(before)) return false
  const { tr } = state
  stepInto(tr, block.pos, -1)
  // The last block stays: behind an island there is always a place to write.
  const next = neighbour(state.doc.resolve(block.pos + block.node.nodeSize), "nodeAfter")
  if (block.node.childCount === 0 && next !== null && !isIsland(next)) deleteBlock(tr, block)
  dispatch?.(tr.scrollIntoView())
  return true
}

/** Delete right before an island: an empty block goes, and the caret steps into the island. */
export const deleteBeforeIsland: Command = (state, dispatch, view) => {
  const block = blockOfCaret(state.selection)
  if (block === null || state.selection.from !== block.pos + block.node.nodeSize - 1) return false
  if (view?.endOfTextblock("forward", state) === false) return false
  const end = block.pos + block.node.nodeSize
  if (!isIsland(neighbour(state.doc.resolve(end), "nodeAfter"))) return false
  const { tr } = state
  stepInto(tr, end, 1)
  if (block.node.childCount === 0) deleteBlock(tr, block)
  dispatch?.(tr.scrollIntoView())
  return true
}

/** What stands on one side of a position, over the borders of what only groups blocks. */
function neighbour(position: ResolvedPos, side: "nodeBefore" | "nodeAfter"): Node | null {
  let at = position
  while (at[side] === null && at.depth > 0 && at.parent.type.spec.isolating !== true) {
    at = at.doc.resolve(side === "nodeBefore" ? at.before() : at.after())
  }
  const node = at[side]
  if (node === null || isIsland(node) || node.isTextblock) return node
  return side === "nodeBefore" ? node.lastChild : node.firstChild
}

function stepInto(tr: Transaction, position: number, direction: -1 | 1): void {
  const found = Selection.findFrom(tr.doc.resolve(position), direction, true)
  if (found !== null) tr.setSelection(found)
}
