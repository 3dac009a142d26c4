import { blockAttributes, MAX_INDENT } from "@ligature/schema"
import type { Node } from "prosemirror-model"
import { Plugin } from "prosemirror-state"
import { Decoration, DecorationSet } from "prosemirror-view"

/**
 * Lets ordered lists count on over the borders of sections. The style sheet counts; but what the browser may leave undrawn counts for
 * itself (CSS containment), so the first item of a list that began in a section before has to be told its number.
 */
export function listNumbers(): Plugin {
  return new Plugin<DecorationSet>({
    state: {
      init: (_config, { doc }) => decorate(doc),
      apply: (transaction, before) => {
        if (!transaction.docChanged) return before
        const now = decorate(transaction.doc)
        return now === DecorationSet.empty && before === DecorationSet.empty ? before : now
      },
    },
    props: {
      decorations(state) {
        return this.getState(state)
      },
    },
  })
}

/** What a section does to the numbering of one level. */
interface LevelCount {
  /** The number at its end; counted on from the number at its beginning unless a list ended or began in it. */
  readonly number: number
  readonly goesOn: boolean
  /** The child of the section that has to be told where the level stands, by place and position in it; null when none does. */
  readonly first: { readonly child: number; readonly offset: number } | null
}

/** What most sections count: nothing, and no list goes on in them. */
const NO_NUMBERS: readonly LevelCount[] = []

/** A list that has ended, or not begun. */
const ENDED = { number: 0, goesOn: false } as const

const counted = new WeakMap<Node, readonly LevelCount[]>()

/** Costs the number of sections, and one look at each block of those that are new. */
function decorate(doc: Node): DecorationSet {
  const decorations: Decoration[] = []
  const numbers = Array.from({ length: MAX_INDENT + 1 }, () => 0)
  let start = 1
  for (const section of doc.children) {
    if (section.type.name !== "section") return DecorationSet.empty
    const counts = countsOf(section)
    if (counts === NO_NUMBERS) numbers.fill(0)
    for (const [level, { number, goesOn, first }] of counts.entries()) {
      const before = numbers[level] ?? 0
      if (first !== null && before > 0) {
        const from = start + first.offset
        const style = `counter-set: ligature-${level} ${before + 1}${deeperLevels(level)}`
        decorations.push(Decoration.node(from, from + section.child(first.child).nodeSize, { style }))
      }
      numbers[level] = goesOn ? before + number : number
    }
    start += section.nodeSize
  }
  return decorations.length === 0 ? DecorationSet.empty : DecorationSet.create(doc, decorations)
}

function countsOf(section: Node): readonly LevelCount[] {
  const known = counted.get(section)
  if (known !== undefined) return known
  const levels = Array.from({ length: MAX_INDENT + 1 }, (): Writable<LevelCount> => {
    return { number: 0, goesOn: true, first: null }
  })
  /** The levels from this one on are at 0 and do not go on. With every key all the blocks of a section are looked at. */
  let endedFrom = levels.length
  section.forEach((block, offset, child) => {
    if (block.type.name !== "block") return
    const { list, indent, restart } = blockAttributes(block)
    const own = levels[indent]
    const isItem = list === "ordered"
    if (isItem && own !== undefined) {
      if (restart !== null) {
        own.number = restart
        own.goesOn = false
      } else {
        if (own.goesOn && own.number === 0) own.first = { child, offset }
        own.number++
      }
      endedFrom = Math.max(endedFrom, indent + 1)
    }
    const end = isItem ? indent + 1 : indent
    for (let level = end; level < endedFrom; level++) {
      const ended = levels[level]
      if (ended !== undefined) Object.assign(ended, ENDED)
    }
    endedFrom = Math.min(endedFrom, end)
  })
  const counts = levels.every(({ number, goesOn, first }) => number === 0 && !goesOn && first === null)
    ? NO_NUMBERS
    : levels
  counted.set(section, counts)
  return counts
}

type Writable<T> = { -readonly [key in keyof T]: T[key] }

/** An inline style takes the place of the rule that starts the levels below afresh. */
function deeperLevels(level: number): string {
  let counters = ""
  for (let deeper = level + 1; deeper <= MAX_INDENT; deeper++) counters += ` ligature-${deeper} 0`
  return counters
}
