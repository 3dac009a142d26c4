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
  /** Its size in the view's document, in positions; owned by the index. */
  size = 0
  /** The section that holds it, and its place there; owned by the index. Null when the index does not have the block. */
  section: Section | null = null
  child = 0

  constructor(marker: Y.Item | null, startFormats: Formats) {
    this.marker = marker
    this.id = (marker === null ? null : markerIdOf(marker)) ?? FIRST_BLOCK
    this.startFormats = startFormats
  }

  /** The block's number in the document; -1 when the index does not have it (any more). */
  get at(): number {
    return this.section === null ? -1 : this.section.first + this.child
  }
}

/** A stretch of blocks: as the view groups them, or all of them where the view does not. */
export class Section {
  /** Its place among the sections, and the number of its first block; owned by the index. */
  at = 0
  first = 0
  readonly blocks: Block[]
  readonly #sums = new PrefixSums()
  /** The sum of the blocks' sizes. */
  #size = 0

  constructor(blocks: readonly Block[]) {
    this.blocks = [...blocks]
    this.renumber()
  }

  get size(): number {
    return this.#size
  }

  get length(): number {
    return this.blocks.length
  }

  /** The number of the block behind its last one. */
  get end(): number {
    return this.first + this.blocks.length
  }

  /** Takes the blocks' order and sizes as they are now. */
  renumber(): void {
    for (const [child, block] of this.blocks.entries()) {
      block.section = this
      block.child = child
    }
    this.#sums.reset(this.blocks.map((block) => block.size))
    this.#size = this.#sums.before(this.blocks.length)
  }

  resize(block: Block, difference: number): void {
    block.size += difference
    this.#sums.add(block.child, difference)
    this.#size += difference
  }

  /** The sizes of all blocks before this one. */
  before(child: number): number {
    return this.#sums.before(child)
  }

  find(offset: number): number {
    return this.#sums.find(offset)
  }
}
