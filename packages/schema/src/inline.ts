import type { NodeSpec } from "prosemirror-model"
import { drawUnsupportedInline } from "./inline-dom.ts"
import { rawFromDOM } from "./raw-value.ts"

export const hardBreak: NodeSpec = {
  group: "inline",
  inline: true,
  selectable: false,
  parseDOM: [{ tag: "br" }],
  toDOM: () => ["br"],
  leafText: () => "\n",
}

/** Something in the line that this version does not know: kept as it came, drawn as a small box with its name. */
export const unsupportedInline: NodeSpec = {
  group: "inline",
  inline: true,
  atom: true,
  attrs: { name: { default: "", validate: "string" }, value: { default: null } },
  parseDOM: [{ tag: "span[data-unsupported-inline]", getAttrs: (dom) => rawFromDOM(dom, "data-unsupported-inline") }],
  toDOM: (node) => drawUnsupportedInline(node.attrs),
}
