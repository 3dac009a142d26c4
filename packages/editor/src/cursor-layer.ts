import { movedWords } from "@ligature/flow/moved-words"
import type { EditorState } from "prosemirror-state"
import type { EditorView } from "prosemirror-view"
import type { Awareness } from "y-protocols/awareness"
import type { Binding } from "./binding.ts"
import { CursorDrawing } from "./cursor-drawing.ts"
import { type CursorOptions, type Cursors, NOBODY, placedCursors } from "./placed-cursors.ts"
import { type PlacedCursor, readCursors, type RemoteCursor } from "./remote-people.ts"

/** Finds the places of others' cursors in the document, and draws those in view; both at most once a frame. */
export class CursorLayer {
  readonly #view: EditorView
  readonly #awareness: Awareness
  readonly #binding: () => Binding
  readonly #someone: string
  readonly #drawing: CursorDrawing
  readonly #window: Window | null
  readonly #resize: ResizeObserver | null
  #frame: number | null = null
  /** Whose cursors have to be placed anew: all whose presence changed since the last frame. */
  #hasNews = true
  /** Somebody's cursor points into text that has not arrived yet. */
  #isWaiting = false

  constructor(view: EditorView, awareness: Awareness, options: CursorOptions) {
    this.#view = view
    this.#awareness = awareness
    this.#binding = options.binding
    this.#someone = options.someone
    this.#drawing = new CursorDrawing(options.layer)
    this.#window = view.dom.ownerDocument.defaultView
    this.#resize = typeof ResizeObserver === "function" ? new ResizeObserver(this.#schedule) : null
    this.#resize?.observe(view.dom)
    awareness.on("change", this.#onAwareness)
    // Scrolling does not bubble; whatever scrolls, the layer may have to draw what comes into view.
    this.#window?.addEventListener("scroll", this.#schedule, { capture: true, passive: true })
    this.#window?.addEventListener("resize", this.#schedule)
    this.#schedule()
  }

  update(_view: EditorView, before: EditorState): void {
    if (this.#isWaiting && before.doc !== this.#view.state.doc) this.#hasNews = true
    this.#schedule()
  }

  destroy(): void {
    this.#awareness.off("change", this.#onAwareness)
    this.#window?.removeEventListener("scroll", this.#schedule, { capture: true })
    this.#window?.removeEventListener("resize", this.#schedule)
    this.#resize?.disconnect()
    if (this.#frame !== null) this.#window?.cancelAnimationFrame(this.#frame)
    this.#drawing.clear()
  }

  readonly #onAwareness = ({ added, updated, removed }: Record<"added" | "updated" | "removed", number[]>): void => {
    // One's own caret moves with every key, and is not drawn here.
    if ([...added, ...updated, ...removed].every((client) => client === this.#awareness.clientID)) return
    this.#hasNews = true
    this.#schedule()
  }

  readonly #schedule = (): void => {
    const isIdle = !this.#hasNews && this.#cursors().placed.size === 0
    if (this.#frame !== null || this.#window === null || isIdle) return
    this.#frame = this.#window.requestAnimationFrame(() => {
      this.#frame = null
      if (this.#view.isDestroyed) return
      if (this.#hasNews || this.#cursors().isStale) this.#place()
      this.#drawing.draw(this.#view, [...this.#cursors().placed.values()])
    })
  }

  #cursors(): Cursors {
    return placedCursors.getState(this.#view.state) ?? NOBODY
  }

  #place(): void {
    this.#hasNews = false
    this.#isWaiting = false
    // Again with each news, as a document may come to be bound in another way.
    this.#binding().followMoves?.(movedWords)
    const { state } = this.#view
    const { placed: before, isStale } = this.#cursors()
    const cursors = readCursors(this.#awareness.getStates(), this.#awareness.clientID, this.#someone)
    const placed = new Map<number, PlacedCursor>()
    for (const [client, cursor] of cursors) {
      const known = before.get(client)
      if (!isStale && known !== undefined && isSamePlace(known.cursor, cursor)) {
        placed.set(client, { ...known, cursor })
        continue
      }
      const anchor = this.#binding().toAbsolute(state, cursor.anchor)
      const head = this.#binding().toAbsolute(state, cursor.head)
      if (anchor !== null && head !== null) {
        const moves = (known?.moves ?? 0) + (known?.head === head && known.anchor === anchor ? 0 : 1)
        placed.set(client, { cursor, anchor, head, moves })
      } else {
        // Presence may run ahead of the text that it points into: look again with the next change.
        this.#isWaiting = true
        if (known !== undefined) placed.set(client, known)
      }
    }
    if (placed.size > 0 || before.size > 0) {
      this.#view.dispatch(state.tr.setMeta(placedCursors, placed).setMeta("addToHistory", false))
    }
  }
}

function isSamePlace(a: RemoteCursor, b: RemoteCursor): boolean {
  return a.anchor === b.anchor && a.head === b.head
}
