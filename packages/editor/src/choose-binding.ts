import { bindFlow } from "@ligature/flow"
import { viewSchema } from "@ligature/schema"
import * as Y from "yjs"
import { bindNothing } from "./bind-nothing.ts"
import type { bindXml } from "./bind-xml.ts"
import type { Binding } from "./binding.ts"
import { tableCode } from "./table-code.ts"

/** Where a document keeps its text. */
export type Layout =
  | { readonly layout: "empty" }
  | { readonly layout: "flow" }
  | { readonly layout: "xml"; readonly root: string }
  /** More than one root holds a text: somebody has to say which. */
  | { readonly layout: "several"; readonly roots: readonly string[] }

/** What an empty document becomes with its first words. The only place that says so. */
export function layoutOfNewDocuments(fragment?: string): Layout {
  return fragment === undefined ? { layout: "flow" } : { layout: "xml", root: fragment }
}

/**
 * Binds a document in a layout; the only place that decides which binding a layout gets. What other editors wrote needs code of its own,
 * which is fetched when it is first met; until then there is a promise, which rejects where it cannot be fetched.
 */
export function bindLayout(doc: Y.Doc, layout: Layout, fragment?: string): Binding | Promise<Binding> {
  switch (layout.layout) {
    case "empty":
      return bindLayout(doc, layoutOfNewDocuments(fragment), fragment)
    case "xml":
      return withXmlBinding((bindXml) => bindXml({ doc, fragment: doc.getXmlFragment(layout.root) }))
    case "flow":
      return bindFlow({ doc, schema: viewSchema, islands: () => withCode(tableCode(), (code) => code.tableIslands) })
    default:
      return bindNothing("several-layouts")
  }
}

/**
 * The layout of a document, found without writing to it or giving its roots a type: a flow if there is one, else the fragment named, else
 * the only root that holds XML.
 */
export function layoutOf(doc: Y.Doc, fragment?: string): Layout {
  const flow = doc.share.get("flow")
  if (flow !== undefined && firstContent(flow) !== null) return { layout: "flow" }
  const roots = [...doc.share].flatMap(([name, type]) => (holdsXml(type) ? [name] : []))
  const [first, ...others] = roots
  if (fragment !== undefined && roots.includes(fragment)) return { layout: "xml", root: fragment }
  if (first === undefined) return { layout: "empty" }
  return others.length === 0 ? { layout: "xml", root: first } : { layout: "several", roots }
}

export function isSameLayout(a: Layout, b: Layout): boolean {
  return a.layout === b.layout && (a.layout !== "xml" || b.layout !== "xml" || a.root === b.root)
}

/** Fetches the code for documents of other editors. Once it is here, binding them takes no promise any more. */
export async function loadXmlBinding(): Promise<typeof bindXml> {
  loadedXmlBinding = (await import("./bind-xml.ts")).bindXml
  return loadedXmlBinding
}

function withCode<T, U>(code: T | Promise<T>, use: (code: T) => U): U | Promise<U> {
  return code instanceof Promise ? code.then(use) : use(code)
}

let loadedXmlBinding: typeof bindXml | null = null

function withXmlBinding(bind: (bindXml: NonNullable<typeof loadedXmlBinding>) => Binding): Binding | Promise<Binding> {
  return loadedXmlBinding === null ? loadXmlBinding().then(bind) : bind(loadedXmlBinding)
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
