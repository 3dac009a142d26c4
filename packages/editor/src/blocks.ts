import type { BlockAttributes } from "@ligature/schema"
import type { Node, ResolvedPos } from "prosemirror-model"
import type { EditorState, Selection, Transaction } from "prosemirror-state"

/** A block and where it is: features speak of blocks, never of depths, so that a binding may group blocks as it likes. */
export interface PlacedBlock {
  readonly node: Node
  /** The position before the block. */
  readonly pos: number
}

/** The block around a position, or null outside of any. */
export function blockAround(position: ResolvedPos): PlacedBlock | null {
  for (let depth = position.depth; depth > 0; depth--) {
    const node = position.node(depth)
    if (node.type.name === "block") return { node, pos: position.before(depth) }
  }
  return null
}

/** The block of a caret, or null for a range or where no block is. */
export function blockOfCaret(selection: Selection): PlacedBlock | null {
  return selection.empty ? blockAround(selection.$from) : null
}

/** Every block that a selection touches, in order. One that a range only reaches with its very end does not count. */
export function selectedBlocks(state: EditorState): PlacedBlock[] {
  const { from, to, empty } = state.selection
  const blocks: PlacedBlock[] = []
  state.doc.nodesBetween(from, to, (node, pos) => {
    if (node.type.name !== "block") return true
    if (empty || pos + 1 < to || from === to) blocks.push({ node, pos })
    return false
  })
  return blocks
}

export function blockBefore(doc: Node, { pos }: PlacedBlock): PlacedBlock | null {
  let position = doc.resolve(pos)
  while (position.nodeBefore === null && position.depth > 0) position = doc.resolve(position.before())
  let node = position.nodeBefore
  let end = position.pos
  while (node !== null && node.type.name !== "block") {
    if (node.isTextblock || node.isAtom) return null
    end -= 1
    node = node.lastChild
  }
  return node === null ? null : { node, pos: end - node.nodeSize }
}

export function blockAfter(doc: Node, { node: { nodeSize }, pos }: PlacedBlock): PlacedBlock | null {
  let position = doc.resolve(pos + nodeSize)
  while (position.nodeAfter === null && position.depth > 0) position = doc.resolve(position.after())
  let node = position.nodeAfter
  let start = position.pos
  while (node !== null && node.type.name !== "block") {
    if (node.isTextblock || node.isAtom) return null
    start += 1
    node = node.firstChild
  }
  return node === null ? null : { node, pos: start }
}

/** Sets what differs, key by key: others may set other keys of the same block at the same time. */
export function setBlockAttributes(
  transaction: Transaction,
  { node, pos }: PlacedBlock,
  attributes: Partial<BlockAttributes>,
): Transaction {
  for (const [name, value] of Object.entries(attributes)) {
    if (node.attrs[name] !== value) transaction.setNodeAttribute(pos, name, value)
  }
  return transaction
}
