import { Plugin } from "prosemirror-state"
import { Decoration, DecorationSet } from "prosemirror-view"

/** Says what the surface is for while the document is empty. */
export function placeholder(text: string): Plugin {
  return new Plugin({
    props: {
      decorations: ({ doc }) => {
        // Any word makes the document larger than this, so nothing is searched while somebody writes.
        if (text === "" || doc.content.size > 8) return null
        let decoration: Decoration | null = null
        let isEmpty = true
        doc.descendants((node, pos) => {
          if (node.isTextblock) {
            if (decoration !== null || node.childCount > 0 || node.attrs["kind"] === "rule") isEmpty = false
            decoration = Decoration.node(pos, pos + node.nodeSize, {
              class: "ligature-placeholder",
              "data-placeholder": text,
            })
          } else if (node.isLeaf) {
            isEmpty = false
          }
        })
        return isEmpty && decoration !== null ? DecorationSet.create(doc, [decoration]) : null
      },
    },
  })
}
