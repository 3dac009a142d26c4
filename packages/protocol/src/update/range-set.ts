import type { ByteReader } from "./byte-reader.ts"
import type { UpdateWriter } from "./update-writer.ts"

/** Clocks as sorted, disjoint, non-touching ranges: 8 bytes a range, in blocks, so that an insertion moves at most one block. */
export class RangeSet {
  #blocks: Block[] = []

  /** The number of ranges. Counted on asking. */
  get size(): number {
    let size = 0
    for (const block of this.#blocks) size += block.size
    return size
  }

  has(clock: number): boolean {
    const block = this.#blocks[this.#blockOf(clock + 1)]
    if (!block) return false
    return block.start(block.indexOf(clock + 1)) <= clock
  }

  /** Adds `from` up to, not including, `to`. */
  add(from: number, to: number): void {
    const b = this.#blockOf(from)
    const block = this.#blocks[b]
    if (!block) {
      this.#append(from, to)
      return
    }
    const i = block.indexOf(from)
    if (block.start(i) > to) {
      this.#insert(b, i, from, to)
      return
    }
    block.set(i, Math.min(from, block.start(i)), Math.max(to, block.end(i)))
    this.#swallow(b, i)
  }

  /** Calls back with each part of the range that is not in the set, in order. */
  missing(from: number, to: number, part: (from: number, to: number) => void): void {
    let at = from
    let b = this.#blockOf(from + 1)
    let i = this.#blocks[b]?.indexOf(from + 1) ?? 0
    while (at < to) {
      const block = this.#blocks[b]
      if (!block) break
      if (i === block.size) {
        b++
        i = 0
        continue
      }
      const start = block.start(i)
      if (start >= to) break
      if (start > at) part(at, start)
      at = Math.max(at, block.end(i))
      i++
    }
    if (at < to) part(at, to)
  }

  forEach(f: (from: number, to: number) => void): void {
    for (const block of this.#blocks) {
      for (let i = 0; i < block.size; i++) f(block.start(i), block.end(i))
    }
  }

  /** Writes the ranges, each as its distance from the one before and its length. */
  writeTo(writer: UpdateWriter): void {
    writer.uint(this.size)
    let end = 0
    this.forEach((from, to) => {
      writer.uint(from - end)
      writer.uint(to - from)
      end = to
    })
  }

  /** Adds the ranges that `writeTo` wrote, behind those that are here. */
  readFrom(reader: ByteReader): void {
    let end = 0
    for (let left = reader.uint(); left > 0; left--) {
      const from = end + reader.uint()
      end = from + reader.uint()
      this.#append(from, end)
    }
  }

  /** The first block with a range that ends at `clock` or later; the number of blocks if there is none. */
  #blockOf(clock: number): number {
    let low = 0
    let high = this.#blocks.length
    while (low < high) {
      const middle = (low + high) >> 1
      const block = this.#blocks[middle]
      if (block && block.end(block.size - 1) >= clock) high = middle
      else low = middle + 1
    }
    return low
  }

  #append(from: number, to: number): void {
    let last = this.#blocks.at(-1)
    if (!last || last.size === BLOCK) {
      last = new Block()
      this.#blocks.push(last)
    }
    last.insert(last.size, from, to)
  }

  #insert(b: number, i: number, from: number, to: number): void {
    const block = this.#blocks[b]
    if (!block) return
    if (block.size < BLOCK) {
      block.insert(i, from, to)
      return
    }
    const upper = block.halve()
    this.#blocks.splice(b + 1, 0, upper)
    if (i <= block.size) block.insert(i, from, to)
    else upper.insert(i - block.size, from, to)
  }

  /** Merges what the grown range now touches. */
  #swallow(b: number, i: number): void {
    const block = this.#blocks[b]
    if (!block) return
    const end = block.end(i)
    let last = i + 1
    while (last < block.size && block.start(last) <= end) last++
    let grown = Math.max(end, block.end(last - 1))
    const reachedEnd = last === block.size
    block.remove(i + 1, last)
    if (reachedEnd) {
      while (this.#blocks.length > b + 1) {
        const next = this.#blocks[b + 1]
        if (!next || next.start(0) > grown) break
        let n = 0
        while (n < next.size && next.start(n) <= grown) grown = Math.max(grown, next.end(n++))
        next.remove(0, n)
        if (next.size > 0) break
        this.#blocks.splice(b + 1, 1)
      }
    }
    block.set(i, block.start(i), grown)
  }
}

/** Ranges in a block: an insertion moves at most this many. */
const BLOCK = 256

class Block {
  size = 0
  /** start, end, start, end, … */
  #clocks = new Uint32Array(4)

  start(i: number): number {
    return this.#clocks[2 * i] ?? 0
  }

  end(i: number): number {
    return this.#clocks[2 * i + 1] ?? 0
  }

  set(i: number, start: number, end: number): void {
    this.#clocks[2 * i] = start
    this.#clocks[2 * i + 1] = end
  }

  /** The first range that ends at `clock` or later. */
  indexOf(clock: number): number {
    let low = 0
    let high = this.size
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.end(middle) >= clock) high = middle
      else low = middle + 1
    }
    return low
  }

  insert(i: number, start: number, end: number): void {
    if (2 * this.size === this.#clocks.length) {
      const grown = new Uint32Array(this.#clocks.length * 2)
      grown.set(this.#clocks)
      this.#clocks = grown
    }
    this.#clocks.copyWithin(2 * i + 2, 2 * i, 2 * this.size)
    this.size++
    this.set(i, start, end)
  }

  remove(from: number, to: number): void {
    this.#clocks.copyWithin(2 * from, 2 * to, 2 * this.size)
    this.size -= to - from
  }

  /** Gives away its upper half. */
  halve(): Block {
    const upper = new Block()
    const half = this.size >> 1
    upper.#clocks = new Uint32Array(2 * BLOCK)
    upper.#clocks.set(this.#clocks.subarray(2 * half, 2 * this.size))
    upper.size = this.size - half
    this.size = half
    return upper
  }
}
