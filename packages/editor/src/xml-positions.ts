import { type EditorState, NodeSelection, TextSelection, type Transaction } from "prosemirror-state"
import { absolutePositionToRelativePosition, relativePositionToAbsolutePosition } from "y-prosemirror"
import type * as Y from "yjs"
import type { XmlMapping } from "./read-xml.ts"

/** A selection that survives others' edits. */
export interface RelativeSelection {
  readonly isNode: boolean
  readonly anchor: Y.RelativePosition
  readonly head: Y.RelativePosition
}

/** Positions of the editor as positions of a fragment and back. Right only while `mapping` is complete; each answer walks the document. */
export class XmlPositions {
  readonly #doc: Y.Doc
  readonly #fragment: Y.XmlFragment
  readonly #mapping: XmlMapping

  constructor(doc: Y.Doc, fragment: Y.XmlFragment, mapping: XmlMapping) {
    this.#doc = doc
    this.#fragment = fragment
    this.#mapping = mapping
  }

  relative(position: number): Y.RelativePosition {
    const relative: Y.RelativePosition = absolutePositionToRelativePosition(position, this.#fragment, this.#mapping)
    return relative
  }

  /** Null when the place is gone or was never in this fragment. */
  absolute(position: Y.RelativePosition): number | null {
    return relativePositionToAbsolutePosition(this.#doc, this.#fragment, position, this.#mapping)
  }

  selectionOf({ selection }: EditorState): RelativeSelection {
    return {
      isNode: selection instanceof NodeSelection,
      anchor: this.relative(selection.anchor),
      head: this.relative(selection.head),
    }
  }

  /** Sets the selection of a transaction whose document equals the fragment, if the place is still there. */
  select(transaction: Transaction, { isNode, anchor, head }: RelativeSelection): void {
    const from = this.absolute(anchor)
    const to = this.absolute(head)
    const { doc, selection } = transaction
    if (from === null || to === null || from > doc.content.size || to > doc.content.size) return
    if (isNode) {
      const at = doc.resolve(from)
      if (at.nodeAfter !== null && NodeSelection.isSelectable(at.nodeAfter))
        transaction.setSelection(new NodeSelection(at))
      return
    }
    if (selection.anchor === from && selection.head === to) return
    transaction.setSelection(TextSelection.between(doc.resolve(from), doc.resolve(to)))
  }
}

export function isRelativeSelection(value: unknown): value is RelativeSelection {
  return typeof value === "object" && value !== null && "anchor" in value && "head" in value
}
