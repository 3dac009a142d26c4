import { blocksToText, HtmlParser, HtmlSerializer, safeHref } from "@ligature/schema"
import { Fragment, type Schema, Slice } from "prosemirror-model"
import { Plugin, TextSelection } from "prosemirror-state"
import type { EditorView } from "prosemirror-view"
import { blockAround } from "./blocks.ts"
import { readMarkdownLines } from "./markdown-lines.ts"
import { markOf } from "./toggle-format.ts"

/** What comes from the clipboard and goes to it: HTML of any program as flat blocks, plain text with Markdown's marks, an address over a selection as a link. */
export function clipboard(schema: Schema): Plugin {
  const block = schema.nodes["block"]
  if (block === undefined) return new Plugin({ props: { handlePaste: pasteLink } })
  return new Plugin({
    props: {
      transformCopied: withoutSections,
      clipboardParser: new HtmlParser(schema),
      clipboardSerializer: new HtmlSerializer(schema),
      clipboardTextSerializer: (slice) => blocksToText(slice.content),
      clipboardTextParser: (text, _context, isPlain) => {
        const blocks = readMarkdownLines(text, { isPlain }).map(({ attributes, text: line }) =>
          block.create(attributes, line === "" ? null : schema.text(line)),
        )
        return Slice.maxOpen(Fragment.from(blocks))
      },
      handlePaste: (view, event, slice) =>
        pasteIntoCode(view, event) || pasteLink(view, event) || pasteIntoEmptyBlock(view, slice),
    },
  })
}

/** A part of a document as blocks alone, however the view groups them: for what leaves this view, and for what is dragged in it. */
function withoutSections(slice: Slice): Slice {
  const { content, openStart, openEnd } = slice
  if (content.firstChild?.type.name !== "section") return slice
  const blocks = Fragment.fromArray(content.content.flatMap((section) => section.children))
  return new Slice(blocks, Math.max(0, openStart - 1), Math.max(0, openEnd - 1))
}

function pasteIntoCode(view: EditorView, event: ClipboardEvent): boolean {
  const text = event.clipboardData?.getData("text/plain") ?? ""
  const { $from, $to } = view.state.selection
  if (text === "" || !$from.sameParent($to) || blockAround($from)?.node.attrs["kind"] !== "code") return false
  view.dispatch(view.state.tr.insertText(text.replaceAll(/\r\n?/g, "\n")).scrollIntoView())
  return true
}

function pasteLink(view: EditorView, event: ClipboardEvent): boolean {
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
