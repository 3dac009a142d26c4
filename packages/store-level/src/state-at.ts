import * as Y from "yjs"
import { type ChangeRun, readHistory } from "./change-runs.ts"
import { ClockRanges } from "./clock-ranges.ts"
import type { StoredHistory } from "./document-history.ts"

export interface StateAtJob extends StoredHistory {
  readonly kind: "state-at"
  /** See `HistoryEntry.time`; what came at this very moment is in it. */
  readonly time: number
}

/**
 * The document as it was, as one update of a document that has no past of its own. What the archive has let go is taken from the checkpoint: it is
 * there, without what was deleted of it since.
 */
export function stateAt({ time, ...history }: StateAtJob): Uint8Array {
  const { runs, updates } = readHistory(history)
  const base = baseOf(history.checkpoint, runs)
  const whole = new Y.Doc({ gc: false })
  Y.transact(whole, () => {
    for (const update of updates) Y.applyUpdate(whole, update)
    // Last: what a segment still holds must not be taken from the checkpoint, where it may have lost its content since.
    if (base !== null) Y.applyUpdate(whole, base.update)
  })
  const then = new Map(base?.stateVector)
  const deleted = new ClockRanges()
  for (const { kind, client, from, to, time: at } of runs) {
    if (at > time) continue
    if (kind === "inserted") then.set(client, Math.max(then.get(client) ?? 0, to))
    else deleted.add(client, from, to)
  }
  for (const [client, clock] of then) then.set(client, Math.min(clock, Y.getState(whole.store, client)))
  return cutOut(whole, Y.createSnapshot(deleteSetOf(deleted), then), new Y.Doc({ gc: true }))
}

/** What no run tells of: the part of the checkpoint from before the archive. null when there is none. */
export function baseOf(
  checkpoint: readonly Uint8Array[],
  runs: readonly ChangeRun[],
): { readonly update: Uint8Array; readonly stateVector: ReadonlyMap<number, number> } | null {
  const firstTold = new Map<number, number>()
  for (const { kind, client, from } of runs) {
    if (kind === "inserted") firstTold.set(client, Math.min(firstTold.get(client) ?? Infinity, from))
  }
  const left = new Y.Doc({ gc: false })
  Y.transact(left, () => {
    for (const chunk of checkpoint) Y.applyUpdate(left, chunk)
  })
  const stateVector = new Map<number, number>()
  for (const [client, clock] of Y.decodeStateVector(Y.encodeStateVector(left))) {
    const untold = Math.min(clock, firstTold.get(client) ?? Infinity)
    if (untold > 0) stateVector.set(client, untold)
  }
  if (stateVector.size === 0) return null
  const snapshot = Y.createSnapshot(Y.createDeleteSet(), stateVector)
  return { update: cutOut(left, snapshot, new Y.Doc({ gc: false })), stateVector }
}

function deleteSetOf(deleted: ClockRanges): ReturnType<typeof Y.createDeleteSet> {
  const set = Y.createDeleteSet()
  for (const [client, ranges] of deleted.byClient) {
    set.clients.set(
      client,
      ranges.map(({ from, to }) => ({ clock: from, len: to - from })),
    )
  }
  return set
}

/** What `snapshot` says of the document, without what stands on something beyond it. */
function cutOut(from: Y.Doc, snapshot: Y.Snapshot, into: Y.Doc): Uint8Array {
  const cut = Y.createDocFromSnapshot(from, snapshot, into)
  cut.store.pendingStructs = null
  cut.store.pendingDs = null
  return Y.encodeStateAsUpdate(cut)
}
