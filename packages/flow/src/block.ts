import type * as Y from "yjs"
import type { Formats } from "./formats.ts"
import { FIRST_BLOCK } from "./grammar.ts"
import type { Extent } from "./island.ts"
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
  /** Its size in the view's document, in positions, and how much of that an island has before its text; owned by the index. */
  size = 0
  body = 0
  /** The section that holds it, and its place there; owned by the index. Null when the index does not have the block. */
  section: Section | null = null
  child = 0

  /** `first` is the id of a block without marker in this flow. */
  constructor(marker: Y.Item | null, startFormats: Formats, first: string = FIRST_BLOCK) {
    this.marker = marker
    this.id = (marker === null ? null : markerIdOf(marker)) ?? first
    this.startFormats = startFormats
  }

  /** How far behind its beginning its first unit stands. */
  get lead(): number {
    return this.body === 0 ? 1 : this.body
  }

  /** How many units it holds. */
  get units(): number {
    return this.size - this.body - 2
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
  /** The sums of the blocks' sizes, and of what islands have before their text. */
  #size = 0
  #body = 0

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
    this.#body = 0
    for (const { body } of this.blocks) this.#body += body
  }

  /** Gives a block another size; returns by how much the section grew. */
  resize(block: Block, { size, body }: Extent): number {
    const difference = size - block.size
    block.size = size
    this.#body += body - block.body
    block.body = body
    this.#sums.add(block.child, difference)
    this.#size += difference
    return difference
  }

  /** The sizes of all blocks before this one. */
  before(child: number): number {
    return this.#sums.before(child)
  }

  find(offset: number): number {
    return this.#sums.find(offset)
  }

  /** What its islands have before their texts: so much less it takes in flat positions. */
  get body(): number {
    return this.#body
  }

  /** The same as `before` and `find` in flat positions. */
  flatBefore(child: number): number {
    let flat = this.#sums.before(child)
    for (let i = 0; i < child && this.#body > 0; i++) flat -= this.blocks[i]?.body ?? 0
    return flat
  }

  findFlat(offset: number): number {
    if (this.#body === 0) return this.#sums.find(offset)
    let rest = offset
    for (const [child, { size, body }] of this.blocks.entries()) {
      rest -= size - body
      if (rest < 0) return child
    }
    return this.blocks.length
  }
}
