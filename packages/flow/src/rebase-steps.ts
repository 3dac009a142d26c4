import { type Node, type ResolvedPos, Slice } from "prosemirror-model"
import { Selection } from "prosemirror-state"
import { Mapping, ReplaceStep, replaceStep, type Step, type Transform } from "prosemirror-transform"
import { bringsIsland, isIsland } from "./island.ts"
import type { Islands } from "./islands.ts"
import { placeOfStep } from "./step-place.ts"

/**
 * Steps as they are to be made after `back`, which takes exactly these steps back and then makes changes of others. As
 * prosemirror-collab does it, each step is mapped over all that came before it, its own inverse left out. Unlike there, a
 * deletion takes only what its author saw: what others put into the deleted range stays. What cannot be stored any more is left out.
 */
export function rebaseSteps(steps: readonly Step[], back: Transform, islands: Islands | null): Step[] {
  const mapping = new Mapping(back.mapping.maps)
  const again: Step[] = []
  let { doc } = back
  for (const [i, step] of steps.entries()) {
    const inverse = steps.length - 1 - i
    const over = mapping.slice(inverse + 1)
    const whole = step.map(over)
    const pieces = step instanceof ReplaceStep ? seenOnly(step, whole, over, doc) : [whole]
    for (const wanted of pieces) {
      const piece = wanted === null ? null : fitted(wanted, doc)
      const isAcross = piece !== null && islands !== null && placeOfStep(piece, doc, islands) === "across"
      const result = isAcross ? null : piece?.apply(doc)
      if (piece === null || result?.doc == null) continue
      // A step in several pieces has no one inverse; those behind it are mapped over the pieces as they are.
      mapping.appendMap(piece.getMap(), pieces.length === 1 ? inverse : undefined)
      again.push(piece)
      doc = result.doc
    }
  }
  return again
}

/** The step itself when its range holds nothing new; else the deletion of what was seen, then the insertion. */
function seenOnly(step: ReplaceStep, whole: Step | null, over: Mapping, doc: Node): Step[] {
  // Where all around was deleted, mapping gives up; what was put in is kept all the same.
  if (!(whole instanceof ReplaceStep)) return [new ReplaceStep(over.map(step.from), over.map(step.from), step.slice)]
  const runs = seenRuns(step, over)
  const seen = runs.reduce((sum, { from, to }) => sum + to - from, 0)
  const pieces = whole.to - whole.from <= seen ? outOfIsland(whole, doc) : null
  if (pieces !== null) return pieces
  const deletions = runs.flatMap((run) => deletionsIn(run, whole, runs, doc)).toSorted((a, b) => b.from - a.from)
  // Behind the deletions, its beginning is still where it was.
  return step.slice.size === 0 ? deletions : [...deletions, new ReplaceStep(whole.from, whole.from, step.slice)]
}

interface Run {
  readonly from: number
  to: number
}

/** Where that is now which a step takes away, and which its author saw. */
function seenRuns(step: ReplaceStep, over: Mapping): Run[] {
  const runs: Run[] = []
  for (let position = step.from; position < step.to; position++) {
    const { pos, deletedAfter } = over.mapResult(position, 1)
    if (deletedAfter) continue
    const last = runs.at(-1)
    if (last !== undefined && last.to === pos) last.to = pos + 1
    else runs.push({ from: pos, to: pos + 1 })
  }
  return runs
}

/** Text, and whole islands: the blocks around unseen words stay. Islands hide what is unseen in their cells, as whenever they are deleted. */
function deletionsIn({ from, to }: Run, whole: ReplaceStep, runs: readonly Run[], doc: Node): ReplaceStep[] {
  const pieces: ReplaceStep[] = []
  doc.nodesBetween(from, to, (node, at) => {
    const end = at + node.nodeSize
    if (isIsland(node.type) && (whole.from <= at || end <= whole.to)) {
      const text = end - 1 - (node.lastChild?.nodeSize ?? 0)
      const isSeen = [[at, at + 1] as const, [text, end] as const].every(([start, stop]) =>
        runs.some((run) => run.from <= start && stop <= run.to),
      )
      if (!isSeen) pieces.push(...textIn(text, node.lastChild, from, to))
      else if (from <= at) pieces.push(new ReplaceStep(at, end, Slice.empty))
      return false
    }
    pieces.push(...textIn(at, node, from, to))
    return !node.isTextblock
  })
  return pieces
}

function textIn(at: number, node: Node | null, from: number, to: number): ReplaceStep[] {
  if (node?.isTextblock !== true) return []
  const start = Math.max(from, at + 1)
  const end = Math.min(to, at + 1 + node.content.size)
  return end > start ? [new ReplaceStep(start, end, Slice.empty)] : []
}

/**
 * A step as it is, unless it ends in the text of an island that it began before, where others joined what followed: then what is left of
 * that text goes on in the block before, as in the flow. Null where there is none.
 */
function outOfIsland(step: ReplaceStep, doc: Node): ReplaceStep[] | null {
  const start = doc.resolve(step.from)
  const island = islandAround(doc.resolve(step.to))
  if (island === null || island < step.from || start.parent.isTextblock || step.apply(doc).doc !== null) return [step]
  if (step.slice.size > 0) {
    const first = new ReplaceStep(step.from, step.from, step.slice)
    const between = first.apply(doc).doc
    if (between === null) return null
    const { size } = step.slice
    const rest = outOfIsland(new ReplaceStep(step.from + size, step.to + size, Slice.empty), between)
    return rest === null ? null : [first, ...rest]
  }
  const before = Selection.findFrom(start, -1, true)
  return before === null ? null : [new ReplaceStep(before.from, step.to, Slice.empty)]
}

/** The position before the island around a place; null outside of any. */
function islandAround(place: ResolvedPos): number | null {
  for (let { depth } = place; depth > 0; depth--) if (isIsland(place.node(depth).type)) return place.before(depth)
  return null
}

/** The step, or one that fits the same content in where the step itself cannot be applied any more. */
function fitted(step: Step, doc: Node): Step | null {
  if (!(step instanceof ReplaceStep) || step.apply(doc).doc !== null) return step
  const other = replaceStep(doc, step.from, step.to, step.slice) ?? null
  // Fitting makes up whatever is missing, and be it a row that nobody could store.
  return other === null || (bringsIsland(other) && !bringsIsland(step)) ? null : other
}
