import type { MarkType, Schema } from "prosemirror-model"
import { type Command, type EditorState, type SelectionRange, TextSelection } from "prosemirror-state"
import { type BlockTest, everySelectedBlock } from "./blocks.ts"

export type Format = "bold" | "italic" | "underline" | "strike" | "code" | "link"

/** Other editors' names for the same format. */
const ALIASES: Partial<Record<Format, string>> = { bold: "strong", italic: "em" }

/** The mark that a schema uses for a format, or null if it has none. */
export function markOf(schema: Schema, format: Format): MarkType | null {
  return schema.marks[format] ?? schema.marks[ALIASES[format] ?? ""] ?? null
}

export function toggleFormat(format: Format): Command {
  return (state, dispatch) => {
    const type = markOf(state.schema, format)
    if (type === null || isAllCode(state)) return false
    const { selection, tr } = state
    const caret = selection instanceof TextSelection ? selection.$cursor : null
    if (!isAllowed(state, type) || (selection.empty && caret === null)) return false
    if (dispatch === undefined) return true
    if (caret !== null) {
      const isOn = type.isInSet(state.storedMarks ?? caret.marks()) !== undefined
      dispatch(isOn ? tr.removeStoredMark(type) : tr.addStoredMark(type.create()))
      return true
    }
    const isOn = selection.ranges.some(({ $from, $to }) => state.doc.rangeHasMark($from.pos, $to.pos, type))
    for (const range of selection.ranges) {
      if (isOn) tr.removeMark(range.$from.pos, range.$to.pos, type)
      else tr.addMark(...withoutBlanks(range), type.create())
    }
    dispatch(tr.scrollIntoView())
    return true
  }
}

/** Whether any text in the selection may have a mark. */
function isAllowed({ doc, selection }: EditorState, type: MarkType): boolean {
  let isFound = false
  for (const { $from, $to } of selection.ranges) {
    doc.nodesBetween($from.pos, $to.pos, (node) => {
      isFound ||= node.inlineContent && node.type.allowsMarkType(type)
      return !isFound
    })
  }
  return isFound
}

/** A range without the blanks at its ends, unless it holds nothing else. */
function withoutBlanks({ $from, $to }: SelectionRange): [from: number, to: number] {
  const start = /^\s*/.exec($from.nodeAfter?.text ?? "")?.[0].length ?? 0
  const end = /\s*$/.exec($to.nodeBefore?.text ?? "")?.[0].length ?? 0
  return $from.pos + start < $to.pos ? [$from.pos + start, $to.pos - end] : [$from.pos, $to.pos]
}

/** Whether all of the selection, or what would be typed at the caret, has the format. */
export function hasFormat(state: EditorState, format: Format): boolean {
  const type = markOf(state.schema, format)
  if (type === null) return false
  const { from, to, empty, $from } = state.selection
  if (empty) return type.isInSet(state.storedMarks ?? $from.marks()) !== undefined
  let [some, all] = [false, true]
  state.doc.nodesBetween(from, to, (node) => {
    if (!node.isText) return all
    some = true
    all &&= type.isInSet(node.marks) !== undefined
    return false
  })
  return some && all
}

function isAllCode(state: EditorState): boolean {
  return everySelectedBlock(state, isCode)
}

const isCode: BlockTest = (node) => node.attrs["kind"] === "code"
