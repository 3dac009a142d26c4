import { Plugin } from "prosemirror-state"
import { bringsIsland } from "./island.ts"
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
