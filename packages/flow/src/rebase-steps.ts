import { type Node, Slice } from "prosemirror-model"
import { Mapping, ReplaceStep, replaceStep, type Step, type Transform } from "prosemirror-transform"

/**
 * Steps as they are to be made after `back`, which takes exactly these steps back and then makes changes of others. As
 * prosemirror-collab does it, each step is mapped over all that came before it, its own inverse left out. Unlike there, a
 * deletion takes only what its author saw: what others put into the deleted range stays.
 */
export function rebaseSteps(steps: readonly Step[], back: Transform): Step[] {
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
      const result = piece?.apply(doc)
      if (piece === null || result?.doc == null) continue
      // A step in several pieces has no one inverse; those behind it are mapped over the pieces as they are.
      mapping.appendMap(piece.getMap(), pieces.length === 1 ? inverse : undefined)
      again.push(piece)
      doc = result.doc
    }
  }
  return again
}

/** The step itself when its range holds nothing new; else the deletion of each run of text that was seen, then the insertion. */
function seenOnly(step: ReplaceStep, whole: Step | null, over: Mapping, doc: Node): Step[] {
  // Where all around was deleted, mapping gives up; what was put in is kept all the same.
  if (whole === null) return [new ReplaceStep(over.map(step.from), over.map(step.from), step.slice)]
  const runs: { from: number; to: number }[] = []
  let seen = 0
  for (let position = step.from; position < step.to; position++) {
    const { pos, deletedAfter } = over.mapResult(position, 1)
    if (deletedAfter) continue
    seen++
    const last = runs.at(-1)
    if (last !== undefined && last.to === pos) last.to = pos + 1
    else runs.push({ from: pos, to: pos + 1 })
  }
  if (!(whole instanceof ReplaceStep) || whole.to - whole.from <= seen) return [whole]
  const pieces: Step[] = []
  for (const { from, to } of runs.toReversed()) {
    // Only text: the blocks around unseen words stay.
    doc.nodesBetween(from, to, (node, at) => {
      if (!node.isTextblock) return true
      const start = Math.max(from, at + 1)
      const end = Math.min(to, at + 1 + node.content.size)
      if (end > start) pieces.push(new ReplaceStep(start, end, Slice.empty))
      return false
    })
  }
  pieces.sort((a, b) => (a instanceof ReplaceStep && b instanceof ReplaceStep ? b.from - a.from : 0))
  // Behind the deletions, its beginning is still where it was.
  if (step.slice.size > 0) pieces.push(new ReplaceStep(whole.from, whole.from, step.slice))
  return pieces
}

/** The step, or one that fits the same content in where the step itself cannot be applied any more. */
function fitted(step: Step, doc: Node): Step | null {
  if (!(step instanceof ReplaceStep) || step.apply(doc).doc !== null) return step
  return replaceStep(doc, step.from, step.to, step.slice) ?? null
}
