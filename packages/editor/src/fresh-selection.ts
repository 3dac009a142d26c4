import { Plugin } from "prosemirror-state"

/**
 * Browsers tell a change of the selection in a task of its own, behind keys that wait already: on a busy page, a click and Enter would
 * split where the caret was before the click, and Delete would take what is not selected any more. So the view looks at each key.
 */
export function freshSelection(): Plugin {
  return new Plugin({
    props: {
      handleDOMEvents: {
        keydown(view, event) {
          // An input method keeps the selection to itself.
          if (!view.composing && !event.isComposing) view.dom.ownerDocument.dispatchEvent(new Event("selectionchange"))
          return false
        },
      },
    },
  })
}
