import type * as Y from "yjs"
import type { Formats } from "./formats.ts"
import { FIRST_BLOCK } from "./grammar.ts"
import { PrefixSums } from "./prefix-sums.ts"
import { markerIdOf } from "./yjs-items.ts"

/** One block of the flow. The object stays the same for as long as its marker lives. */
export class Block {
  /** The item that opens the block; null for the block before the first marker. Marker items never merge or split. */
  readonly marker: Y.Item | null
  /** The block's id in the shared document; two blocks may share one after merges. */
  readonly id: string
  /** The formats in force right behind the marker: formats run across blocks. */
  startFormats: Formats
  /** The block's place in the index; owned by the index. */
  at = -1
  /** Its size in the view's document, in positions; owned by the index. */
  size = 0

  constructor(marker: Y.Item | null, startFormats: Formats) {
    this.marker = marker
    this.id = (marker === null ? null : markerIdOf(marker)) ?? FIRST_BLOCK
    this.startFormats = startFormats
  }
}

/**
 * The blocks in document order: block i of the flow is block i of the view's document, after every transaction. Positions
 * are those of the view; whatever structure the view puts around blocks is known here alone.
 */
export class BlockIndex {
  readonly blocks: Block[] = []
  readonly #byMarker = new Map<Y.Item, Block>()
  readonly #byId = new Map<string, Set<Block> | Block>()
  readonly #sums = new PrefixSums()

  get length(): number {
    return this.blocks.length
  }

  /** The block at a place in the order; throws for a place that does not exist. */
  at(index: number): Block {
    const block = this.blocks[index]
    if (block === undefined) throw new RangeError(`there is no block ${index} of ${this.blocks.length}`)
    return block
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

  /** Whether another block before this one has its id: then this one is the copy. */
  isTwin(block: Block): boolean {
    for (const other of this.ofId(block.id)) if (other.at < block.at) return true
    return false
  }

  /** The position before a block; for the index behind the last, the end of the document. */
  positionOf(index: number): number {
    return this.#sums.before(index)
  }

  /** The block at a position, and how far behind the block's beginning it lies: 0 is before the block, 1 before its first unit. */
  locate(position: number): { index: number; offset: number } {
    const index = this.#sums.find(position)
    return { index, offset: position - this.#sums.before(index) }
  }

  resize(block: Block, size: number): void {
    if (block.size === size) return
    this.#sums.add(block.at, size - block.size)
    block.size = size
  }

  /** Swaps `count` blocks for others, with their sizes; linear in the number of blocks when the list itself changes. */
  splice(index: number, count: number, blocks: readonly Block[], sizes: readonly number[]): void {
    if (count === blocks.length && blocks.every((block, i) => this.blocks[index + i] === block)) {
      for (const [i, block] of blocks.entries()) this.resize(block, sizes[i] ?? 0)
      return
    }
    for (let i = index; i < index + count; i++) this.#forget(this.at(i))
    const tail = this.blocks.splice(index)
    for (const block of blocks) this.blocks.push(block)
    for (let i = count; i < tail.length; i++) {
      const block = tail[i]
      if (block !== undefined) this.blocks.push(block)
    }
    for (const [i, block] of blocks.entries()) {
      block.size = sizes[i] ?? 0
      this.#remember(block)
    }
    for (let i = index; i < this.blocks.length; i++) this.at(i).at = i
    this.#sums.reset(this.blocks.map((block) => block.size))
  }

  #remember(block: Block): void {
    if (block.marker !== null) this.#byMarker.set(block.marker, block)
    const known = this.#byId.get(block.id)
    if (known === undefined) this.#byId.set(block.id, block)
    else if (known instanceof Set) known.add(block)
    else if (known !== block) this.#byId.set(block.id, new Set([known, block]))
  }

  #forget(block: Block): void {
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
