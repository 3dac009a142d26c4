import { Fragment, type Node, Slice } from "prosemirror-model"
import { ReplaceStep, type Transform } from "prosemirror-transform"
import { sameValue } from "./formats.ts"

/**
 * A step copies the list of blocks and keeps the document before it: beyond so many, one large step is cheaper than many
 * small ones, though it says less.
 */
export const MANY_STEPS = 64

/** Swaps `count` blocks of a group, of which the first is child `first` at `position`, for others: one replacement, then attributes. */
export function patchBlocks(
  change: Transform,
  group: () => Node,
  first: number,
  position: number,
  count: number,
  nodes: readonly Node[],
): void {
  const parent = group()
  if (count === 1 && nodes.length === 1) {
    const [node] = nodes
    if (node === undefined || parent.child(first).eq(node)) return
  }
  const old: Node[] = []
  for (let i = first; i < first + count; i++) old.push(parent.child(i))
  // Compared without attributes: a split must come out as the two tags between two texts, whatever the blocks are.
  const before = Fragment.fromArray(old.map(bare))
  const after = Fragment.fromArray(nodes.map(bare))
  const start = before.findDiffStart(after)
  const end = start === null ? null : before.findDiffEnd(after)
  if (start !== null && end !== null) {
    const overlap = Math.max(0, start - Math.min(end.a, end.b))
    const slice = parent.type.create(null, Fragment.fromArray([...nodes])).slice(start, end.b + overlap)
    change.step(new ReplaceStep(position + start, position + end.a + overlap, slice.size === 0 ? Slice.empty : slice))
  }
  const fixes = attributeFixes(group(), first, position, nodes)
  const [from, to] = [fixes[0], fixes.at(-1)]
  if (fixes.length > MANY_STEPS && from !== undefined && to !== undefined) {
    const slice = new Slice(Fragment.fromArray(nodes.slice(from.index, to.index + 1)), 0, 0)
    change.step(new ReplaceStep(from.position, to.position + to.node.nodeSize, slice))
    return
  }
  for (const { position: at, node, shown } of fixes) {
    for (const [name, value] of Object.entries(node.attrs)) {
      if (!sameValue(shown.attrs[name], value)) change.setNodeAttribute(at, name, value)
    }
  }
}

interface AttributeFix {
  readonly index: number
  readonly position: number
  readonly node: Node
  readonly shown: Node
}

/** The blocks whose attributes still differ from those of `nodes`. */
function attributeFixes(group: Node, first: number, position: number, nodes: readonly Node[]): AttributeFix[] {
  const fixes: AttributeFix[] = []
  let at = position
  for (const [index, node] of nodes.entries()) {
    const shown = group.child(first + index)
    if (!shown.hasMarkup(node.type, node.attrs, node.marks)) fixes.push({ index, position: at, node, shown })
    at += node.nodeSize
  }
  return fixes
}

function bare(node: Node): Node {
  return node.type.create(null, node.content)
}
