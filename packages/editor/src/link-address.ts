import { safeHref } from "@ligature/schema"
import type { Command, Transaction } from "prosemirror-state"
import { blockAround } from "./blocks.ts"
import { markOf } from "./toggle-format.ts"

/** Links an address that ends at `end`, without the punctuation behind it. Null when it is none. */
export function linkAddress(tr: Transaction, address: string, end: number): Transaction | null {
  const type = markOf(tr.doc.type.schema, "link")
  if (type === null) return null
  const trimmed = address.replace(/[.,;:!?'")\]}>]+$/, "")
  const href = safeHref(/^www\./i.test(trimmed) ? `https://${trimmed}` : trimmed)
  const from = end - address.length
  if (href === null || !/^[a-z]+:\/\/[^/]*\w/i.test(href) || tr.doc.rangeHasMark(from, end, type)) return null
  const block = blockAround(tr.doc.resolve(from))
  if (block?.node.attrs["kind"] === "code") return null
  return tr.addMark(from, from + trimmed.length, type.create({ href })).removeStoredMark(type)
}

/** Runs `command` on the state in which the address right before the caret, if there is one, is linked. */
export function linkingAddress(command: Command): Command {
  return (state, dispatch, view) => {
    const { $from, empty } = state.selection
    const before = $from.parent.textBetween(
      Math.max(0, $from.parentOffset - 500),
      $from.parentOffset,
      undefined,
      "\ufffc",
    )
    const address = /(?:^|\s)((?:https?:\/\/|www\.)\S+)$/i.exec(before)?.[1]
    const linked = empty && address !== undefined ? linkAddress(state.tr, address, $from.pos) : null
    if (linked === null || dispatch === undefined) return command(state, dispatch, view)
    dispatch(linked)
    return command(view?.state ?? state.apply(linked), dispatch, view)
  }
}
