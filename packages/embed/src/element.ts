// Importing this module defines the element: `import "@ligature/embed/element"`.
import { LigatureEditorElement } from "./ligature-editor-element.ts"

// A page may load two copies of a package; the first one wins instead of breaking the second.
if (customElements.get("ligature-editor") === undefined) {
  customElements.define("ligature-editor", LigatureEditorElement)
}

export { LigatureEditorElement }
