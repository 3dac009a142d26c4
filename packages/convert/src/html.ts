import { emptyDocument, parseDocument } from "#dom"
import { HtmlParser, HtmlSerializer, schema } from "@ligature/schema"
import type { Node as DocumentNode } from "prosemirror-model"

/** A document as HTML that other programs understand: a fragment of real headings, lists, quotes and code, everything escaped. */
export function toHtml(document: DocumentNode): string {
  serializer ??= new HtmlSerializer(schema)
  const dom = emptyDocument()
  const target = dom.createElement("div")
  serializer.serializeFragment(document.content, { document: dom }, target)
  return target.innerHTML
}

export interface FromHtmlOptions {
  /** Makes a DOM of HTML; for pages with Trusted Types, and for workers, which have no DOMParser. */
  readonly parse?: (html: string) => Document
}

/** HTML of any origin as a document. Scripts, styles and forms are left out, as are addresses that are not safe; images leave their description. */
export function fromHtml(html: string, options: FromHtmlOptions = {}): DocumentNode {
  parser ??= new HtmlParser(schema)
  const { body } = (options.parse ?? parseDocument)(html)
  liftDeepElements(body)
  return parser.parse(body)
}

let serializer: HtmlSerializer | null = null
let parser: HtmlParser | null = null

/** Deeper than any person nests; code that follows the tree must not run out of stack. Browsers stop at 512 themselves. */
const MAX_DEPTH = 256

/** Takes away the elements that lie deeper than that; what is in them stays, in order. */
function liftDeepElements(root: Element): void {
  let depth = 1
  let node: Node | null = root.firstChild
  while (node !== null && node !== root) {
    const first: ChildNode | null = node.firstChild
    if (first !== null && depth < MAX_DEPTH) {
      node = first
      depth += 1
      continue
    }
    if (first !== null) {
      const lifted: Node = node
      while (lifted.firstChild !== null) lifted.parentNode?.insertBefore(lifted.firstChild, lifted)
      lifted.parentNode?.removeChild(lifted)
      node = first
      continue
    }
    while (node !== null && node !== root && node.nextSibling === null) {
      node = node.parentNode
      depth -= 1
    }
    if (node !== null && node !== root) node = node.nextSibling
  }
}
