import { MAX_INDENT } from "@ligature/schema"
import type { Command, EditorState } from "prosemirror-state"
import { blockAfter, blockBefore, type PlacedBlock, selectedBlocks, setBlockAttributes } from "./blocks.ts"

/** One step deeper, with everything that is nested below; at most one step deeper than the block before. */
export const indent: Command = (state, dispatch) => {
  const [first] = selectedBlocks(state)
  if (first === undefined) return false
  const before = blockBefore(state.doc, first)
  const limit = before === null ? 0 : Math.min(MAX_INDENT, indentOf(before) + 1)
  const blocks = withNested(state)
  if (indentOf(first) >= limit || blocks.some((block) => indentOf(block) >= MAX_INDENT)) return false
  if (dispatch !== undefined) {
    const { tr } = state
    for (const block of blocks) setBlockAttributes(tr, block, { indent: indentOf(block) + 1 })
    dispatch(tr)
  }
  return true
}

/** One step back, with everything that is nested below. */
export const outdent: Command = (state, dispatch) => {
  const blocks = withNested(state).filter((block) => indentOf(block) > 0)
  if (blocks.length === 0) return false
  if (dispatch !== undefined) {
    const { tr } = state
    for (const block of blocks) setBlockAttributes(tr, block, { indent: indentOf(block) - 1 })
    dispatch(tr)
  }
  return true
}

/** In code: a tab before each selected line's first character, or at the caret. */
export const insertCodeTab: Command = (state, dispatch) => {
  const blocks = selectedBlocks(state)
  const [block] = blocks
  if (block === undefined || blocks.length > 1 || block.node.attrs["kind"] !== "code") return false
  dispatch?.(state.tr.insertText("\t").scrollIntoView())
  return true
}

/** The selected blocks and what is nested below the last of them. */
function withNested(state: EditorState): PlacedBlock[] {
  const blocks = selectedBlocks(state)
  const last = blocks.at(-1)
  if (last === undefined || last.node.attrs["list"] === null) return blocks
  const depth = indentOf(last)
  for (
    let next = blockAfter(state.doc, last);
    next !== null && indentOf(next) > depth;
    next = blockAfter(state.doc, next)
  ) {
    blocks.push(next)
  }
  return blocks
}

function indentOf({ node }: PlacedBlock): number {
  return typeof node.attrs["indent"] === "number" ? node.attrs["indent"] : 0
}
