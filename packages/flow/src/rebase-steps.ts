import { type Node, Slice } from "prosemirror-model"
import { Mapping, ReplaceStep, replaceStep, type Step, type Transform } from "prosemirror-transform"
import { bringsIsland } from "./island.ts"
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
    const pieces = step instanceof ReplaceStep ? seenOnly(step, whole, over, doc, islands) : [whole]
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

/** Where that is now which a step takes away, and which its author saw. */
export interface SeenRun {
  readonly from: number
  to: number
}

/** The step itself when its range holds nothing new; else the deletion of what was seen, then the insertion. */
function seenOnly(
  step: ReplaceStep,
  whole: Step | null,
  over: Mapping,
  doc: Node,
  islands: Islands | null,
): readonly ReplaceStep[] {
  // Where all around was deleted, mapping gives up; what was put in is kept all the same.
  if (!(whole instanceof ReplaceStep)) return [new ReplaceStep(over.map(step.from), over.map(step.from), step.slice)]
  const runs: SeenRun[] = []
  let seen = 0
  for (let position = step.from; position < step.to; position++) {
    const { pos, deletedAfter } = over.mapResult(position, 1)
    if (deletedAfter) continue
    seen++
    const last = runs.at(-1)
    if (last !== undefined && last.to === pos) last.to = pos + 1
    else runs.push({ from: pos, to: pos + 1 })
  }
  const isAll = whole.to - whole.from <= seen
  const pieces = isAll ? (islands === null ? [whole] : islands.outOf(whole, doc)) : null
  if (pieces !== null) return pieces
  // Only text, and islands: the blocks around unseen words stay.
  const deletions: ReplaceStep[] = []
  for (const { from, to } of runs) {
    doc.nodesBetween(from, to, (node, at) => {
      const own = islands?.deletionsIn(node, at, { from, to }, runs, whole) ?? null
      deletions.push(...(own ?? textIn(node, at, { from, to })))
      return own === null && !node.isTextblock
    })
  }
  deletions.sort((a, b) => b.from - a.from)
  // Behind the deletions, its beginning is still where it was.
  if (step.slice.size > 0) deletions.push(new ReplaceStep(whole.from, whole.from, step.slice))
  return deletions
}

/** The deletion of what a range has of a text. */
export function textIn(node: Node, at: number, range: SeenRun): ReplaceStep[] {
  const start = Math.max(range.from, at + 1)
  const end = Math.min(range.to, at + 1 + node.content.size)
  return node.isTextblock && end > start ? [new ReplaceStep(start, end, Slice.empty)] : []
}

/** The step, or one that fits the same content in where the step itself cannot be applied any more. */
function fitted(step: Step, doc: Node): Step | null {
  if (!(step instanceof ReplaceStep) || step.apply(doc).doc !== null) return step
  const other = replaceStep(doc, step.from, step.to, step.slice) ?? null
  // Fitting makes up whatever is missing, and be it a row that nobody could store.
  return other === null || (bringsIsland(other) && !bringsIsland(step)) ? null : other
}
