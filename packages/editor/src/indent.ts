import { MAX_INDENT } from "@ligature/schema"
import type { Node } from "prosemirror-model"
import type { Command, EditorState } from "prosemirror-state"
import {
  type BlockTest,
  blockAfter,
  blockBefore,
  everySelectedBlock,
  outerSelectedBlocks,
  type PlacedBlock,
  selectedBlocks,
  setBlockAttributes,
} from "./blocks.ts"

/** One step deeper, with everything that is nested below; at most one step deeper than the block before. */
export const indent: Command = (state, dispatch) => {
  const ends = outerSelectedBlocks(state)
  if (ends === null) return false
  const before = blockBefore(state.doc, ends.first)
  const limit = before === null ? 0 : Math.min(MAX_INDENT, indentOf(before.node) + 1)
  const nested = nestedBelow(state, ends.last)
  const hasRoom = everySelectedBlock(state, canGoDeeper) && nested.every(({ node }) => canGoDeeper(node))
  if (indentOf(ends.first.node) >= limit || !hasRoom) return false
  if (dispatch !== undefined) {
    const { tr } = state
    for (const block of [...selectedBlocks(state), ...nested])
      setBlockAttributes(tr, block, { indent: indentOf(block.node) + 1 })
    dispatch(tr)
  }
  return true
}

/** One step back, with everything that is nested below. */
export const outdent: Command = (state, dispatch) => {
  const ends = outerSelectedBlocks(state)
  if (ends === null) return false
  const nested = nestedBelow(state, ends.last).filter(({ node }) => !isFlush(node))
  if (nested.length === 0 && everySelectedBlock(state, isFlush)) return false
  if (dispatch !== undefined) {
    const { tr } = state
    for (const block of [...selectedBlocks(state), ...nested])
      setBlockAttributes(tr, block, { indent: Math.max(0, indentOf(block.node) - 1) })
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

/** What is nested below the last of the selected blocks. */
function nestedBelow(state: EditorState, last: PlacedBlock): PlacedBlock[] {
  const nested: PlacedBlock[] = []
  if (last.node.attrs["list"] === null) return nested
  const depth = indentOf(last.node)
  for (
    let next = blockAfter(state.doc, last);
    next !== null && indentOf(next.node) > depth;
    next = blockAfter(state.doc, next)
  ) {
    nested.push(next)
  }
  return nested
}

function indentOf(node: Node): number {
  return typeof node.attrs["indent"] === "number" ? node.attrs["indent"] : 0
}

const isFlush: BlockTest = (node) => indentOf(node) === 0

const canGoDeeper: BlockTest = (node) => indentOf(node) < MAX_INDENT
