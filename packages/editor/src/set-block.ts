import { BLOCK_DEFAULTS, type BlockAttributes, type BlockList } from "@ligature/schema"
import { type Command, TextSelection } from "prosemirror-state"
import {
  type BlockTest,
  blockAfter,
  everySelectedBlock,
  hasSelectedBlock,
  selectedBlocks,
  setBlockAttributes,
} from "./blocks.ts"

/** Turns the selected blocks into paragraphs, out of lists and quotes. */
export const setParagraph: Command = setBlocks({
  kind: "paragraph",
  level: null,
  list: null,
  restart: null,
  quote: false,
  language: null,
})

/** Makes the selected blocks headings of a level, or paragraphs if they all are. */
export function toggleHeading(level: 1 | 2 | 3): Command {
  return toggle(
    (block) => block["kind"] === "heading" && block["level"] === level,
    { kind: "heading", level, list: null, restart: null, language: null },
    { kind: "paragraph", level: null },
  )
}

/** Makes the selected blocks items of a list, or paragraphs if they all are. */
export function toggleList(list: BlockList): Command {
  return toggle(
    (block) => block["list"] === list,
    { list, kind: "paragraph", level: null, language: null, restart: null, checked: false },
    { list: null, restart: null, checked: false },
  )
}

export const toggleQuote: Command = toggle((block) => block["quote"] === true, { quote: true }, { quote: false })

export const toggleCode: Command = toggle(
  (block) => block["kind"] === "code",
  { kind: "code", level: null, list: null, restart: null },
  { kind: "paragraph", language: null },
)

/** Checks or unchecks the selected task items: all alike, checked unless all are. */
export const toggleChecked: Command = (state, dispatch) => {
  const tasks = selectedBlocks(state).filter(({ node }) => node.attrs["list"] === "task")
  if (tasks.length === 0) return false
  const checked = !tasks.every(({ node }) => node.attrs["checked"] === true)
  if (dispatch !== undefined) {
    const { tr } = state
    for (const task of tasks) setBlockAttributes(tr, task, { checked })
    dispatch(tr)
  }
  return true
}

/** Puts a rule after the caret's block, or in its place if it is empty, and the caret behind it. */
export const insertRule: Command = (state, dispatch) => {
  if (dispatch === undefined) return hasSelectedBlock(state)
  const last = selectedBlocks(state).at(-1)
  if (last === undefined) return false
  const { tr } = state
  const rule = last.node.type.create({ ...BLOCK_DEFAULTS, kind: "rule" })
  let pos = last.pos
  if (last.node.childCount === 0) {
    setBlockAttributes(tr, last, { kind: "rule", level: null, list: null, restart: null, quote: false })
  } else {
    pos = last.pos + last.node.nodeSize
    tr.insert(pos, rule)
  }
  const placed = { node: rule, pos }
  if (blockAfter(tr.doc, placed) === null) tr.insert(pos + rule.nodeSize, last.node.type.create())
  const next = blockAfter(tr.doc, placed)
  if (next !== null) tr.setSelection(TextSelection.create(tr.doc, next.pos + 1))
  dispatch(tr.scrollIntoView())
  return true
}

function setBlocks(attributes: Partial<BlockAttributes>): Command {
  return (state, dispatch) => {
    if (!hasSelectedBlock(state)) return false
    if (dispatch !== undefined) {
      const { tr } = state
      for (const block of selectedBlocks(state)) setBlockAttributes(tr, block, attributes)
      dispatch(tr.scrollIntoView())
    }
    return true
  }
}

function toggle(
  is: (block: Readonly<Record<string, unknown>>) => boolean,
  on: Partial<BlockAttributes>,
  off: Partial<BlockAttributes>,
): Command {
  const test: BlockTest = (node) => is(node.attrs)
  return (state, dispatch, view) => {
    if (dispatch === undefined) return hasSelectedBlock(state)
    return setBlocks(everySelectedBlock(state, test) ? off : on)(state, dispatch, view)
  }
}
