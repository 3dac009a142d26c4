import type { Node } from "prosemirror-model"
import type * as Y from "yjs"
import type { Block } from "./block.ts"
import type { BlockIndex } from "./block-index.ts"
import { FlowCursor } from "./flow-cursor.ts"
import type { SchemaMap } from "./schema-map.ts"
import { isLiveMarker, markerIdOf, visitChangedItems } from "./yjs-items.ts"

/**
 * The copies that two people made by moving one block at the same time, as far as a transaction of others has brought them: all but one
 * of each block. Everybody keeps the same one, that of the higher marker; so two people never each take away what the other keeps.
 * Copies in which somebody has written are no copies any more and stay.
 */
export function doubleMoves(
  transaction: Y.Transaction,
  text: Y.Text,
  index: BlockIndex,
  nodeOf: (block: Block) => Node | null,
): Block[] {
  const ids = new Set<string>()
  visitChangedItems(transaction, text, (item) => {
    const id = isLiveMarker(item) ? markerIdOf(item) : null
    if (id !== null && [...index.ofId(id)].length > 1) ids.add(id)
  })
  const spare: Block[] = []
  for (const id of ids) {
    const copies = [...index.ofId(id)].sort(byMarker)
    const kept = copies.pop()
    if (kept === undefined) continue
    const node = nodeOf(kept)
    if (node === null) continue
    for (const copy of copies) if (isCopy(nodeOf(copy), node)) spare.push(copy)
  }
  return spare
}

/** The cells of an island lie under its id; what it has of the flow has to be the same, as with any other block. */
function isCopy(node: Node | null, kept: Node): boolean {
  return node !== null && node.type === kept.type && textOf(node).content.eq(textOf(kept).content)
}

function textOf(node: Node): Node {
  return node.isTextblock ? node : (node.lastChild ?? node)
}

/** Deletes blocks, and exactly the units that they show. */
export function deleteCopies(transaction: Y.Transaction, text: Y.Text, map: SchemaMap, copies: readonly Block[]): void {
  for (const block of copies) {
    const cursor = FlowCursor.before(transaction, text, map, block)
    cursor.deleteMarker()
    cursor.deleteContent(block.units)
  }
}

function byMarker({ marker: a }: Block, { marker: b }: Block): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1
  return a.id.client - b.id.client || a.id.clock - b.id.clock
}
