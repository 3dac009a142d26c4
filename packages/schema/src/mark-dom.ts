import type { Attrs, DOMOutputSpec } from "prosemirror-model"
import type { MarkName } from "./schema.ts"
import { rawToDOM } from "./raw-value.ts"
import { safeHref } from "./safe-href.ts"

/** How a format is drawn, in the view and in a picture of it. The address of a link that is not safe is not drawn. */
export const markDrawings: Readonly<Record<MarkName, (attrs: Attrs) => DOMOutputSpec>> = {
  link: ({ href }) => {
    const safe = safeHref(href)
    if (safe === null) return ["span", { class: "ligature-unsafe-link" }, 0]
    return ["a", { href: safe, rel: "noopener noreferrer nofollow", target: "_blank" }, 0]
  },
  bold: () => ["strong", 0],
  italic: () => ["em", 0],
  underline: () => ["u", 0],
  strike: () => ["s", 0],
  code: () => ["code", { spellcheck: "false" }, 0],
  unsupported: (attrs) => ["span", { ...rawToDOM("data-unsupported-mark", attrs), title: String(attrs["name"]) }, 0],
}
