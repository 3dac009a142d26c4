import { type Node, type ResolvedPos, Slice } from "prosemirror-model"
import { Selection } from "prosemirror-state"
import { ReplaceStep } from "prosemirror-transform"
import { isIsland } from "../island.ts"
import { type SeenRun, textIn } from "../rebase-steps.ts"

/**
 * What a deletion takes of an island that it reaches into: all of it where its author saw beginning and caption, for what is unseen in
 * cells is hidden, as whenever a table is deleted; else text of the caption. Null for what is no island, or has the deletion inside.
 */
export function deletionsInIsland(
  node: Node,
  at: number,
  run: SeenRun,
  runs: readonly SeenRun[],
  whole: ReplaceStep,
): ReplaceStep[] | null {
  const { lastChild } = node
  const end = at + node.nodeSize
  if (!isIsland(node.type) || lastChild === null || (at < whole.from && whole.to < end)) return null
  const caption = end - 1 - lastChild.nodeSize
  const sees = (from: number, to: number): boolean => runs.some((other) => other.from <= from && to <= other.to)
  if (!sees(at, at + 1) || !sees(caption, end)) return textIn(lastChild, caption, run)
  return run.from <= at ? [new ReplaceStep(at, end, Slice.empty)] : []
}

/**
 * A step as it is, unless it ends in the text of an island that it began before, where others joined what followed: then what is left of
 * that text goes on in the block before, as in the flow. Null where there is none.
 */
export function outOfIsland(step: ReplaceStep, doc: Node): ReplaceStep[] | null {
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
