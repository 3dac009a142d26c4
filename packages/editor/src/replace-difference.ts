import { type Node, Slice } from "prosemirror-model"
import type { EditorState, Transaction } from "prosemirror-state"
import { ReplaceStep } from "prosemirror-transform"

/**
 * A transaction that makes the state's document equal to `doc` and touches only what differs, so that the rest keeps its DOM, its
 * decorations and a composition under way; null when they are equal already.
 */
export function replaceDifference(state: EditorState, doc: Node): Transaction | null {
  const before = state.doc.content
  const start = before.findDiffStart(doc.content)
  if (start === null) return null
  const ends = before.findDiffEnd(doc.content)
  if (ends === null) return null
  const overlap = Math.max(0, start - Math.min(ends.a, ends.b))
  const transaction = state.tr
  const slice = doc.slice(start, ends.b + overlap)
  const result = transaction.maybeStep(new ReplaceStep(start, ends.a + overlap, slice))
  if (result.failed === null && transaction.doc.eq(doc)) return transaction
  return replaceChildren(state, doc)
}

/** The same for whole children of the document, where a difference begins and ends at unlike depths. */
function replaceChildren(state: EditorState, doc: Node): Transaction {
  const before = state.doc
  let left = 0
  const shorter = Math.min(before.childCount, doc.childCount)
  while (left < shorter && before.child(left).eq(doc.child(left))) left += 1
  let right = 0
  while (
    right < shorter - left &&
    before.child(before.childCount - 1 - right).eq(doc.child(doc.childCount - 1 - right))
  ) {
    right += 1
  }
  const children = doc.content.cut(sizeUpTo(doc, left), sizeUpTo(doc, doc.childCount - right))
  const step = new ReplaceStep(
    sizeUpTo(before, left),
    sizeUpTo(before, before.childCount - right),
    new Slice(children, 0, 0),
  )
  return state.tr.step(step)
}

function sizeUpTo(doc: Node, count: number): number {
  let size = 0
  for (let index = 0; index < count; index++) size += doc.child(index).nodeSize
  return size
}
