import type * as Y from "yjs"
import type { Block } from "./block.ts"
import type { BlockIndex } from "./block-index.ts"
import { isLiveMarker, visitChangedItems } from "./yjs-items.ts"

/** Blocks of the index, by their old numbers, whose part of the flow has to be read again. */
export interface DirtyRange {
  readonly first: number
  readonly last: number
  /** Whether a block in it is known to be new or gone. */
  readonly structural: boolean
}

/** One in so many items that a search passes is remembered, so that many changes in one place are found in linear time. */
const REMEMBER_EVERY = 8

/** Where the flow changed in a transaction, as ranges that do not overlap, in document order. */
export function dirtyRanges(transaction: Y.Transaction, text: Y.Text, index: BlockIndex): DirtyRange[] {
  const anchors = new Map<Y.Item, Block | null>()
  const ranges: DirtyRange[] = []
  const plain = new Set<number>()

  /** The nearest block to the left that was there before and still is; null at the start of the flow. */
  const anchorOf = (item: Y.Item): Block | null => {
    const passed = [item]
    let anchor: Block | null = null
    let steps = 0
    for (let left = item.left; left !== null; left = left.left) {
      const remembered = anchors.get(left)
      if (remembered !== undefined) {
        anchor = remembered
        break
      }
      const block = isLiveMarker(left) ? index.ofMarker(left) : undefined
      if (block !== undefined) {
        anchor = block
        break
      }
      if (++steps % REMEMBER_EVERY === 0) passed.push(left)
    }
    for (const each of passed) anchors.set(each, anchor)
    return anchor
  }

  visitChangedItems(transaction, text, (item) => {
    const first = anchorOf(item)?.at ?? 0
    const gone = item.deleted ? index.ofMarker(item) : undefined
    const isNew = isLiveMarker(item) && index.ofMarker(item) === undefined
    if (gone !== undefined) ranges.push({ first, last: Math.max(first, gone.at), structural: true })
    else if (isNew) ranges.push({ first, last: first, structural: true })
    else plain.add(first)
  })
  for (const at of plain) ranges.push({ first: at, last: at, structural: false })
  return mergeRanges(ranges)
}

/** Overlapping ranges become one; so do neighbours that are both structural, as one step says more about them than two. */
export function mergeRanges(ranges: readonly DirtyRange[]): DirtyRange[] {
  const merged: DirtyRange[] = []
  for (const range of [...ranges].sort((a, b) => a.first - b.first || a.last - b.last)) {
    const last = merged.at(-1)
    const touches = last !== undefined && range.first <= last.last
    const adjoins = last !== undefined && range.first === last.last + 1 && range.structural && last.structural
    if (last !== undefined && (touches || adjoins)) {
      const structural = last.structural || range.structural
      merged[merged.length - 1] = { first: last.first, last: Math.max(last.last, range.last), structural }
    } else merged.push(range)
  }
  return merged
}

/** One range over all of them. */
export function spanOf(ranges: readonly DirtyRange[]): DirtyRange[] {
  const [first, last] = [ranges[0], ranges.at(-1)]
  return first === undefined || last === undefined ? [] : [{ first: first.first, last: last.last, structural: true }]
}
