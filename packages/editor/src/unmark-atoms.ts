import type { Node } from "prosemirror-model"
import type { EditorState, Transaction } from "prosemirror-state"

/** Takes the marks off inline nodes in what differs from `before`; null when there are none. */
export function unmarkAtoms(state: EditorState, before: Node | null): Transaction | null {
  const { doc, tr } = state
  const start = before === null ? 0 : doc.content.findDiffStart(before.content)
  if (start === null) return null
  const end = (before === null ? null : doc.content.findDiffEnd(before.content)?.a) ?? doc.content.size
  doc.nodesBetween(start, Math.min(doc.content.size, Math.max(start, end)), (node, position) => {
    if (node.isInline && !node.isText && node.marks.length > 0) tr.removeMark(position, position + node.nodeSize)
  })
  return tr.docChanged ? tr : null
}
