import { Plugin } from "prosemirror-state"
import type { EditorView } from "prosemirror-view"
import type { Awareness } from "y-protocols/awareness"
import { AfterPaint } from "./after-paint.ts"
import type { Binding } from "./binding.ts"

/** Tells others where one's selection is, once the editor has had the focus, at most once a frame and behind its paint. */
export function publishSelection(awareness: Awareness, binding: () => Binding): Plugin {
  return new Plugin({
    view(view) {
      let published = ""
      const publish = (): void => {
        if (view.isDestroyed || awareness.getLocalState() === null) return
        const { anchor, head } = view.state.selection
        const bound = binding()
        const cursor = { anchor: bound.toRelative(view.state, anchor), head: bound.toRelative(view.state, head) }
        const text = JSON.stringify(cursor)
        if (text === published || cursor.anchor === null || cursor.head === null) return
        published = text
        awareness.setLocalStateField("cursor", cursor)
      }
      const soon = new AfterPaint(view.dom.ownerDocument, publish)
      view.dom.addEventListener("focus", soon.schedule)
      return {
        update(view: EditorView, before) {
          const isSame = before.doc === view.state.doc && before.selection.eq(view.state.selection)
          if (!isSame && view.hasFocus()) soon.schedule()
        },
        destroy() {
          view.dom.removeEventListener("focus", soon.schedule)
          soon.cancel()
          if (published !== "" && awareness.getLocalState() !== null) awareness.setLocalStateField("cursor", null)
        },
      }
    },
  })
}
