import { Fragment, type Node, Slice } from "prosemirror-model"
import { ReplaceStep, type Transform } from "prosemirror-transform"
import type { Section } from "./block.ts"
import type { BlockIndex } from "./block-index.ts"

/** How many blocks a section of the view may hold before it is split, and how few before it joins a neighbour. */
export interface SectionSizes {
  readonly most: number
  readonly least: number
}

export const SECTION_SIZES: SectionSizes = { most: 150, least: 50 }

/** The node whose content a flow is: the document, or what begins right before `start`. */
export function containerAt(doc: Node, start: number): Node {
  const container = start === 0 ? doc : doc.nodeAt(start - 1)
  if (container === null) throw new RangeError(`nothing begins before position ${start}`)
  return container
}

/** The nodes whose children are the blocks: the sections of a container, or itself where it has none. */
export function groupsOf(container: Node, isSectioned: boolean): readonly Node[] {
  return isSectioned ? container.children : [container]
}

/** The node of one section of the index, in a document that the index describes. */
export function groupAt(doc: Node, index: BlockIndex, section: number): Node {
  const container = containerAt(doc, index.start)
  return index.isSectioned ? container.child(section) : container
}

/** Lengths of sections for so many blocks, none near a bound, so that some typing changes none. */
export function sectionLengths(blocks: number, { most, least }: SectionSizes): number[] {
  const count = Math.max(1, Math.round(blocks / Math.max(1, (most + least) / 2)))
  return Array.from(
    { length: count },
    (_, i) => Math.floor(((i + 1) * blocks) / count) - Math.floor((i * blocks) / count),
  )
}

/**
 * Splits sections that have become long and joins those that have become short, in the view's document and the index. Every position
 * stays where it is in its block, so selections and decorations are mapped and nothing else is to be done.
 */
export function balanceSections(change: Transform, index: BlockIndex, sizes: SectionSizes): void {
  if (!index.isSectioned) return
  for (let at = index.sections.length - 1; at >= 0; at--) {
    let section = index.sections[at]
    if (section === undefined) continue
    if (section.length < sizes.least && index.sections.length > 1) {
      const [before, after] = [index.sections[at - 1], index.sections[at + 1]]
      const isLast = after === undefined || (before !== undefined && before.length <= after.length)
      const first = isLast ? at - 1 : at
      join(change, index, first)
      section = index.sections[first]
    }
    if (section !== undefined && section.length > sizes.most) split(change, index, section, sizes)
  }
}

/** Whether `balanceSections` has something to do. */
export function isUnbalanced({ isSectioned, sections }: BlockIndex, { most, least }: SectionSizes): boolean {
  if (!isSectioned) return false
  for (const { length } of sections) if (length > most || (length < least && sections.length > 1)) return true
  return false
}

function join(change: Transform, index: BlockIndex, first: number): void {
  const [section, next] = [index.sections[first], index.sections[first + 1]]
  if (section === undefined || next === undefined) return
  const border = index.startOf(next)
  change.step(new ReplaceStep(border - 2, border, Slice.empty, true))
  index.regroup(first, 2, [section.length + next.length])
}

/** Halves again and again: every step copies only what it splits. */
function split(change: Transform, index: BlockIndex, section: Section, sizes: SectionSizes): void {
  const lengths = sectionLengths(section.length, sizes)
  const start = index.startOf(section)
  const { type } = groupAt(change.doc, index, section.at)
  const borders = new Slice(Fragment.from([type.create(), type.create()]), 1, 1)
  const ends: number[] = []
  let blocks = 0
  for (const length of lengths) ends.push((blocks += length))
  /** Splits the lengths from `from` to `to`, which still are one section, behind so many borders made before it. */
  const halve = (from: number, to: number, made: number): void => {
    if (to - from < 2) return
    const middle = (from + to) >> 1
    const position = start + section.before(ends[middle - 1] ?? 0) + 2 * made
    change.step(new ReplaceStep(position, position, borders, true))
    halve(middle, to, made + 1)
    halve(from, middle, made)
  }
  halve(0, lengths.length, 0)
  index.regroup(section.at, 1, lengths)
}
