import type { Node } from "prosemirror-model"

/** A block and the position before it. */
export interface PlacedBlock {
  readonly node: Node
  readonly pos: number
}

/** The blocks of a document in order, whether it groups them or not. */
export function placedBlocks(doc: Node): PlacedBlock[] {
  const blocks: PlacedBlock[] = []
  doc.descendants((node, pos) => {
    if (node.type.name === "block") blocks.push({ node, pos })
    return node.type.name !== "block"
  })
  return blocks
}

export function blocksOf(doc: Node): Node[] {
  return placedBlocks(doc).map(({ node }) => node)
}

/** A block by its number; throws when there is no such block. */
export function blockAt(doc: Node, index: number): PlacedBlock {
  const block = placedBlocks(doc)[index]
  if (block === undefined) throw new RangeError(`there is no block ${index}`)
  return block
}

/** Whether two documents show the same blocks, however their views group them. */
export function showTheSame(a: Node, b: Node): boolean {
  const [left, right] = [blocksOf(a), blocksOf(b)]
  return left.length === right.length && left.every((block, i) => right[i]?.eq(block) === true)
}
