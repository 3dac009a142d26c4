import { blockAttributes, schema } from "@ligature/schema"
import { Fragment, type Node } from "prosemirror-model"

/** Takes a document's first block for its title, if that is a heading of the first level: the reverse of what `toMarkdown` does with a title. */
export function takeTitle(document: Node): { readonly title: string; readonly document: Node } {
  const first = document.firstChild
  const attributes = first === null ? null : blockAttributes(first)
  const title = first?.textBetween(0, first.content.size, "", " ").replaceAll(/\s+/g, " ").trim() ?? ""
  const isTitle = attributes?.kind === "heading" && (attributes.level ?? 1) === 1
  if (!isTitle || attributes.list !== null || attributes.quote || title === "") return { title: "", document }
  const rest = document.children.slice(1)
  const blocks = rest.length === 0 ? [schema.nodes.block.create()] : rest
  return { title, document: document.copy(Fragment.fromArray(blocks)) }
}
