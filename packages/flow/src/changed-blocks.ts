import type { Node } from "prosemirror-model"
import type { Block } from "./block.ts"
import type { BlockIndex } from "./block-index.ts"
import type { Extent } from "./island.ts"
import type { SchemaMap } from "./schema-map.ts"
import { groupsOf } from "./sections.ts"

/**
 * The blocks of a container before and after one step, by number, as they are in the flow: islands as their stand-ins. Sections that are the same node in both are never looked into, so
 * that it does not matter what the step did to the sections: typing changes one, joining two blocks may join two sections.
 */
export class ChangedBlocks {
  /** The first block that may be another one, and how many there are now in the place of how many. */
  readonly first: number
  readonly nodes: readonly Node[]
  readonly removed: number
  readonly #index: BlockIndex
  readonly #before: readonly Node[]
  readonly #after: readonly Node[]
  /** The sections that differ: from this one on, so many, so many of the others. */
  readonly #section: number
  #old: number
  readonly #new: number
  /** How many blocks the index had before the step. */
  readonly #length: number
  readonly #map: SchemaMap

  /** `index` describes the container before the step. */
  constructor(index: BlockIndex, map: SchemaMap, before: Node, after: Node) {
    this.#index = index
    this.#map = map
    this.#length = index.length
    this.#before = groupsOf(before, index.isSectioned)
    this.#after = groupsOf(after, index.isSectioned)
    const [old, now] = [this.#before, this.#after]
    const shorter = Math.min(old.length, now.length)
    let start = 0
    while (start < shorter && old[start] === now[start]) start++
    let end = 0
    while (end < shorter - start && old[old.length - 1 - end] === now[now.length - 1 - end]) end++
    this.#section = start
    this.#old = old.length - start - end
    this.#new = now.length - start - end
    this.nodes = now
      .slice(start, start + this.#new)
      .flatMap((group) => group.children)
      .map((node) => map.flat(node))
    this.first = index.sections[start]?.first ?? index.length
    this.removed = (index.sections[start + this.#old]?.first ?? index.length) - this.first
  }

  /** How many more blocks there are. */
  get added(): number {
    return this.nodes.length - this.removed
  }

  /** How many blocks there are after the step. */
  get length(): number {
    return this.#length + this.added
  }

  /** Block `index` before the step; only until the index is brought up to date. */
  before(index: number): Node {
    const { section, child } = this.#find(index)
    return this.#map.flat(blockIn(this.#before[section], child))
  }

  /** Block `index` after the step; also when the index has taken the blocks over, but not yet the sections. */
  after(index: number): Node {
    if (index >= this.first && index < this.first + this.nodes.length) {
      const node = this.nodes[index - this.first]
      if (node !== undefined) return node
    }
    const isBehind = index >= this.first
    const { section, child } = this.#find(isBehind && this.#index.length === this.#length ? index - this.added : index)
    const group = this.#after[isBehind ? section + this.#new - this.#old : section]
    return this.#map.flat(blockIn(group, child))
  }

  /** Several blocks after the step, from `first` to `last`. */
  blocks(first: number, last: number): Node[] {
    const nodes: Node[] = []
    for (let i = first; i <= last; i++) nodes.push(this.after(i))
    return nodes
  }

  /** The first and last block that are not the same node any more; null when all are, or when their number differs. */
  differing(): BlockRange | null {
    if (this.added !== 0) return null
    let [first, last] = [this.first, this.first + this.nodes.length - 1]
    while (first <= last && this.before(first) === this.after(first)) first++
    while (last >= first && this.before(last) === this.after(last)) last--
    return first > last ? null : { first, last }
  }

  /** How much longer the container's blocks are, in positions, sections' borders not counted. */
  get growth(): number {
    let size = 0
    for (const node of this.nodes) size += node.nodeSize
    return size - (this.#index.flatOf(this.first + this.removed) - this.#index.flatOf(this.first))
  }

  /**
   * Gives the index new blocks in the place of `first` to `last`, which may reach beyond what has changed: there, each is the same as
   * before or stands for one. What there is more comes where the sections have changed.
   */
  takeBlocks(first: number, last: number, blocks: readonly Block[], extents: readonly Extent[]): void {
    const index = this.#index
    const end = this.first + this.removed
    const before = Math.min(Math.max(0, this.first - first), last + 1 - first)
    const behind = Math.max(0, last + 1 - Math.max(first, end))
    const from = first + before
    const count = last + 1 - behind - from
    const to = blocks.length - behind
    index.splice(last + 1 - behind, behind, blocks.slice(to), extents.slice(to))
    if (this.#old === 0 && to > before) {
      // A section was put in between: until it has its blocks, it is an empty one.
      index.regroup(this.#section, 0, [0])
      this.#old = 1
    }
    const within = { first: this.#section, count: this.#old }
    if (count > 0 || to > before) {
      index.splice(from, count, blocks.slice(before, to), extents.slice(before, to), within)
    }
    index.splice(first, before, blocks.slice(0, before), extents.slice(0, before))
  }

  /** Gives the index the sections as they are now; it must have the blocks already. */
  takeSections(): void {
    const lengths = this.#after.slice(this.#section, this.#section + this.#new).map((group) => group.childCount)
    if (this.#index.isSectioned) this.#index.regroup(this.#section, this.#old, lengths)
  }

  #find(index: number): { section: number; child: number } {
    const { section, child } = this.#index.at(index)
    return { section: section?.at ?? -1, child }
  }
}

interface BlockRange {
  readonly first: number
  readonly last: number
}

function blockIn(group: Node | undefined, child: number): Node {
  if (group === undefined) throw new RangeError("the view's document has fewer sections than the index")
  return group.child(child)
}
