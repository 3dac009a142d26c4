import type { EditorView } from "prosemirror-view"
import type * as Y from "yjs"
import type { BlockIndex } from "./block-index.ts"
import { CompositionHold, unitsOf } from "./composition-hold.ts"
import type { Islands } from "./islands.ts"
import type { Region } from "./plan-regions.ts"
import type { DirtyRange } from "./read-changes.ts"
import type { ViewPlaces } from "./view-places.ts"

/** Decides what may not be shown yet because somebody composes there. What is held, `places.hold` has. */
export class Holding {
  readonly #text: Y.Text
  readonly #index: BlockIndex
  readonly #places: ViewPlaces
  #islands: Islands | null = null
  /** The block in which somebody composes, as it was before the change that is coming in. */
  #candidate: CompositionHold | null = null

  constructor(text: Y.Text, index: BlockIndex, places: ViewPlaces) {
    this.#text = text
    this.#index = index
    this.#places = places
  }

  useIslands(islands: Islands): void {
    this.#islands = islands
  }

  /** To be called before a change comes in: afterwards the units that the view shows could not be told any more. */
  prepare(view: Pick<EditorView, "state" | "composing">): void {
    this.#candidate = null
    if (!view.composing || this.#places.hold !== null) return
    const { selection, doc } = view.state
    const { index } = this.#index.locate(selection.from)
    const block = this.#index.at(Math.min(index, this.#index.length - 1))
    const inner = block.body === 0 ? null : (this.#islands?.innerAt(doc, selection.from) ?? null)
    if (inner === null || this.#islands === null) {
      this.#candidate = new CompositionHold(block, unitsOf(this.#text, block), null)
      return
    }
    const { root, start } = inner
    const held = {
      root,
      text: this.#islands.text(root),
      index: this.#islands.index(root, start),
      offset: start - inner.island,
    }
    const composed = held.index.at(Math.min(held.index.locate(selection.from).index, held.index.length - 1))
    this.#candidate = new CompositionHold(composed, unitsOf(held.text, composed), { outer: block, inner: held })
  }

  /** Keeps back the region in which somebody composes; the others may be shown. */
  keepBack(regions: readonly Region[]): readonly Region[] {
    const hold = this.#places.hold ?? this.#candidate
    if (hold === null) return regions
    return regions.filter((region) => {
      const [first, last] = [hold.range.first.at, hold.range.last.at]
      if (last < region.first || first > region.last) return true
      // What waits already goes on waiting, whatever smaller part of it is to be shown anew.
      hold.range = {
        first: this.#index.at(Math.min(first, region.first)),
        last: this.#index.at(Math.max(last, region.last)),
      }
      this.#places.hold = hold
      // Shown twice, a cell would get only in one of its places what is composed in it.
      this.#index.held = hold.outer.body > 0 ? hold.outer : null
      return false
    })
  }

  /** The blocks that wait, to be read again with every change, and once the composition is over. */
  get range(): DirtyRange[] {
    const range = this.#places.hold?.range
    return range === undefined ? [] : [{ first: range.first.at, last: range.last.at, structural: true }]
  }

  end(): void {
    this.#places.hold = null
    this.#index.held = null
    this.#candidate = null
  }
}
