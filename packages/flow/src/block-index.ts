import type * as Y from "yjs"
import { Block, Section } from "./block.ts"
import type { Extent } from "./island.ts"
import { PrefixSums } from "./prefix-sums.ts"

/** A place in a block: 0 is before the block, 1 before its first unit. The index is that of the length behind the last block. */
export interface BlockPlace {
  readonly index: number
  readonly offset: number
}

/** So many sections from one on. */
export interface SectionRange {
  readonly first: number
  readonly count: number
}

/**
 * The blocks in document order: block i of the flow is block i of the view's document, after every transaction. Positions
 * are those of the view; whatever structure the view puts around blocks is known here alone. Three ways to say "where":
 *
 * - a position, as ProseMirror counts: from `start`, with two positions for each section's borders where there are sections;
 * - a flat position, as if the blocks stood in one list that begins at 0, and islands were their text alone: what a flow is, and what
 *   reading and writing count in;
 * - block number and offset.
 *
 * All of them cost the number of sections at most, and of the blocks of one section where the list of blocks changes.
 */
export class BlockIndex {
  /** Whether the view groups the blocks: then each section has a border before and behind it. */
  readonly isSectioned: boolean
  /** The position at which the container's content begins: 0 for a whole document. Moves with what stands before the container. */
  start = 0
  readonly #sections: Section[] = []
  /** Of the sections' sizes, borders included. */
  readonly #sums = new PrefixSums()
  readonly #byMarker = new Map<Y.Item, Block>()
  readonly #byId = new Map<string, Set<Block> | Block>()
  /** Ids that two blocks have, or once had at the same time. */
  readonly doubled: Set<string> = new Set()
  /** The island in which somebody composes: it goes on showing what is in it, wherever others with its id stand. */
  held: Block | null = null
  #length = 0
  /** What all islands have before their texts. */
  #body = 0

  constructor(isSectioned = false) {
    this.isSectioned = isSectioned
  }

  get length(): number {
    return this.#length
  }

  get sections(): readonly Section[] {
    return this.#sections
  }

  /** The block at a place in the order; throws for a place that does not exist. */
  at(index: number): Block {
    const section = this.#sectionOf(index)
    const block = section?.blocks[index - section.first]
    if (block === undefined) throw new RangeError(`there is no block ${index} of ${this.#length}`)
    return block
  }

  /** Whether this very block is in the index now. */
  has(block: Block): boolean {
    return block.section !== null && this.#sections[block.section.at] === block.section
  }

  ofMarker(marker: Y.Item): Block | undefined {
    return this.#byMarker.get(marker)
  }

  /** Every block with this id: normally one. */
  ofId(id: string): Iterable<Block> {
    const found = this.#byId.get(id)
    if (found === undefined) return []
    return found instanceof Block ? [found] : found
  }

  /** Whether another block before this one has its id, or a held one has: then this one is the copy. */
  isTwin(block: Block): boolean {
    if (this.held?.id === block.id) return this.held !== block
    for (const other of this.ofId(block.id)) if (other.at < block.at) return true
    return false
  }

  /** The position before a block; for the index behind the last, the one behind that block. */
  positionOf(index: number): number {
    const section = this.#sectionOf(index)
    if (section === undefined) return this.start + this.#border
    return this.startOf(section) + section.before(index - section.first)
  }

  /** The position before a section's first block. */
  startOf(section: Section): number {
    return this.start + this.#sums.before(section.at) + this.#border
  }

