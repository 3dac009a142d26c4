import { Fragment, type Node, Slice } from "prosemirror-model"
import { ReplaceStep, type Transform } from "prosemirror-transform"
import type { BlockAttributes } from "./block-attributes.ts"
import { Block, type Section } from "./block.ts"
import { BlockIndex } from "./block-index.ts"
import { FlowFault } from "./flow-cursor.ts"
import { NO_FORMATS, sameValue } from "./formats.ts"
import type { Region } from "./plan-regions.ts"
import type { FoundBlock } from "./read-flow.ts"
import type { SchemaMap } from "./schema-map.ts"
import { balanceSections, containerAt, groupAt, groupsOf, type SectionSizes } from "./sections.ts"

/**
 * A step copies the list of blocks and keeps the document before it: beyond so many, one large step is cheaper than many
 * small ones, though it says less.
 */
export const MANY_STEPS = 64

/** Takes regions over into the view's document and the index, with as few and small steps as say it. */
export function patchRegions(
  change: Transform,
  regions: readonly Region[],
  index: BlockIndex,
  map: SchemaMap,
  attributes: BlockAttributes,
): void {
  // From the last to the first: positions and numbers of those before stay what they are.
  for (const region of regions.toReversed()) {
    for (const part of partsOf(region, index).toReversed()) {
      const nodes = part.found.map((each) => nodeOf(each, map, attributes))
      patchSection(change, index, part, nodes)
    }
    for (const { block, startFormats } of region.found) block.startFormats = startFormats
  }
}

/** What a region is in one section: so many blocks from `first` on, and what stands in their place. */
interface RegionPart {
  readonly section: Section
  readonly first: number
  readonly count: number
  readonly found: readonly FoundBlock[]
}

/**
 * A region, cut where sections begin: a block stays in its section, a new one comes into that of the block before. So a change over a
 * border redraws no more than one inside a section.
 */
function partsOf({ first, last, found }: Region, index: BlockIndex): RegionPart[] {
  const parts: RegionPart[] = []
  let taken = 0
  for (let at = first; at <= last;) {
    const { section } = index.at(at)
    if (section === null) throw new FlowFault(`block ${at} is in no section`)
    const end = Math.min(last + 1, section.end)
    let next = taken
    while (next < found.length) {
      const block = found[next]?.block
      if (block !== undefined && index.has(block) && block.at >= end) break
      next++
    }
    parts.push({ section, first: at, count: end - at, found: found.slice(taken, next) })
    taken = next
    at = end
  }
  return parts
}

function patchSection(change: Transform, index: BlockIndex, part: RegionPart, nodes: readonly Node[]): void {
  const { section, first, count, found } = part
  const isGone = nodes.length === 0 && count === section.length
  if (isGone) {
    const start = index.startOf(section)
    change.step(new ReplaceStep(start - 1, start + section.size + 1, Slice.empty))
  } else {
    const group = (): Node => groupAt(change.doc, index, section.at)
    patchBlocks(change, group, first - section.first, index.positionOf(first), count, nodes)
  }
  index.splice(
    first,
    count,
    found.map(({ block }) => block),
    nodes.map((node) => node.nodeSize),
  )
  if (isGone) index.regroup(section.at, 1, [])
}

/** Makes a whole container show these blocks, with what is equal left alone. Returns the lengths of the sections it has then. */
export function patchContainer(
  change: Transform,
  index: BlockIndex,
  nodes: readonly Node[],
  sizes: SectionSizes,
): number[] {
  const { isSectioned, start } = index
  const groups = groupsOf(containerAt(change.doc, start), isSectioned)
  const old = groups.flatMap((group) => group.children)
  // Whatever the index knew, this is what is there; which blocks these are, nobody asks meanwhile.
  const shown = new BlockIndex(isSectioned)
  shown.start = start
  shown.fill(
    old.map(() => new Block(null, NO_FORMATS)),
    old.map((node) => node.nodeSize),
    groups.map((group) => group.childCount),
  )
  const shorter = Math.min(old.length, nodes.length)
  let first = 0
  while (first < shorter && equal(old[first], nodes[first])) first++
  let rest = 0
  while (rest < shorter - first && equal(old[old.length - 1 - rest], nodes[nodes.length - 1 - rest])) rest++
  // What is only put in has to have a block beside it, whose section it comes into.
  if (first === shorter - rest && first > 0) first--
  else if (first === shorter - rest && rest > 0) rest--
  if (first < old.length - rest || first < nodes.length - rest) {
    const found = nodes.slice(first, nodes.length - rest).map((node) => ({
      block: new Block(null, NO_FORMATS),
      startFormats: NO_FORMATS,
      content: node.content,
      endFormats: NO_FORMATS,
    }))
    const parts = partsOf({ first, last: old.length - rest - 1, found }, shown)
    let taken = found.length
    for (const part of parts.toReversed()) {
      taken -= part.found.length
      const here = nodes.slice(first + taken, first + taken + part.found.length)
      patchSection(change, shown, part, here)
    }
  }
  balanceSections(change, shown, sizes)
  return shown.sections.map((section) => section.length)
}

function equal(a: Node | undefined, b: Node | undefined): boolean {
  return a !== undefined && b !== undefined && a.eq(b)
}

export function nodeOf(found: FoundBlock, map: SchemaMap, attributes: BlockAttributes): Node {
  const { block, content } = found
  return map.block(block.marker === null ? null : block.id, attributes.of(block.id), content)
}

/** Swaps `count` blocks of a group, of which the first is child `first` at `position`, for others: one replacement, then attributes. */
function patchBlocks(
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

/** Makes an index of blocks that were all read anew. */
export function fillIndex(
  index: BlockIndex,
  found: readonly FoundBlock[],
  nodes: readonly Node[],
  lengths: readonly number[],
): void {
  index.fill(
    found.map(({ block }) => block),
    nodes.map((node) => node.nodeSize),
    lengths,
  )
}
