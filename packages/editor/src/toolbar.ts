import type { LigatureEditor } from "./create-editor.ts"
import { onceLate } from "./later.ts"

export interface Toolbar {
  /** `role="toolbar"`; the caller puts it where it belongs. */
  readonly element: HTMLElement
  destroy(): void
}

/** A toolbar for an editor. Its buttons come a moment later where their code is still on the way: the text does not wait for them. */
export function createToolbar(editor: LigatureEditor): Toolbar {
  const element = editor.view.dom.ownerDocument.createElement("div")
  element.className = "ligature-toolbar"
  element.setAttribute("role", "toolbar")
  element.setAttribute("aria-label", editor.strings.toolbarLabel)
  let end: (() => void) | null = null
  const stopWaiting = onceLate((code) => {
    if (!editor.view.isDestroyed) end = code.fillToolbar(element, editor)
  })
  return {
    element,
    destroy() {
      stopWaiting()
      end?.()
      element.remove()
    },
  }
}
