import type { Node } from "prosemirror-model"
import { NodeSelection, Selection, TextSelection } from "prosemirror-state"
import type { Mapping } from "prosemirror-transform"
import type * as Y from "yjs"
import type { BlockIndex } from "./block-index.ts"
import { type FlowPosition, isFlowPosition, Places, START, type UnitPlace } from "./caret.ts"
import type { CompositionHold } from "./composition-hold.ts"
import type { InnerFlow, Islands } from "./islands.ts"
import type { MovedWords, WordsAround } from "./moved-words.ts"
import { textOfUnit } from "./yjs-items.ts"

/** A place in one of the flows of a view; `root` is null for the main one. */
interface ViewPlace extends UnitPlace {
  readonly root: string | null
  readonly words?: WordsAround | undefined
}

/** A selection, kept as units. */
export interface StoredSelection {
  readonly anchor: ViewPlace
  readonly head: ViewPlace
  /** "cell" stands for whole cells of a table: then only the roots count. */
  readonly kind: "text" | "node" | "cell"
}

/** Positions of a view as units of the flows that it shows, and back. Each answer costs one block, or one inner flow. */
export class ViewPlaces {
  /** What the view shows as it was, while somebody composes in it. */
  hold: CompositionHold | null = null
  /** Finds a place whose units are gone by the words around it, once that is here. */
  moved: MovedWords | null = null
  readonly #doc: Y.Doc
  readonly #text: Y.Text
  readonly #index: BlockIndex
  #islands: Islands | null = null

  constructor(doc: Y.Doc, text: Y.Text, index: BlockIndex) {
    this.#doc = doc
    this.#text = text
    this.#index = index
  }

  useIslands(islands: Islands): void {
    this.#islands = islands
  }

  toFlow(doc: Node, position: number): FlowPosition {
    const inner = this.#innerAt(doc, position)
    const place = this.#places(inner).toFlow(position)
    return inner !== null && place.side === 0 ? { ...place, root: inner.root } : place
  }

  /** Where a position is now; beside what was deleted, where it stood. Null for what is no position, or not known or shown here. */
  fromFlow(doc: Node, value: unknown): number | null {
    if (!isFlowPosition(value)) return null
    const root = value.side === 0 ? (value.root ?? null) : this.#rootOfUnit(value)
    return this.#placesIn(doc, root)?.fromFlow(value) ?? null
  }

  store(selection: Selection): StoredSelection {
    const { doc } = selection.$anchor
    const cells = cellsOf(selection)
    if (cells !== null) {
      return { anchor: this.#cellAt(doc, cells.anchor), head: this.#cellAt(doc, cells.head), kind: "cell" }
    }
    const anchor = this.#placeAt(doc, selection.anchor)
    const head = selection.empty ? anchor : this.#placeAt(doc, selection.head)
    return { anchor, head, kind: selection instanceof NodeSelection ? "node" : "text" }
  }

  /** The selection in a document that the index describes; null when an end of it is gone. `changes` are what has led to the document. */
  restore({ anchor: from, head: to, kind }: StoredSelection, doc: Node, changes?: Mapping): Selection | null {
    if (kind === "cell") {
      const [anchor, head] = [this.#positionBefore(doc, from.root), this.#positionBefore(doc, to.root)]
      return anchor === null || head === null ? null : Selection.fromJSON(doc, { type: "cell", anchor, head })
    }
    if (kind === "node") {
      const position = from.right && this.fromFlow(doc, { ...from.right, side: 1 })
      const node = position === null ? null : doc.nodeAt(position)
      const isThere = node !== null && NodeSelection.isSelectable(node)
      return position !== null && isThere ? NodeSelection.create(doc, position) : null
    }
    const head = this.#positionOf(doc, to, changes)
    const anchor = from === to ? head : this.#positionOf(doc, from, changes)
    if (anchor === null || head === null || Math.max(anchor, head) > doc.content.size) return null
    return TextSelection.create(doc, anchor, head)
  }

  #placeAt(doc: Node, position: number): ViewPlace {
    const inner = this.#innerAt(doc, position)
    const place = this.#places(inner).placeAt(position)
    return { ...place, root: inner?.root ?? null, words: this.moved?.around(doc.resolve(position)) }
  }

  #cellAt(doc: Node, before: number): ViewPlace {
    return { left: null, right: null, marker: null, root: this.#innerAt(doc, before + 1)?.root ?? null }
  }

  #positionOf(doc: Node, place: ViewPlace, changes?: Mapping): number | null {
    const places = this.#placesIn(doc, place.root)
    if (places === null) return null
    return (
      places.besideUnits(place) ??
      this.moved?.find(doc, place.words, changes) ??
      places.inBlockOf(place) ??
      (place.root === null ? null : places.fromFlow(START))
    )
  }

  #positionBefore(doc: Node, root: string | null): number | null {
    const inner = root === null ? null : this.#innerNamed(doc, root)
    return inner === null ? null : inner.start - 1
  }

  /** Those of a flow; null when it is not shown. */
  #placesIn(doc: Node, root: string | null): Places | null {
    const inner = root === null ? null : this.#innerNamed(doc, root)
    return inner === null && root !== null ? null : this.#places(inner)
  }

  #places(inner: InnerFlow | null): Places {
    const { hold } = this
    if (inner === null || this.#islands === null) {
      return new Places(this.#doc, this.#text, this.#index, hold?.inner === null ? hold : null)
    }
    if (hold?.inner?.root === inner.root) {
      hold.inner.index.start = inner.start
      return new Places(this.#doc, hold.inner.text, hold.inner.index, hold)
    }
    const index = this.#islands.index(inner.root, inner.start)
    return new Places(this.#doc, this.#islands.text(inner.root), index, null)
  }

  #innerAt(doc: Node, position: number): InnerFlow | null {
    if (this.#islands === null || position > doc.content.size) return null
    const { index, offset } = this.#index.locate(position)
    // Most positions are not in islands: that is known without looking at the document.
    if (index >= this.#index.length || offset === 0 || offset >= this.#index.at(index).body) return null
    return this.#islands.innerAt(doc, position)
  }

  #innerNamed(doc: Node, root: string): InnerFlow | null {
    const id = this.#islands?.islandOf(root) ?? null
    if (id === null || this.#islands === null) return null
    for (const block of this.#index.ofId(id)) {
      const inner = this.#islands.innerIn(doc, this.#index.positionOf(block.at), root)
      if (inner !== null) return inner
    }
    return null
  }

  #rootOfUnit(unit: FlowPosition): string | null {
    const text = textOfUnit(this.#doc, unit)
    return text === null || text === this.#text ? null : (this.#islands?.rootOf(text) ?? null)
  }
}

/** The positions before the cells that a selection of cells reaches from and to; null for any other selection. */
function cellsOf(selection: Selection): { anchor: number; head: number } | null {
  const json: unknown = "$anchorCell" in selection ? selection.toJSON() : null
  if (typeof json !== "object" || json === null || !("anchor" in json && "head" in json)) return null
  const { anchor, head } = json
  return typeof anchor === "number" && typeof head === "number" ? { anchor, head } : null
}
