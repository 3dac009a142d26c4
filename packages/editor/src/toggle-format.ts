import { toggleMark } from "prosemirror-commands"
import type { MarkType, Schema } from "prosemirror-model"
import type { Command, EditorState } from "prosemirror-state"
import { type BlockTest, everySelectedBlock } from "./blocks.ts"

export type Format = "bold" | "italic" | "underline" | "strike" | "code" | "link"

/** Other editors' names for the same format. */
const ALIASES: Partial<Record<Format, string>> = { bold: "strong", italic: "em" }

/** The mark that a schema uses for a format, or null if it has none. */
export function markOf(schema: Schema, format: Format): MarkType | null {
  return schema.marks[format] ?? schema.marks[ALIASES[format] ?? ""] ?? null
}

export function toggleFormat(format: Format): Command {
  return (state, dispatch, view) => {
    const type = markOf(state.schema, format)
    if (type === null || isAllCode(state)) return false
    return toggleMark(type, null, { includeWhitespace: false })(state, dispatch, view)
  }
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
