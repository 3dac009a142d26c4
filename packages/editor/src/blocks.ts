import type { BlockAttributes } from "@ligature/schema"
import type { Node, ResolvedPos } from "prosemirror-model"
import type { EditorState, Selection, Transaction } from "prosemirror-state"

/*
 * Features speak of blocks, never of depths or of children of the document: the view groups blocks into sections, and a feature that
 * asks here works the same whatever stands between two blocks. To join two blocks, delete from the end of the one to the start of the
 * other; to take some away, use `deleteBlock`; to split one, `tr.split`; to put one in, `tr.insert` before or behind another.
 */

/** A block and where it is. */
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
  const blocks: PlacedBlock[] = []
  visitSelectedBlocks(state, (block) => {
    blocks.push(block)
    return true
  })
  return blocks
}

/** The first and the last of the selected blocks, without a look at those between; null when there are none. */
export function outerSelectedBlocks(state: EditorState): { first: PlacedBlock; last: PlacedBlock } | null {
  let first: PlacedBlock | null = null
  visitSelectedBlocks(state, (block) => {
    first ??= block
    return false
  })
  const { $to, empty } = state.selection
  const around = blockAround($to)
  const isReached = around !== null && (empty || $to.pos > around.pos + 1)
  const last = isReached ? around : blockBefore(state.doc, around ?? { pos: $to.pos })
  return first === null || last === null ? null : { first, last }
}

/** Whether the selection touches any block: for commands that are only asked whether they apply. */
export function hasSelectedBlock(state: EditorState): boolean {
  let found = false
  visitSelectedBlocks(state, () => {
    found = true
    return false
  })
  return found
}

/**
 * Whether there are selected blocks and all of them pass. Asked after every change, also while everything is selected: what a test said
 * of a section that has not changed since is not asked again, so a test must look at the block alone, and be the same function each time.
 */
export function everySelectedBlock(state: EditorState, test: BlockTest): boolean {
  let [some, all] = [false, true]
  const { from, to } = state.selection
  visitSelectedBlocks(
    state,
    ({ node }) => {
      some = true
      all &&= test(node)
      return all
    },
    (section, start) => {
      if (!all) return false
      if (from > start || to < start + section.content.size) return true
      some = true
      all = everyBlockIn(section, test)
      return false
    },
  )
  return some && all
}

export type BlockTest = (block: Node) => boolean

const answers = new WeakMap<BlockTest, WeakMap<Node, boolean>>()

function everyBlockIn(section: Node, test: BlockTest): boolean {
  let known = answers.get(test)
  if (known === undefined) answers.set(test, (known = new WeakMap()))
  let answer = known.get(section)
  if (answer === undefined) known.set(section, (answer = section.children.every(test)))
  return answer
}

/** Visits until `visit` says no; looks into what groups blocks unless `enter`, given the node and the start of its content, says no. */
function visitSelectedBlocks(
  { doc, selection: { from, to, empty } }: EditorState,
  visit: (block: PlacedBlock) => boolean,
  enter: (group: Node, start: number) => boolean = () => true,
): void {
  let goesOn = true
  doc.nodesBetween(from, to, (node, pos) => {
    if (!goesOn) return false
    if (node.type.name === "block") {
      if (empty || pos + 1 < to || from === to) goesOn = visit({ node, pos })
      return false
    }
    return enter(node, pos + 1)
  })
}

/** The block before another; null at the start of the document or of a cell, and behind an island. */
export function blockBefore(doc: Node, { pos }: Pick<PlacedBlock, "pos">): PlacedBlock | null {
  let position = doc.resolve(pos)
  while (position.nodeBefore === null && position.depth > 0) {
    if (position.parent.type.spec.isolating === true) return null
    position = doc.resolve(position.before())
  }
  let node = position.nodeBefore
  let end = position.pos
  while (node !== null && node.type.name !== "block") {
    if (node.isTextblock || node.isAtom || node.type.spec.isolating === true) return null
    end -= 1
    node = node.lastChild
  }
  return node === null ? null : { node, pos: end - node.nodeSize }
}

/** The block behind another; null at the end of the document or of a cell, and before an island. */
export function blockAfter(doc: Node, { node: { nodeSize }, pos }: PlacedBlock): PlacedBlock | null {
  let position = doc.resolve(pos + nodeSize)
  while (position.nodeAfter === null && position.depth > 0) {
    if (position.parent.type.spec.isolating === true) return null
    position = doc.resolve(position.after())
  }
  let node = position.nodeAfter
  let start = position.pos
  while (node !== null && node.type.name !== "block") {
    if (node.isTextblock || node.isAtom || node.type.spec.isolating === true) return null
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

/** Takes a block away altogether, and what groups it if it is alone there. */
export function deleteBlock(transaction: Transaction, { node, pos }: PlacedBlock): Transaction {
  return transaction.deleteRange(pos, pos + node.nodeSize)
}
