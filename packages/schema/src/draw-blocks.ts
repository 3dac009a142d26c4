import type { Attrs, DOMOutputSpec } from "prosemirror-model"
import { blockToDOM } from "./block-dom.ts"
import { drawUnsupportedInline } from "./inline-dom.ts"
import { markDrawings } from "./mark-dom.ts"
import type { MarkName } from "./schema.ts"

/**
 * Draws blocks, given as ProseMirror's JSON of them, as the view draws them: for a picture of a document before its editor is there.
 * Room of a `height` in CSS pixels stays free for a `space`, which stands for anything else that was between blocks.
 * What comes from storage may be anything: what is no block of this schema is left out, and only text and checked attributes of it
 * reach the DOM. Needs neither ProseMirror nor a parser of HTML.
 */
export function drawBlocks(document: Document, blocks: readonly unknown[]): DocumentFragment {
  const drawn = document.createDocumentFragment()
  for (const block of blocks) {
    if (!isNode(block)) continue
    if (block.type === "space") drawn.append(drawSpace(document, block))
    if (block.type !== "block") continue
    const { element, hole } = build(document, blockToDOM({ attrs: attrsOf(block) }))
    drawLine(document, hole, Array.isArray(block.content) ? block.content : [])
    drawn.append(element)
  }
  return drawn
}

function drawSpace(document: Document, { height }: NodeJson): HTMLElement {
  const space = document.createElement("div")
  if (typeof height === "number") space.style.blockSize = `${height}px`
  return space
}

interface NodeJson {
  readonly type: string
  readonly height?: unknown
  readonly attrs?: unknown
  readonly content?: unknown
  readonly text?: unknown
  readonly marks?: unknown
}

interface OpenMark {
  readonly key: string
  /** Where what stands inside goes. */
  readonly hole: Element
}

function drawLine(document: Document, into: Element, line: readonly unknown[]): void {
  let open: OpenMark[] = []
  for (const inline of line) {
    if (!isNode(inline)) continue
    const drawn = drawInline(document, inline)
    if (drawn === null) continue
    const marks = Array.isArray(inline.marks) ? inline.marks.filter(isMark) : []
    // What has the same formats in the same order stands in the same elements, as in the view.
    const kept = open.findIndex(({ key }, at) => key !== JSON.stringify(marks[at]))
    open = open.slice(0, Math.min(kept === -1 ? open.length : kept, marks.length))
    for (const mark of marks.slice(open.length)) {
      const { element, hole } = build(document, markDrawings[mark.type](attrsOf(mark)))
      ;(open.at(-1)?.hole ?? into).append(element)
      open.push({ key: JSON.stringify(mark), hole })
    }
    ;(open.at(-1)?.hole ?? into).append(drawn)
  }
  // A line that is empty, or ends in a break, is as high as one with a word.
  if (into.lastChild === null || into.lastChild.nodeName === "BR") into.append(document.createElement("br"))
}

function drawInline(document: Document, { type, text, ...node }: NodeJson): Node | null {
  if (type === "text") return typeof text === "string" ? document.createTextNode(text) : null
  if (type === "hard_break") return document.createElement("br")
  return type === "unsupported_inline" ? build(document, drawUnsupportedInline(attrsOf(node))).element : null
}

/** An element as ProseMirror's output specs describe it. Those come from this package alone. */
function build(document: Document, spec: DOMOutputSpec): { readonly element: Element; readonly hole: Element } {
  if (!isSpec(spec)) throw new TypeError("blocks and formats are drawn as elements")
  const [tag, second, ...rest] = spec
  const element = document.createElement(tag)
  let hole: Element = element
  const hasAttributes = isRecord(second) && !Array.isArray(second)
  if (hasAttributes) {
    for (const [name, value] of Object.entries(second)) {
      // As an attribute, a policy against inline styles would forbid it.
      if (name === "style") element.style.cssText = String(value)
      else element.setAttribute(name, String(value))
    }
  }
  for (const child of hasAttributes ? rest : [second, ...rest]) {
    if (child === 0 || child === undefined) continue
    if (typeof child === "string") element.append(child)
    else if (isSpec(child)) {
      const inner = build(document, child)
      element.append(inner.element)
      if (hasHole(child)) hole = inner.hole
    }
  }
  return { element, hole }
}

function hasHole(spec: readonly unknown[]): boolean {
  return spec.some((part) => part === 0 || (Array.isArray(part) && hasHole(part)))
}

function isSpec(value: unknown): value is readonly [string, ...unknown[]] & DOMOutputSpec {
  return Array.isArray(value) && typeof value[0] === "string"
}

function isNode(value: unknown): value is NodeJson {
  return isRecord(value) && typeof value["type"] === "string"
}

function isMark(value: unknown): value is { readonly type: MarkName; readonly attrs?: unknown } {
  return isNode(value) && Object.hasOwn(markDrawings, value.type)
}

function attrsOf({ attrs }: { readonly attrs?: unknown }): Attrs {
  return isRecord(attrs) ? attrs : {}
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null
}
