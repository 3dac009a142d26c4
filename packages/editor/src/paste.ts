import { DOMParser, DOMSerializer, Fragment, type ParseOptions, type Schema, Slice } from "prosemirror-model"
import { Plugin } from "prosemirror-state"
import type { EditorView } from "prosemirror-view"
import type { Binding } from "./binding.ts"
import type * as clipboardCode from "./clipboard-code.ts"
import { withTables } from "./insert-table.ts"
import { isIsland } from "./islands.ts"

type ClipboardCode = typeof clipboardCode

let code: ClipboardCode | null = null

/** Fetches what reads and writes the clipboard. The editor does so when it first gets the focus. */
export async function loadClipboard(): Promise<void> {
  code ??= await import("./clipboard-code.ts")
}

/** What comes from the clipboard and goes to it: HTML of any program as flat blocks and tables, plain text with Markdown's marks, an address over a selection as a link. */
export function clipboard(binding: Binding): Plugin {
  const { schema } = binding
  if (schema.nodes["block"] === undefined) {
    const handlePaste = (view: EditorView, event: ClipboardEvent): boolean => code?.pasteLink(view, event) ?? false
    return new Plugin({ props: { handleDOMEvents: { focus }, handlePaste } })
  }
  return new Plugin({
    props: {
      transformCopied: withoutSections,
      clipboardParser: new LazyParser(schema),
      clipboardSerializer: new LazySerializer(schema),
      clipboardTextSerializer: ({ content }) => code?.blocksToText(content) ?? "",
      clipboardTextParser: (text, _context, isPlain) =>
        code?.sliceOfText(schema, text, isPlain) ?? linesOf(schema, text),
      handleDOMEvents: {
        focus,
        paste: pasteLater,
      },
      handlePaste: (view, event, slice) =>
        (code?.pasteWhereItBelongs(view, event, slice) ?? false) || pasteFirstTable(binding, view, slice),
    },
  })
}

function focus(): boolean {
  void loadClipboard().catch(forgotten)
  return false
}

/** Before its code is there, the view's own drawing can be read, and no more. */
class LazyParser extends DOMParser {
  constructor(schema: Schema) {
    super(schema, DOMParser.fromSchema(schema).rules)
  }

  override parseSlice(dom: Node, options?: ParseOptions): Slice {
    return code === null ? super.parseSlice(dom, options) : code.parserOf(this.schema).parseSlice(dom, options)
  }
}

class LazySerializer extends DOMSerializer {
  readonly #schema: Schema

  constructor(schema: Schema) {
    super(DOMSerializer.nodesFromSchema(schema), DOMSerializer.marksFromSchema(schema))
    this.#schema = schema
  }

  override serializeFragment(
    fragment: Fragment,
    options?: { document?: Document },
    target?: HTMLElement | DocumentFragment,
  ): HTMLElement | DocumentFragment {
    if (code === null) return super.serializeFragment(fragment, options, target)
    return code.serializerOf(this.#schema).serializeFragment(fragment, options, target)
  }
}

function linesOf(schema: Schema, text: string): Slice {
  const blocks = text.split(/\r\n?|\n/).flatMap((line) => {
    return schema.nodes["block"]?.create(null, line === "" ? null : schema.text(line)) ?? []
  })
  return Slice.maxOpen(Fragment.from(blocks))
}

/** Where a paste comes before the code that reads it, it is kept until that is there. */
function pasteLater(view: EditorView, event: ClipboardEvent): boolean {
  const { clipboardData } = event
  if (code !== null || clipboardData === null || clipboardData.files.length > 0 || hasFailed) return false
  const kept = new DataTransfer()
  for (const type of ["text/html", "text/plain"]) kept.setData(type, clipboardData.getData(type))
  event.preventDefault()
  void pasteAgain(view, kept)
  return true
}

async function pasteAgain(view: EditorView, clipboardData: DataTransfer): Promise<void> {
  await loadClipboard().catch(forgotten)
  if (view.isDestroyed) return
  view.dom.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }))
}

/** Without its code, pasting does what it can. */
let hasFailed = false

function forgotten(): void {
  hasFailed = true
}

/** A table waits for the code that can store one. */
function pasteFirstTable(binding: Binding, view: EditorView, slice: Slice): boolean {
  if (binding.islands != null || binding.loadIslands === undefined || !slice.content.content.some(isIsland))
    return false
  withTables(binding, view, () => {
    view.dispatch(
      view.state.tr.replaceSelection(slice).scrollIntoView().setMeta("paste", true).setMeta("uiEvent", "paste"),
    )
  })
  return true
}

/** A part of a document as blocks alone, however the view groups them: for what leaves this view, and for what is dragged in it. */
function withoutSections(slice: Slice): Slice {
  const { content, openStart, openEnd } = slice
  if (content.firstChild?.type.name !== "section") return slice
  const blocks = Fragment.fromArray(content.content.flatMap((section) => section.children))
  return new Slice(blocks, Math.max(0, openStart - 1), Math.max(0, openEnd - 1))
}
