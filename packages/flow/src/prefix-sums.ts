/** A list of sizes that answers "where does entry i begin" and "which entry holds position p" in logarithmic time. */
export class PrefixSums {
  /** A Fenwick tree: entry i (from 1) holds the sum of the `i & -i` sizes that end at i. */
  #tree: Float64Array = new Float64Array(1)
  #length = 0

  get length(): number {
    return this.#length
  }

  /** Takes a new list, in linear time. */
  reset(sizes: ArrayLike<number>): void {
    const length = sizes.length
    const tree = this.#tree.length > length ? this.#tree.fill(0) : new Float64Array(length * 2 + 2)
    for (let i = 1; i <= length; i++) {
      tree[i] = (tree[i] ?? 0) + (sizes[i - 1] ?? 0)
      const parent = i + (i & -i)
      if (parent <= length) tree[parent] = (tree[parent] ?? 0) + (tree[i] ?? 0)
    }
    this.#tree = tree
    this.#length = length
  }

  /** Adds `difference` to the size of one entry. */
  add(index: number, difference: number): void {
    for (let i = index + 1; i <= this.#length; i += i & -i) this.#tree[i] = (this.#tree[i] ?? 0) + difference
  }

  /** The sum of all sizes before this entry. */
  before(index: number): number {
    let sum = 0
    for (let i = index; i > 0; i -= i & -i) sum += this.#tree[i] ?? 0
    return sum
  }

  /** The entry in which a position lies; an entry owns its first position. The length of the list when it is behind all. */
  find(position: number): number {
    let index = 0
    let rest = position
    for (let step = 2 ** Math.floor(Math.log2(Math.max(1, this.#length))); step > 0; step >>= 1) {
      const next = index + step
      if (next > this.#length) continue
      const size = this.#tree[next] ?? 0
      if (size > rest) continue
      index = next
      rest -= size
    }
    return index
  }
}
