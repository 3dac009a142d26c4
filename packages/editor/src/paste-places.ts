import { safeHref } from "@ligature/schema"
import type { Slice } from "prosemirror-model"
import { TextSelection } from "prosemirror-state"
import type { EditorView } from "prosemirror-view"
import { blockAround } from "./blocks.ts"
import { markOf } from "./toggle-format.ts"

/** Pastes into code as it is, over a selection as a link, into an empty paragraph in its place; false where nothing special is to be done. */
export function pasteWhereItBelongs(view: EditorView, event: ClipboardEvent, slice: Slice): boolean {
  return pasteIntoCode(view, event) || pasteLink(view, event) || pasteIntoEmptyBlock(view, slice)
}

function pasteIntoCode(view: EditorView, event: ClipboardEvent): boolean {
  const text = event.clipboardData?.getData("text/plain") ?? ""
  const { $from, $to } = view.state.selection
  if (text === "" || !$from.sameParent($to) || blockAround($from)?.node.attrs["kind"] !== "code") return false
  view.dispatch(view.state.tr.insertText(text.replaceAll(/\r\n?/g, "\n")).scrollIntoView())
  return true
}

/** An address over a selection becomes a link of it. */
export function pasteLink(view: EditorView, event: ClipboardEvent): boolean {
  const text = (event.clipboardData?.getData("text/plain") ?? "").trim()
  const { selection, schema, tr } = view.state
  const type = markOf(schema, "link")
  const href = /\s/.test(text) ? null : safeHref(text)
  if (type === null || href === null || selection.empty || !(selection instanceof TextSelection)) return false
  if (!selection.$from.sameParent(selection.$to)) return false
  view.dispatch(tr.addMark(selection.from, selection.to, type.create({ href })).scrollIntoView())
  return true
}

/** Blocks pasted into an empty paragraph take its place, so that the first keeps its kind. */
function pasteIntoEmptyBlock(view: EditorView, slice: Slice): boolean {
  const target = view.state.selection.empty ? blockAround(view.state.selection.$from) : null
  const blocks = slice.content
  if (target === null || target.node.childCount > 0 || blocks.childCount < 2) return false
  if (blocks.content.some((node) => node.type.name !== "block")) return false
  const tr = view.state.tr.replaceWith(target.pos, target.pos + target.node.nodeSize, blocks)
  tr.setSelection(TextSelection.near(tr.doc.resolve(target.pos + blocks.size), -1))
  view.dispatch(tr.scrollIntoView().setMeta("paste", true).setMeta("uiEvent", "paste"))
  return true
}
