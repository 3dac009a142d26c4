import type { Node, NodeSpec } from "prosemirror-model"

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
      style: `contain-intrinsic-size: auto ${guessHeight(node)}px`,
    },
    0,
  ],
  parseDOM: [],
}

/** What the blocks of a section take about, in CSS pixels, in the default type on a wide screen. */
function guessHeight(node: Node): number {
  let height = 0
  for (const block of node.children) height += PADDING + LINE_HEIGHT * Math.max(1, Math.ceil(block.content.size / LINE))
  return height
}

const PADDING = 8
const LINE_HEIGHT = 28
/** Characters. */
const LINE = 85
