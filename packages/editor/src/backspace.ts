import type { Command } from "prosemirror-state"
import { blockAfter, blockBefore, blockOfCaret, deleteBlock, type PlacedBlock, setBlockAttributes } from "./blocks.ts"

/**
 * Backspace at the start of a block takes away, one at a time, what makes it more than a paragraph: the list, the kind, the quote, the
 * indent; then it joins it to the block before. An empty block before goes first.
 */
export const backspaceAtStart: Command = (state, dispatch, view) => {
  const block = blockOfCaret(state.selection)
  if (block === null || state.selection.from !== block.pos + 1) return false
  if (view?.endOfTextblock("backward", state) === false) return false
  const { kind, list, indent, quote } = block.node.attrs
  const { tr } = state
  const before = blockBefore(state.doc, block)

  if (list !== null) setBlockAttributes(tr, block, { list: null, restart: null, checked: false })
  else if (before !== null && isEmpty(before) && block.node.childCount > 0) deleteBlock(tr, before)
  else if (kind !== "paragraph") setBlockAttributes(tr, block, { kind: "paragraph", level: null, language: null })
  else if (quote === true && before?.node.attrs["quote"] !== true) setBlockAttributes(tr, block, { quote: false })
  else if (indent > 0) setBlockAttributes(tr, block, { indent: indent - 1 })
  else if (before === null) return false
  else if (isEmpty(before) && before.node.attrs["kind"] === "rule") deleteBlock(tr, before)
  else tr.delete(before.pos + before.node.nodeSize - 1, block.pos + 1)

  dispatch?.(tr.scrollIntoView())
  return true
}

/** Delete at the end of a block: the next one joins it; an empty block goes, so that the next keeps what it is. */
export const deleteAtEnd: Command = (state, dispatch, view) => {
  const block = blockOfCaret(state.selection)
  if (block === null || state.selection.from !== block.pos + block.node.nodeSize - 1) return false
  if (view?.endOfTextblock("forward", state) === false) return false
  const next = blockAfter(state.doc, block)
  if (next === null) return false
  const { tr } = state
  if (isEmpty(next) && next.node.attrs["kind"] === "rule") deleteBlock(tr, next)
  else if (isEmpty(block)) deleteBlock(tr, block)
  else tr.delete(block.pos + block.node.nodeSize - 1, next.pos + 1)
  dispatch?.(tr.scrollIntoView())
  return true
}

function isEmpty({ node }: PlacedBlock): boolean {
  return node.childCount === 0
}
