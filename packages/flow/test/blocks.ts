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

/** What a document consists of: blocks and tables, whether it groups them or not. */
export function topsOf(doc: Node): PlacedBlock[] {
  const tops: PlacedBlock[] = []
  doc.descendants((node, pos) => {
    if (node.type.name !== "section") tops.push({ node, pos })
    return node.type.name === "section"
  })
  return tops
}

/** Whether two documents show the same, however their views group it. */
export function showTheSame(a: Node, b: Node): boolean {
  const [left, right] = [topsOf(a), topsOf(b)]
  return left.length === right.length && left.every(({ node }, i) => right[i]?.node.eq(node) === true)
}
