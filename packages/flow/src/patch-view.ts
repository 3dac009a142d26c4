import { type Node, Slice } from "prosemirror-model"
import { ReplaceStep, type Transform } from "prosemirror-transform"
import type { BlockAttributes } from "./block-attributes.ts"
import { Block, type Section } from "./block.ts"
import { BlockIndex } from "./block-index.ts"
import { FlowFault } from "./flow-cursor.ts"
import { NO_FORMATS } from "./formats.ts"
import { extentOf, isIsland } from "./island.ts"
import type { Islands } from "./islands.ts"
import { patchBlocks } from "./patch-blocks.ts"
import type { Region } from "./plan-regions.ts"
import type { FoundBlock } from "./read-flow.ts"
import type { SchemaMap } from "./schema-map.ts"
import { balanceSections, containerAt, groupAt, groupsOf, type SectionSizes } from "./sections.ts"

/** Takes regions over into the view's document and the index, with as few and small steps as say it. */
export function patchRegions(
  change: Transform,
  regions: readonly Region[],
  index: BlockIndex,
  map: SchemaMap,
  attributes: BlockAttributes,
  islands: Islands | null,
): void {
  // From the last to the first: positions and numbers of those before stay what they are.
  for (const region of regions.toReversed()) {
    for (const part of partsOf(region, index).toReversed()) {
      const nodes = part.found.map((each) => {
        const { block } = each
        if (islands === null || !islands.isIsland(block) || isTwin(index, block)) return nodeOf(each, map, attributes)
        const shown = index.has(block) ? groupAt(change.doc, index, block.section?.at ?? 0).child(block.child) : null
        return islands.draw(block.id, each.content, shown)
      })
      patchSection(change, index, part, nodes, islands)
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

/** Whether an island is shown elsewhere already: of two blocks with its id the first one shows it, the other its own text alone. */
function isTwin(index: BlockIndex, block: Block): boolean {
  if (index.has(block)) return index.isTwin(block)
  const [other] = index.ofId(block.id)
  // The other may be about to go: then, once the index knows, this one is drawn again.
  if (other !== undefined) index.doubled.add(block.id)
  return other !== undefined
}

function patchSection(
  change: Transform,
  index: BlockIndex,
  part: RegionPart,
  nodes: readonly Node[],
  islands: Islands | null,
): void {
  const { section, first, count, found } = part
  const isGone = nodes.length === 0 && count === section.length
  if (isGone) {
    const start = index.startOf(section)
    change.step(new ReplaceStep(start - 1, start + section.size + 1, Slice.empty))
  } else if (islands !== null && count === 1 && isSameIsland(change.doc.nodeAt(index.positionOf(first)), nodes)) {
    for (const node of nodes) islands.patch(change, index.positionOf(first), node)
  } else {
    const group = (): Node => groupAt(change.doc, index, section.at)
    patchBlocks(change, group, first - section.first, index.positionOf(first), count, nodes)
  }
  index.splice(
    first,
    count,
    found.map(({ block }) => block),
    nodes.map(extentOf),
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
    old.map(extentOf),
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
      patchSection(change, shown, part, here, null)
    }
  }
  balanceSections(change, shown, sizes)
  return shown.sections.map((section) => section.length)
}

/** Whether one island is shown anew: then little of it will have changed. */
function isSameIsland(shown: Node | null, [node, ...others]: readonly Node[]): boolean {
  if (shown === null || node === undefined || others.length > 0 || !isIsland(node.type)) return false
  return shown.type === node.type && shown.attrs["id"] === node.attrs["id"]
}

function equal(a: Node | undefined, b: Node | undefined): boolean {
  return a !== undefined && b !== undefined && a.eq(b)
}

export function nodeOf(found: FoundBlock, map: SchemaMap, attributes: BlockAttributes): Node {
  const { block, content } = found
  return map.block(block.marker === null ? null : block.id, attributes.of(block.id), content)
}

/** The nodes of a whole flow that was read. */
export function nodesOf(
  found: readonly FoundBlock[],
  map: SchemaMap,
  attributes: BlockAttributes,
  islands: Islands | null,
): Node[] {
  const drawn = new Set<string>()
  return found.map((each) => {
    const { block, content } = each
    if (islands === null || !islands.isIsland(block) || drawn.has(block.id)) return nodeOf(each, map, attributes)
    drawn.add(block.id)
    return islands.draw(block.id, content, null)
  })
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
    nodes.map(extentOf),
    lengths,
  )
}