  /** The block at a position. Between two blocks, with or without a border between them, it is the second. */
  locate(position: number): BlockPlace {
    const inside = position - this.start
    const section = this.#sections[this.#sums.find(inside)]
    if (section === undefined) return { index: this.#length, offset: 0 }
    const offset = inside - this.#sums.before(section.at) - this.#border
    if (offset < 0) return { index: section.first, offset: 0 }
    const child = section.find(offset)
    return { index: section.first + child, offset: child < section.length ? offset - section.before(child) : 0 }
  }

  /** The flat position of a block's beginning. */
  flatOf(index: number): number {
    const section = this.#sectionOf(index)
    return section === undefined ? 0 : this.#flatStart(section.at) + section.flatBefore(index - section.first)
  }

  flatten(position: number): number {
    const { index, offset } = this.locate(position)
    const flat = this.flatOf(index)
    if (offset === 0 || index >= this.#length) return flat + offset
    const { lead, units } = this.at(index)
    // All of an island's body is where its text begins; between its text's end and its own, nothing is.
    return flat + Math.min(Math.max(0, offset - lead), units) + 1
  }

  locateFlat(flat: number): BlockPlace {
    const at = lastWhere(this.#sections.length, (section) => this.#flatStart(section) <= flat)
    const section = this.#sections[at]
    if (section === undefined) return { index: this.#length, offset: 0 }
    const inside = flat - this.#flatStart(at)
    const child = section.findFlat(inside)
    return { index: section.first + child, offset: inside - section.flatBefore(child) }
  }

  /** The islands' blocks, in order. Costs the sections that have some. */
  *islands(): Iterable<Block> {
    for (const section of this.#sections) {
      if (section.body > 0) yield* section.blocks.filter(({ body }) => body > 0)
    }
  }

  resize(block: Block, extent: Extent): void {
    if (block.size === extent.size && block.body === extent.body) return
    if (block.section === null || !this.has(block)) throw new RangeError(`block ${block.id} is not in the index`)
    this.#body += extent.body - block.body
    const difference = block.section.resize(block, extent)
    this.#sums.add(block.section.at, difference)
  }

  /** Takes all blocks anew, grouped into sections of these lengths. */
  fill(blocks: readonly Block[], extents: readonly Extent[], lengths: readonly number[]): void {
    for (const section of this.#sections) for (const block of section.blocks) this.#forget(block)
    for (const [i, block] of blocks.entries()) {
      setExtent(block, extents[i])
      this.#remember(block)
    }
    this.#sections.length = 0
    let first = 0
    for (const length of this.isSectioned ? lengths : [blocks.length]) {
      this.#sections.push(new Section(blocks.slice(first, first + length)))
      first += length
    }
    this.#renumber(0)
  }

  /**
   * Swaps `count` blocks for others, with their sizes. As many for as many, each comes into the section of the one it replaces; else all
   * of them come into one: that of the first that goes, and one of those from `within` on where sections are known to have changed.
   */
  splice(
    index: number,
    count: number,
    blocks: readonly Block[],
    extents: readonly Extent[],
    within: SectionRange = { first: 0, count: this.#sections.length },
  ): void {
    if (count === blocks.length) return this.#exchange(index, blocks, extents)
    const sections = this.#sections.slice(within.first, within.first + within.count)
    const home = sections.findLast((section) => section.first <= index)
    if (home === undefined) throw new RangeError(`there is no place ${index} among ${this.#length} blocks`)
    const child = index - home.first
    let rest = count
    for (let at = home.at; rest > 0; at++) {
      const section = this.#sections[at]
      if (section === undefined) throw new RangeError(`there are no ${count} blocks from ${index} on`)
      const gone = section.blocks.splice(section === home ? child : 0, rest)
      for (const block of gone) this.#forget(block)
      rest -= gone.length
      if (section !== home) section.renumber()
    }
    for (const [i, block] of blocks.entries()) {
      setExtent(block, extents[i])
      this.#remember(block)
    }
    home.blocks.splice(child, 0, ...blocks)
    home.renumber()
    this.#renumber(home.at)
  }

  #exchange(index: number, blocks: readonly Block[], extents: readonly Extent[]): void {
    const old = blocks.map((_, i) => this.at(index + i))
    if (old.some((block, i) => block !== blocks[i])) {
      const places = old.map(({ section, child, size, body }) => ({ section, child, size, body }))
      for (const block of old) this.#forget(block)
      for (const [i, block] of blocks.entries()) {
        const place = places[i]
        if (place?.section != null) place.section.blocks[place.child] = block
        setExtent(block, place)
        this.#remember(block)
      }
      for (const section of new Set(places.map(({ section: each }) => each))) section?.renumber()
    }
    for (const [i, block] of blocks.entries()) this.resize(block, extents[i] ?? NO_EXTENT)
  }

  /** Groups the blocks of some sections in another way: into sections of these lengths, which add up to the same number. */
  regroup(first: number, count: number, lengths: readonly number[]): void {
    const old = this.#sections.slice(first, first + count)
    if (old.length === lengths.length && old.every((section, i) => section.length === lengths[i])) return
    const blocks = old.flatMap((section) => section.blocks)
    let next = 0
    const sections = lengths.map((length) => new Section(blocks.slice(next, (next += length))))
    if (next !== blocks.length) throw new RangeError(`${blocks.length} blocks cannot be ${lengths.join(" + ")} blocks`)
    this.#sections.splice(first, count, ...sections)
    this.#renumber(first)
  }

  get #border(): number {
    return this.isSectioned ? 1 : 0
  }

  /** The section of a block; for the number behind the last block, the last section. */
  #sectionOf(index: number): Section | undefined {
    return this.#sections[lastWhere(this.#sections.length, (at) => (this.#sections[at]?.first ?? Infinity) <= index)]
  }

  #flatStart(section: number): number {
    let flat = this.#sums.before(section) - 2 * this.#border * section
    if (this.#body > 0) for (let at = 0; at < section; at++) flat -= this.#sections[at]?.body ?? 0
    return flat
  }

  #renumber(from: number): void {
    let first = this.#sections[from - 1]?.end ?? 0
    for (let at = from; at < this.#sections.length; at++) {
      const section = this.#sections[at]
      if (section === undefined) break
      section.at = at
      section.first = first
      first += section.length
    }
    this.#length = first
    this.#body = 0
    for (const { body } of this.#sections) this.#body += body
    this.#sums.reset(this.#sections.map((section) => section.size + 2 * this.#border))
  }

  #remember(block: Block): void {
    if (block.marker !== null) this.#byMarker.set(block.marker, block)
    const known = this.#byId.get(block.id)
    if (known === undefined) this.#byId.set(block.id, block)
    else if (known instanceof Set) known.add(block)
    else if (known !== block) {
      this.#byId.set(block.id, new Set([known, block]))
      this.doubled.add(block.id)
    }
  }

  #forget(block: Block): void {
    block.section = null
    if (block.marker !== null) this.#byMarker.delete(block.marker)
    const known = this.#byId.get(block.id)
    if (known === block) this.#byId.delete(block.id)
    else if (known instanceof Set) {
      known.delete(block)
      const [last] = known
      if (known.size === 1 && last !== undefined) this.#byId.set(block.id, last)
    }
  }
}

const NO_EXTENT: Extent = { size: 0, body: 0 }

function setExtent(block: Block, { size, body }: Extent = NO_EXTENT): void {
  block.size = size
  block.body = body
}

/** The last of `length` numbers that passes a test which all before it pass too; -1 when none does. */
function lastWhere(length: number, passes: (index: number) => boolean): number {
  let low = -1
  let high = length
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (passes(middle)) low = middle
    else high = middle
  }
  return low
}
