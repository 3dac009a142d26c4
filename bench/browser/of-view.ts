import type { EditorView } from "prosemirror-view"
import type { EditorUnderTest } from "./instrument.ts"

/** What is asked of an editor, of one that gives its view away. */
export function ofView(view: EditorView): Pick<EditorUnderTest, "surface" | "isEditable" | "holds" | "middleBlock"> {
  return {
    surface: view.dom,
    isEditable: () => view.editable,
    holds: (size) => view.state.doc.content.size >= size,
    middleBlock() {
      const blocks: number[] = []
      view.state.doc.descendants((node, position) => {
        if (node.isTextblock) blocks.push(position)
        return !node.isTextblock
      })
      const middle = view.nodeDOM(blocks[Math.floor(blocks.length / 2)] ?? 0)
      return middle instanceof Element ? middle : null
    },
  }
}
