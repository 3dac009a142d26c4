import type { NodeSpec } from "prosemirror-model"

/**
 * A stretch of blocks, as the view of a long document groups them: browsers pay for every sibling in one editable element.
 * Of no meaning to anybody: never stored, never copied, not seen by screen readers.
 */
export const section: NodeSpec = {
  content: "(block | island)+",
  selectable: false,
  draggable: false,
  toDOM: (node) => [
    "div",
    {
      class: "ligature-section",
      role: "presentation",
      // The browser guesses the height of what it has not drawn yet; what it has drawn once, it remembers.
      style: `contain-intrinsic-size: auto ${node.childCount * BLOCK_HEIGHT}px`,
    },
    0,
  ],
  parseDOM: [],
}

/** What a block of two lines takes, in CSS pixels. */
const BLOCK_HEIGHT = 56
