import { safeHref } from "@ligature/schema"
import type { MarkType, Node } from "prosemirror-model"
import type { EditorState } from "prosemirror-state"
import type { LinkTarget } from "./opened-link.ts"

/** The link around the caret, as far as its address is the same. */
export function linkAround(state: EditorState, type: MarkType): LinkTarget | null {
  const { $from, empty } = state.selection
  if (!empty) return null
  const { parent } = $from
  const index = $from.index()
  const at = [index, index - 1].find((child) => {
    const node = child >= 0 ? parent.maybeChild(child) : null
    return node !== null && type.isInSet(node.marks) !== undefined && isInside(parent, child, $from.parentOffset)
  })
  const mark = at === undefined ? undefined : type.isInSet(parent.child(at).marks)
  if (at === undefined || mark === undefined) return null
  let [first, last] = [at, at]
  while (first > 0 && mark.isInSet(parent.child(first - 1).marks)) first -= 1
  while (last < parent.childCount - 1 && mark.isInSet(parent.child(last + 1).marks)) last += 1
  const start = $from.start() + offsetOf(parent, first)
  return { from: start, to: $from.start() + offsetOf(parent, last) + parent.child(last).nodeSize }
}

function isInside(parent: Node, child: number, offset: number): boolean {
  const start = offsetOf(parent, child)
  return offset >= start && offset <= start + parent.child(child).nodeSize
}

function offsetOf(parent: Node, child: number): number {
  let offset = 0
  for (let index = 0; index < child; index++) offset += parent.child(index).nodeSize
  return offset
}

/** The first address in a stretch of text, or an empty one. */
export function hrefIn(doc: Node, { from, to }: LinkTarget, type: MarkType | null): string {
  let href = ""
  doc.nodesBetween(from, Math.max(from, to), (node) => {
    const mark = type?.isInSet(node.marks)
    if (href === "" && typeof mark?.attrs["href"] === "string") href = mark.attrs["href"]
  })
  return href
}

/** What people type for an address: with or without a protocol, a mail or a phone address. */
export function completeAddress(typed: string): string | null {
  if (/^[a-z][a-z\d+.-]*:/i.test(typed) && !/^[\w.-]+:\d+/.test(typed)) return safeHref(typed)
  if (/^[^\s@/]+@[^\s@/]+\.[^\s@/]+$/.test(typed)) return safeHref(`mailto:${typed}`)
  if (/\s/.test(typed) || !/^[^\s/]+(\.|:\d)|^localhost/.test(typed)) return null
  return safeHref(`https://${typed}`)
}
