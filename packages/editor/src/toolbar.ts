import type { LigatureEditor } from "./create-editor.ts"

export interface Toolbar {
  /** `role="toolbar"`; the caller puts it where it belongs. */
  readonly element: HTMLElement
  destroy(): void
}

/** Buttons for the formats and kinds of the editor's document. */
export function createToolbar(editor: LigatureEditor): Toolbar {
  const element = editor.view.dom.ownerDocument.createElement("div")
  element.className = "ligature-toolbar"
  element.setAttribute("role", "toolbar")
  element.setAttribute("aria-label", editor.strings.toolbarLabel)
  return { element, destroy: () => element.remove() }
}
