import type { Node } from "prosemirror-model"
import { Plugin } from "prosemirror-state"
import { ReplaceAroundStep, ReplaceStep, type Step } from "prosemirror-transform"
import { isIsland } from "./island.ts"
import type { Islands } from "./islands.ts"
import { placeOfStep } from "./step-place.ts"
import { isMarkedAsRead } from "./transaction-log.ts"

/**
 * Refuses what cannot be stored: changes across the border of an island or of what stands inside it, and islands before the code
 * is there that could store them. Those who select and delete, do it with whole islands or inside of one place.
 */
export function refuseAcross(islands: { get: () => Islands | null; load: () => void }): Plugin {
  return new Plugin({
    filterTransaction(transaction) {
      if (!transaction.docChanged || isMarkedAsRead(transaction)) return true
      if (islands.get() === null && transaction.steps.some(bringsIsland)) islands.load()
      const known = islands.get()
      return transaction.steps.every((step, i) => {
        const doc = transaction.docs[i]
        if (doc === undefined) return true
        return known === null ? !bringsIsland(step) : placeOfStep(step, doc, known) !== "across"
      })
    },
  })
}

function bringsIsland(step: Step): boolean {
  if (!(step instanceof ReplaceStep || step instanceof ReplaceAroundStep)) return false
  return step.slice.size > 0 && step.slice.content.content.some(holdsIsland)
}

function holdsIsland(node: Node): boolean {
  return isIsland(node.type) || (!node.isTextblock && node.children.some(holdsIsland))
}
