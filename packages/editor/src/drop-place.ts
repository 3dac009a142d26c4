import { Plugin, type PluginView } from "prosemirror-state"
import type { EditorView } from "prosemirror-view"

/** Shows where what is dragged over the text would go. Its code comes with the first drag. */
export function dropPlace(): Plugin {
  return new Plugin({ view: (view) => new DropPlace(view) })
}

class DropPlace implements PluginView {
  readonly #view: EditorView
  #inner: PluginView | null = null
  #isLoading = false

  constructor(view: EditorView) {
    this.#view = view
    view.dom.addEventListener("dragenter", this.#onDrag)
  }

  update: NonNullable<PluginView["update"]> = (view, before) => {
    const { dragging, state } = view
    // What others write meanwhile in what is dragged goes along: the drop takes the selection away as it is then.
    if (dragging !== null && state.doc !== before.doc) {
      dragging.slice = state.selection.content()
      view.someProp("transformCopied", (transform) => void (dragging.slice = transform(dragging.slice, view)))
    }
    this.#inner?.update?.(view, before)
  }

  destroy(): void {
    this.#view.dom.removeEventListener("dragenter", this.#onDrag)
    this.#inner?.destroy?.()
  }

  readonly #onDrag = (): void => {
    if (!this.#isLoading) void this.#load()
  }

  async #load(): Promise<void> {
    this.#isLoading = true
    try {
      const { dropCursor } = await import("prosemirror-dropcursor")
      const { view } = dropCursor({ class: "ligature-drop-cursor", color: false, width: 2 }).spec
      if (!this.#view.isDestroyed) this.#inner = view?.(this.#view) ?? null
    } catch {
      // Without it the drag goes on; the next one tries again.
      this.#isLoading = false
    }
  }
}
