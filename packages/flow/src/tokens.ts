import type { Node } from "prosemirror-model"
import { islandOf } from "./island.ts"

/** What stands at a position: a block's opening or closing (negative numbers, an island's is its stand-in), a code point, or something in the line. */
type Token = number | Node

const OPEN = -1
const CLOSE = -2

/** A range in positions, counted from before the first of some blocks. */
export interface Range {
  readonly from: number
  readonly to: number
}

/**
 * How many positions two ranges of blocks have in common at their beginnings and at their ends, apart from block attributes
 * and marks. Never cuts a surrogate pair, and never counts a position twice.
 */
export function commonEnds(
  before: readonly Node[],
  oldRange: Range,
  after: readonly Node[],
  newRange: Range,
): { start: number; end: number } {
  const a = tokensIn(before, oldRange)
  const b = tokensIn(after, newRange)
  const most = Math.min(a.length, b.length)
  let prefix = 0
  let start = 0
  while (prefix < most && sameToken(a[prefix], b[prefix])) start += widthOf(a[prefix++])
  let suffix = 0
  let end = 0
  while (suffix < most - prefix && sameToken(a[a.length - 1 - suffix], b[b.length - 1 - suffix])) {
    end += widthOf(a[a.length - 1 - suffix])
    suffix++
  }
  return { start, end }
}

function tokensIn(blocks: readonly Node[], range: Range): Token[] {
  const tokens: Token[] = []
  let before = 0
  for (const block of blocks) {
    const end = before + block.nodeSize
    if (before >= range.to) break
    if (end > range.from) {
      if (before >= range.from) tokens.push(islandOf(block) === null ? OPEN : block)
      const from = Math.max(range.from, before + 1) - before - 1
      const to = Math.min(range.to, end - 1) - before - 1
      if (to > from) contentTokens(block, from, to, tokens)
      if (range.to >= end) tokens.push(CLOSE)
    }
    before = end
  }
  return tokens
}

function contentTokens(block: Node, from: number, to: number, tokens: Token[]): void {
  block.nodesBetween(from, to, (node, at) => {
    if (!node.isText) tokens.push(node)
    else
      for (const character of (node.text ?? "").slice(Math.max(0, from - at), to - at))
        tokens.push(character.codePointAt(0) ?? 0)
  })
}

function widthOf(token: Token | undefined): number {
  return typeof token === "number" && token > 0xffff ? 2 : 1
}

function sameToken(a: Token | undefined, b: Token | undefined): boolean {
  if (a === b) return true
  if (typeof a !== "object" || typeof b !== "object") return false
  // Two islands are one when they have one id; what else they show is no matter of the flow.
  if (a.isTextblock || b.isTextblock)
    return a.type === b.type && a.attrs["id"] !== null && a.attrs["id"] === b.attrs["id"]
  return a.hasMarkup(b.type, b.attrs, b.marks)
}
