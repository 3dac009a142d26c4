import { Plugin } from "prosemirror-state"
import type { EditorView } from "prosemirror-view"
import type { Awareness } from "y-protocols/awareness"
import type { Binding } from "./binding.ts"

/** Tells others where one's selection is, once the editor has had the focus, at most once a frame. */
export function publishSelection(awareness: Awareness, binding: () => Binding): Plugin {
  return new Plugin({
    view(view) {
      const { defaultView } = view.dom.ownerDocument
      let frame: number | null = null
      let published = ""
      const publish = (): void => {
        frame = null
        if (view.isDestroyed || awareness.getLocalState() === null) return
        const { anchor, head } = view.state.selection
        const bound = binding()
        const cursor = { anchor: bound.toRelative(view.state, anchor), head: bound.toRelative(view.state, head) }
        const text = JSON.stringify(cursor)
        if (text === published || cursor.anchor === null || cursor.head === null) return
        published = text
        awareness.setLocalStateField("cursor", cursor)
      }
      const schedule = (): void => {
        if (frame === null && defaultView !== null) frame = defaultView.requestAnimationFrame(publish)
      }
      view.dom.addEventListener("focus", schedule)
      return {
        update(view: EditorView, before) {
          const isSame = before.doc === view.state.doc && before.selection.eq(view.state.selection)
          if (!isSame && view.hasFocus()) schedule()
        },
        destroy() {
          view.dom.removeEventListener("focus", schedule)
          if (frame !== null) defaultView?.cancelAnimationFrame(frame)
          if (published !== "" && awareness.getLocalState() !== null) awareness.setLocalStateField("cursor", null)
        },
      }
    },
  })
}
