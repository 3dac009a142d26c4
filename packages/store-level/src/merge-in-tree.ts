import * as Y from "yjs"

/** What one call merges: merging thousands at once, or a tail into a base again and again, takes quadratic time. */
const SET_SIZE = 16

/** One update with everything that is in `updates`, in time proportional to their bytes times the depth of the tree. */
export function mergeInTree(updates: readonly Uint8Array[]): Uint8Array {
  let level = updates
  while (level.length > 1) {
    const next: Uint8Array[] = []
    for (let start = 0; start < level.length; start += SET_SIZE) {
      next.push(Y.mergeUpdates(level.slice(start, start + SET_SIZE)))
    }
    level = next
  }
  const [merged] = level
  if (merged === undefined) throw new RangeError("there are no updates to merge")
  return merged
}
