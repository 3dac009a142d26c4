import type { Attrs, DOMOutputSpec } from "prosemirror-model"
import { rawToDOM } from "./raw-value.ts"

/** A small box with its name stands for what this version does not know. */
export function drawUnsupportedInline(attrs: Attrs): DOMOutputSpec {
  return [
    "span",
    { ...rawToDOM("data-unsupported-inline", attrs), class: "ligature-unsupported", contenteditable: "false" },
    String(attrs["name"]).slice(0, 60),
  ]
}
