import { type EditorState, Plugin } from "prosemirror-state"
import type { EditorView } from "prosemirror-view"
import type { Awareness } from "y-protocols/awareness"
import type { CursorLayer } from "./cursor-layer.ts"
import { type CursorOptions, type Cursors, NOBODY, placedCursors } from "./placed-cursors.ts"

/**
 * Draws others' cursors and selections in a layer over the text: nothing in the text moves, and typing costs nothing but the mapping of
 * a few positions. Drawn at most once a frame, and only what is in view. What draws is fetched when somebody else is there.
 */
export function remoteCursors(awareness: Awareness, options: CursorOptions): Plugin {
  return new Plugin<Cursors>({
    key: placedCursors,
    state: {
      init: () => NOBODY,
      apply(transaction, cursors) {
        const news: unknown = transaction.getMeta(placedCursors)
        if (news instanceof Map) return { placed: news, isStale: false }
        if (!transaction.docChanged || cursors.placed.size === 0) return cursors
        const placed = new Map(
          [...cursors.placed].map(([client, placed]) => [
            client,
            {
              ...placed,
              anchor: transaction.mapping.map(placed.anchor, -1),
              head: transaction.mapping.map(placed.head, -1),
            },
          ]),
        )
        return { placed, isStale: cursors.isStale || transaction.getMeta("addToHistory") === false }
      },
    },
    view: (view) => new LateLayer(view, awareness, options),
  })
}

/** Stands for the layer until the first other person comes. */
class LateLayer {
  readonly #view: EditorView
  readonly #awareness: Awareness
  readonly #options: CursorOptions
  #layer: CursorLayer | null = null
  #isDestroyed = false

  constructor(view: EditorView, awareness: Awareness, options: CursorOptions) {
    this.#view = view
    this.#awareness = awareness
    this.#options = options
    awareness.on("change", this.#look)
    this.#look({ added: [...awareness.getStates().keys()] })
  }

  update(view: EditorView, before: EditorState): void {
    this.#layer?.update(view, before)
  }

  destroy(): void {
    this.#isDestroyed = true
    this.#awareness.off("change", this.#look)
    this.#layer?.destroy()
  }

  /** Only who comes is a reason: with what does not load, it is tried again for the next person, not for every move of a caret. */
  readonly #look = ({ added }: { readonly added: readonly number[] }): void => {
    if (added.some((client) => client !== this.#awareness.clientID)) void this.#come()
  }

  async #come(): Promise<void> {
    this.#awareness.off("change", this.#look)
    try {
      const { CursorLayer } = await import("./cursor-layer.ts")
      if (!this.#isDestroyed) this.#layer = new CursorLayer(this.#view, this.#awareness, this.#options)
    } catch {
      // Without a network, or from a release that is gone: the text is there all the same. Whoever comes next is another chance.
      if (!this.#isDestroyed) this.#awareness.on("change", this.#look)
    }
  }
}
