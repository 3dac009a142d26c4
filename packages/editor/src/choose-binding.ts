import * as Y from "yjs"
import { bindXml } from "./bind-xml.ts"
import type { Binding } from "./binding.ts"

/** The root of documents that this editor makes as XML. */
export const BODY = "body"

/** Where a document keeps its text. */
export type Layout =
  | { readonly layout: "empty" }
  | { readonly layout: "flow" }
  | { readonly layout: "xml"; readonly root: string }
  /** More than one root holds a document: somebody has to say which. */
  | { readonly layout: "several"; readonly roots: readonly string[] }

/**
 * Binds a document in the layout that it has; the only place that decides which binding a layout gets.
 * An empty document becomes whatever `case "empty"` says.
 */
export function chooseBinding(doc: Y.Doc, options: { fragment?: string | undefined } = {}): Binding {
  const layout = layoutOf(doc, options.fragment)
  switch (layout.layout) {
    case "empty":
      return bindXml({ doc, fragment: doc.getXmlFragment(options.fragment ?? BODY) })
    case "xml":
      return bindXml({ doc, fragment: doc.getXmlFragment(layout.root) })
    case "several":
    case "flow":
      throw new TypeError(`a document in the layout "${layout.layout}" cannot be opened yet`)
  }
}

/** The layout of a document, found without writing to it or giving its roots a type. */
export function layoutOf(doc: Y.Doc, fragment?: string): Layout {
  const flow = doc.share.get("flow")
  if (flow !== undefined && firstContent(flow) !== null) return { layout: "flow" }
  const roots = [...doc.share].flatMap(([name, type]) => (holdsXml(type) ? [name] : []))
  if (fragment !== undefined) return roots.includes(fragment) ? { layout: "xml", root: fragment } : { layout: "empty" }
  const [first, ...others] = roots
  if (first === undefined) return { layout: "empty" }
  if (others.length === 0) return { layout: "xml", root: first }
  return roots.includes(BODY) ? { layout: "xml", root: BODY } : { layout: "several", roots }
}

type SharedType = NonNullable<ReturnType<Y.Doc["share"]["get"]>>

function holdsXml(type: SharedType): boolean {
  const content = firstContent(type)
  return content instanceof Y.ContentType && (content.type instanceof Y.XmlElement || content.type instanceof Y.XmlText)
}

function firstContent(type: SharedType): Y.Item["content"] | null {
  let item = type._start
  while (item !== null && item.deleted) item = item.right
  return item === null ? null : item.content
}
