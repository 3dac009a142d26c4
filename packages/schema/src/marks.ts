import type { MarkSpec } from "prosemirror-model"
import { markDrawings } from "./mark-dom.ts"
import { rawFromDOM } from "./raw-value.ts"
import { safeHref } from "./safe-href.ts"

/** An address, outermost in the DOM so that one link with bold inside stays one link. Unsafe addresses are kept but never drawn as a link. */
export const link: MarkSpec = {
  attrs: { href: { default: "" } },
  inclusive: false,
  parseDOM: [
    {
      tag: "a[href]",
      getAttrs: (dom) => {
        const href = safeHref(dom.getAttribute("href"))
        return href === null ? false : { href }
      },
    },
  ],
  toDOM: (mark) => markDrawings.link(mark.attrs),
}

export const bold: MarkSpec = {
  parseDOM: [
    { tag: "strong" },
    // Google Docs wraps everything it copies into <b style="font-weight: normal">.
    { tag: "b", getAttrs: (dom) => (dom.style.fontWeight === "normal" ? false : null) },
    { style: "font-weight=400", clearMark: (mark) => mark.type.name === "bold" },
    { style: "font-weight=normal", clearMark: (mark) => mark.type.name === "bold" },
    { style: "font-weight", getAttrs: (value) => (/^(bold(er)?|[5-9]\d{2,})$/.test(value) ? null : false) },
  ],
  toDOM: (mark) => markDrawings.bold(mark.attrs),
}

export const italic: MarkSpec = {
  parseDOM: [
    { tag: "em" },
    { tag: "i", getAttrs: (dom) => (dom.style.fontStyle === "normal" ? false : null) },
    { style: "font-style=italic" },
    { style: "font-style=normal", clearMark: (mark) => mark.type.name === "italic" },
  ],
  toDOM: (mark) => markDrawings.italic(mark.attrs),
}

export const underline: MarkSpec = {
  parseDOM: [
    { tag: "u" },
    { style: "text-decoration=underline", consuming: false },
    { style: "text-decoration-line=underline", consuming: false },
  ],
  toDOM: (mark) => markDrawings.underline(mark.attrs),
}

export const strike: MarkSpec = {
  parseDOM: [
    { tag: "s" },
    { tag: "del" },
    { tag: "strike" },
    { style: "text-decoration=line-through", consuming: false },
    { style: "text-decoration-line=line-through", consuming: false },
  ],
  toDOM: (mark) => markDrawings.strike(mark.attrs),
}

export const code: MarkSpec = {
  code: true,
  parseDOM: [{ tag: "code" }, { tag: "kbd" }, { tag: "samp" }, { tag: "tt" }],
  toDOM: (mark) => markDrawings.code(mark.attrs),
}

/** A format that this version does not know: several may lie on one text, each with its raw value. */
export const unsupported: MarkSpec = {
  attrs: { name: { default: "", validate: "string" }, value: { default: null } },
  excludes: "",
  parseDOM: [{ tag: "span[data-unsupported-mark]", getAttrs: (dom) => rawFromDOM(dom, "data-unsupported-mark") }],
  toDOM: (mark) => markDrawings.unsupported(mark.attrs),
}
