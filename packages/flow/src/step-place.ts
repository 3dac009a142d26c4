import type { Node, ResolvedPos } from "prosemirror-model"
import { AddMarkStep, AttrStep, RemoveMarkStep, ReplaceAroundStep, ReplaceStep, type Step } from "prosemirror-transform"
import { isIsland } from "./island.ts"
import type { InnerFlow, Islands } from "./islands.ts"
import { rangeOfStep } from "./step-ranges.ts"

/**
 * Where a step changes something: in the flow of the document (whole islands and their texts belong to it), in one inner flow, or
 * across the borders of islands or inside their structure, where steps cannot say what to store.
 */
export type StepPlace = "flow" | InnerFlow | "across"

/** `doc` is the document before the step. */
export function placeOfStep(step: Step, doc: Node, islands: Islands): StepPlace {
  if (step instanceof AttrStep) return placeOf(doc.resolve(step.pos), islands)
  const isMark = step instanceof AddMarkStep || step instanceof RemoveMarkStep
  const range = isMark ? step : rangeOfStep(step)
  if (range === null) return "flow"
  const [start, end] = [doc.resolve(range.from), doc.resolve(range.to)]
  const from = placeOf(start, islands)
  const to = placeOf(end, islands)
  if (from === "flow" && to === "flow") return isMark && hasIslandBetween(start, end) ? "across" : "flow"
  if (typeof from !== "object" || typeof to !== "object") return "across"
  return from.start === to.start && !closesInner(step, start, from) ? from : "across"
}

/** Whether what is put in ends the inner flow itself and goes on behind it, as a table in the middle of a cell would. */
function closesInner(step: Step, from: ResolvedPos, inner: InnerFlow): boolean {
  if (!(step instanceof ReplaceStep || step instanceof ReplaceAroundStep)) return false
  const outermost = from.depth - step.slice.openStart
  return from.start(outermost) < inner.start
}

function placeOf(position: ResolvedPos, islands: Islands): StepPlace {
  for (let depth = position.depth; depth > 0; depth--) {
    const node = position.node(depth)
    if (!isIsland(node.type)) continue
    // The last child is the island's own text.
    if (position.depth > depth && position.index(depth) === node.childCount - 1) return "flow"
    return islands.innerAt(position.doc, position.pos) ?? "across"
  }
  return "flow"
}

function hasIslandBetween(from: ResolvedPos, to: ResolvedPos): boolean {
  if (from.sameParent(to)) return false
  let found = false
  from.doc.nodesBetween(from.pos, to.pos, (node) => {
    found ||= isIsland(node.type)
    return !found && !node.isTextblock
  })
  return found
}
