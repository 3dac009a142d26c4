import { Plugin, type PluginView } from "prosemirror-state"
import type { EditorView } from "prosemirror-view"
import type { EditorStrings } from "./strings.ts"

/**
 * A handle in the margin, beside the block under the pointer or, where nothing points, beside that of the caret: drag it to move the
 * block with what is nested below. Its code comes with the first pointer. The keys for it are Alt with an arrow.
 */
export function blockHandle(options: { readonly host: HTMLElement; readonly strings: EditorStrings }): Plugin {
  return new Plugin({ view: (view) => new HandleLoader(view, options) })
}

class HandleLoader implements PluginView {
  readonly #view: EditorView
  readonly #options: Parameters<typeof blockHandle>[0]
  #inner: PluginView | null = null
  #isLoading = false
  /** The pointer may rest while the code is fetched. */
  #last: PointerEvent | null = null

  constructor(view: EditorView, options: Parameters<typeof blockHandle>[0]) {
    this.#view = view
    this.#options = options
    options.host.addEventListener("pointermove", this.#onPointer)
    options.host.addEventListener("pointerdown", this.#onPointer)
  }

  update: NonNullable<PluginView["update"]> = (view, before) => this.#inner?.update?.(view, before)

  destroy(): void {
    this.#stop()
    this.#inner?.destroy?.()
  }

  #stop(): void {
    this.#options.host.removeEventListener("pointermove", this.#onPointer)
    this.#options.host.removeEventListener("pointerdown", this.#onPointer)
  }

  readonly #onPointer = (event: PointerEvent): void => {
    this.#last = event
    if (!this.#isLoading && this.#view.editable) void this.#load()
  }

  async #load(): Promise<void> {
    this.#isLoading = true
    try {
      const { DragBlocks } = await import("./drag-blocks.ts")
      this.#stop()
      if (this.#view.isDestroyed) return
      const made = new DragBlocks(this.#view, this.#options)
      this.#inner = made
      if (this.#last !== null) made.hover(this.#last)
    } catch {
      // Without it, blocks are moved by keys; the next pointer tries again.
      this.#isLoading = false
    }
  }
}
