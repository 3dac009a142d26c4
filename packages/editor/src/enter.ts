import { newBlockId } from "@ligature/flow"
import { type BlockAttributes, BLOCK_DEFAULTS } from "@ligature/schema"
import type { Node } from "prosemirror-model"
import { type Command, TextSelection, type Transaction } from "prosemirror-state"
import { blockAround, type PlacedBlock, setBlockAttributes } from "./blocks.ts"

/** Enter: what the caret's block asks for. An empty item or quote is left, code gets a line, everything else is split. */
export const enter: Command = (state, dispatch) => {
  if (blockAround(state.selection.$from) === null) return false
  const { tr } = state
  if (!state.selection.empty) tr.deleteSelection()
  const block = blockAround(tr.selection.$from)
  if (block === null) return false
  const { kind, list, indent, quote } = block.node.attrs
  const isEmpty = block.node.childCount === 0

  const id = newBlockId(state)
  if (kind === "code") splitCode(tr, block, id)
  else if (kind === "rule") insertAfter(tr, block, { ...BLOCK_DEFAULTS, id })
  else if (startsCode(block.node)) startCode(tr, block)
  else if (/^(---|___)$/.test(textOf(block.node)) && list === null) startRule(tr, block, id)
  else if (isEmpty && indent > 0) setBlockAttributes(tr, block, { indent: indent - 1 })
  else if (isEmpty && list !== null) setBlockAttributes(tr, block, { list: null, restart: null, checked: false })
  else if (isEmpty && quote === true) setBlockAttributes(tr, block, { quote: false })
  else split(tr, block, id)

  dispatch?.(tr.scrollIntoView())
  return true
}

/** Leaves a block of code, a heading or a rule: a paragraph after it. */
export const leaveBlock: Command = (state, dispatch) => {
  const block = blockAround(state.selection.$to)
  if (block === null) return false
  const { tr } = state
  insertAfter(tr, block, { ...BLOCK_DEFAULTS, id: newBlockId(state), quote: block.node.attrs["quote"] === true })
  dispatch?.(tr.scrollIntoView())
  return true
}

/** Shift-Enter: a line break inside the block. */
export const lineBreak: Command = (state, dispatch) => {
  const hardBreak = state.schema.nodes["hard_break"] ?? state.schema.nodes["hardBreak"]
  const { tr } = state
  if (blockAround(state.selection.$from)?.node.attrs["kind"] === "code") tr.insertText("\n")
  else if (hardBreak !== undefined && state.selection.$from.parent.inlineContent)
    tr.replaceSelectionWith(hardBreak.create(), true)
  else return false
  dispatch?.(tr.scrollIntoView())
  return true
}

function split(tr: Transaction, block: PlacedBlock, id: string | null): void {
  const { $from } = tr.selection
  const isAtEnd = $from.pos === block.pos + block.node.nodeSize - 1
  const isAtStart = $from.pos === block.pos + 1
  const { kind, level, language, list, indent, quote, checked } = block.node.attrs
  const carried = { ...BLOCK_DEFAULTS, id, list, indent, quote }
  if (isAtStart && !isAtEnd) {
    // The text keeps its block and with it its identity; the new, empty one goes before it.
    tr.insert(block.pos, block.node.type.create(carried))
    return
  }
  const attributes = isAtEnd ? carried : { ...carried, kind, level, language, checked }
  tr.split($from.pos, 1, [{ type: block.node.type, attrs: attributes }])
}

function splitCode(tr: Transaction, block: PlacedBlock, id: string | null): void {
  const { $from } = tr.selection
  const text = textOf(block.node)
  const offset = $from.pos - block.pos - 1
  // The third Enter at the end leaves: one blank line is code, two are none.
  if (offset === text.length && (text.endsWith("\n\n") || text === "\n")) {
    const end = block.pos + block.node.nodeSize - 1
    tr.delete(end - Math.min(2, text.length), end)
    const shortened = tr.doc.nodeAt(block.pos)
    if (shortened !== null) insertAfter(tr, { node: shortened, pos: block.pos }, { ...BLOCK_DEFAULTS, id })
    return
  }
  const line = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset)
  tr.insertText(`\n${/^[\t ]*/.exec(line)?.[0] ?? ""}`)
}

function startsCode(block: Node): boolean {
  return block.attrs["kind"] === "paragraph" && /^```[\w+#.-]{0,40}$/.test(textOf(block))
}

function startCode(tr: Transaction, block: PlacedBlock): void {
  const language = textOf(block.node).slice(3)
  tr.delete(block.pos + 1, block.pos + block.node.nodeSize - 1)
  setBlockAttributes(tr, block, { kind: "code", language: language === "" ? null : language, list: null, level: null })
}

function startRule(tr: Transaction, block: PlacedBlock, id: string | null): void {
  tr.delete(block.pos + 1, block.pos + block.node.nodeSize - 1)
  setBlockAttributes(tr, block, { kind: "rule", level: null })
  const rule = tr.doc.nodeAt(block.pos)
  if (rule !== null) insertAfter(tr, { node: rule, pos: block.pos }, { ...BLOCK_DEFAULTS, id })
}

function insertAfter(tr: Transaction, block: PlacedBlock, attributes: BlockAttributes): void {
  const after = block.pos + block.node.nodeSize
  tr.insert(after, block.node.type.create(attributes))
  tr.setSelection(TextSelection.create(tr.doc, after + 1))
}

function textOf(block: Node): string {
  return block.textBetween(0, block.content.size, undefined, "\ufffc")
}
