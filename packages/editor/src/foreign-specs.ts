import { markSpecs, safeHref } from "@ligature/schema"
import type { DOMOutputSpec, MarkSpec, Node, NodeSpec } from "prosemirror-model"

const textblock = (draw: (node: Node) => DOMOutputSpec): NodeSpec => ({ content: "inline*", toDOM: draw })
const container = (tag: string): NodeSpec => ({ content: "block+", toDOM: () => [tag, 0] })
const leaf = (tag: string): NodeSpec => ({ toDOM: () => [tag] })

const paragraph = textblock(() => ["p", 0])
const code: NodeSpec = { ...textblock(() => ["pre", ["code", 0]]), code: true, defining: true, whitespace: "pre" }
const ordered: NodeSpec = {
  content: "block+",
  toDOM: (node) => ["ol", { start: String(Number(node.attrs["start"] ?? node.attrs["order"] ?? 1) || 1) }, 0],
}
const hardBreak: NodeSpec = { ...leaf("br"), inline: true, selectable: false, leafText: () => "\n" }

/** Nodes of other editors by the names they use in a shared document: Tiptap's and those of ProseMirror's basic schema. */
export const foreignNodes: Readonly<Record<string, NodeSpec>> = {
  paragraph,
  heading: { ...textblock((node) => [`h${clampLevel(node.attrs["level"])}`, 0]), defining: true },
  blockquote: container("blockquote"),
  codeBlock: code,
  code_block: code,
  bulletList: container("ul"),
  bullet_list: container("ul"),
  orderedList: ordered,
  ordered_list: ordered,
  listItem: { ...container("li"), defining: true },
  list_item: { ...container("li"), defining: true },
  horizontalRule: leaf("hr"),
  horizontal_rule: leaf("hr"),
  hardBreak,
  hard_break: hardBreak,
}

const link: MarkSpec = {
  inclusive: false,
  toDOM: (mark) => {
    const href = safeHref(mark.attrs["href"])
    return href === null ? ["span", 0] : ["a", { href, rel: "noopener noreferrer nofollow", target: "_blank" }, 0]
  },
}

/** Marks of other editors by name. */
export const foreignMarks: Readonly<Record<string, MarkSpec>> = {
  link,
  bold: markSpecs.bold,
  strong: markSpecs.bold,
  italic: markSpecs.italic,
  em: markSpecs.italic,
  underline: markSpecs.underline,
  strike: markSpecs.strike,
  code: markSpecs.code,
}

/** Shown in a box with its name, with whatever text it holds; it can be selected and deleted as a whole, not edited. */
export function unknownNode(name: string, inline: boolean): NodeSpec {
  const tag = inline ? "span" : "div"
  const dom = { class: "ligature-unsupported", contenteditable: "false", "data-unsupported": name.slice(0, 60) }
  return {
    inline,
    atom: true,
    isolating: true,
    toDOM: (node) => (node.isLeaf ? [tag, dom, name.slice(0, 60)] : [tag, dom, 0]),
  }
}

/** Shown by nothing but a title; the text under it is ordinary text. */
export function unknownMark(name: string): MarkSpec {
  return { toDOM: () => ["span", { "data-unsupported-mark": name.slice(0, 60), title: name.slice(0, 60) }, 0] }
}

function clampLevel(level: unknown): number {
  return typeof level === "number" && level >= 1 && level <= 6 ? Math.trunc(level) : 1
}
