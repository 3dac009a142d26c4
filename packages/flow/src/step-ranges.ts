import type { Node } from "prosemirror-model"
import type { Step } from "prosemirror-transform"

/** What a step puts in the place of what: positions before it and after it. */
export interface ChangedRange {
  readonly from: number
  /** The end in the old document. */
  readonly to: number
  /** The end in the new one; both begin at `from`. */
  readonly newTo: number
}

/**
 * The one range in which a step changes text or structure; null when it changes none, which attribute and mark steps say of
 * themselves. A step around a gap is taken as one range, gap included: what stays the same is found by comparing.
 */
export function rangeOfStep(step: Step): ChangedRange | null {
  let from = Infinity
  let to = -Infinity
  let newTo = -Infinity
  step.getMap().forEach((oldStart, oldEnd, _newStart, newEnd) => {
    from = Math.min(from, oldStart)
    to = Math.max(to, oldEnd)
    newTo = Math.max(newTo, newEnd)
  })
  return from === Infinity ? null : { from, to, newTo }
}

/** Reads the UTF-16 unit behind a position; 0 when there is no text. */
export type UnitReader = (position: number) => number

/** The range, widened so that neither end lies between the halves of a surrogate pair, before or after the change. */
export function keepPairs(range: ChangedRange, before: UnitReader, after: UnitReader): ChangedRange {
  let { from, to, newTo } = range
  if (isHigh(before(from - 1)) && (isLow(before(from)) || isLow(after(from)))) from--
  if (isLow(before(to)) && (isHigh(before(to - 1)) || isHigh(after(newTo - 1)))) {
    to++
    newTo++
  }
  return { from, to, newTo }
}

/** The UTF-16 unit at an offset of a block's content; 0 when there is no text. */
export function unitAt(block: Node, offset: number): number {
  if (offset < 0 || offset >= block.content.size) return 0
  let before = 0
  for (let i = 0; i < block.childCount; i++) {
    const child = block.child(i)
    if (offset < before + child.nodeSize) return child.isText ? (child.text ?? "").charCodeAt(offset - before) : 0
    before += child.nodeSize
  }
  return 0
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff
}
