import type { Node, ResolvedPos } from "prosemirror-model"
import type { Mapping } from "prosemirror-transform"

/** What a block says before and behind a position in it: one character for each unit. */
export interface WordsAround {
  readonly before: string
  readonly after: string
  readonly position: number
}

/**
 * Finds the place of a caret again whose words somebody has moved, which makes them new units somewhere else. Needed only where there are
 * others, and fetched with what draws them.
 */
export interface MovedWords {
  around(position: ResolvedPos): WordsAround
  /**
   * The place with most of the words around it, at least a quarter of them, where the position was or in what `changes` have put into the
   * document; null when there is none, or nothing is known of words or changes. Costs what has changed.
   */
  find(doc: Node, words: WordsAround | undefined, changes: Mapping | undefined): number | null
}

export const movedWords: MovedWords = { around, find }

/** So many units on each side tell a place from others. */
const REACH = 32

function around({ parent, parentOffset: at, pos: position }: ResolvedPos): WordsAround {
  const before = textOf(parent, Math.max(0, at - REACH), at)
  const after = textOf(parent, at, Math.min(parent.content.size, at + REACH))
  return { before, after, position }
}

function find(doc: Node, words: WordsAround | undefined, changes: Mapping | undefined): number | null {
  if (words === undefined || changes === undefined) return null
  let found: number | null = null
  let most = Math.max(0, (words.before.length + words.after.length - 1) / 4)
  const look = (block: Node, pos: number): boolean => {
    if (!block.isTextblock) return true
    const text = textOf(block, 0, block.content.size)
    for (let at = 0; at <= text.length; at++) {
      const length = likeness(text, at, words)
      if (length <= most) continue
      most = length
      found = pos + 1 + at
    }
    return false
  }
  const lookBetween = (from: number, to: number): void => doc.nodesBetween(from, to, look)

  // Units that were put there anew as they were need no step of the view.
  const here = changes.map(words.position)
  lookBetween(here, here)
  for (const [i, map] of changes.maps.entries()) {
    const later = changes.slice(i + 1)
    map.forEach((_from, _to, start, end) => lookBetween(later.map(start, -1), later.map(end)))
  }
  return found
}

/** How many of the words stand around a place in a text as well, without a gap. A half of a pair is nothing. */
function likeness(text: string, at: number, { before, after }: WordsAround): number {
  let left = 0
  while (left < before.length && before.at(-1 - left) === text[at - 1 - left]) left++
  if (/^[\uDC00-\uDFFF]/.test(text.slice(at - left, at))) left--
  let right = 0
  while (right < after.length && after[right] === text[at + right]) right++
  if (/[\uD800-\uDBFF]$/.test(text.slice(at, at + right))) right--
  return left + right
}

/** An inline node is a character that no text has. */
function textOf(block: Node, from: number, to: number): string {
  return block.textBetween(from, to, null, "\uFFFC")
}
