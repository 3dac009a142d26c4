/** Clocks by client, as a union of ranges. */
export class ClockRanges {
  readonly #ranges = new Map<number, { from: number; to: number }[]>()

  /** In order, none touching the next. */
  get byClient(): ReadonlyMap<number, readonly { readonly from: number; readonly to: number }[]> {
    return this.#ranges
  }

  /** @returns how many of the clocks were not in it */
  add(client: number, from: number, to: number): number {
    if (to <= from) return 0
    const ranges = this.#ranges.get(client)
    if (ranges === undefined) {
      this.#ranges.set(client, [{ from, to }])
      return to - from
    }
    const first = firstEndingAtOrBehind(ranges, from)
    let last = first
    let covered = 0
    const joined = { from, to }
    for (let range = ranges[last]; range !== undefined && range.from <= to; range = ranges[++last]) {
      covered += Math.max(0, Math.min(range.to, to) - Math.max(range.from, from))
      joined.from = Math.min(joined.from, range.from)
      joined.to = Math.max(joined.to, range.to)
    }
    ranges.splice(first, last - first, joined)
    return to - from - covered
  }
}

function firstEndingAtOrBehind(ranges: readonly { readonly to: number }[], clock: number): number {
  let low = 0
  let high = ranges.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ranges[middle]?.to ?? 0) < clock) low = middle + 1
    else high = middle
  }
  return low
}
