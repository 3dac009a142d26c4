import * as Y from "yjs"
import { type ArchiveSegment, decodeArchiveSegment } from "./archive-segment.ts"
import type { StoredHistory } from "./document-history.ts"

/** Clocks of one client that were written or deleted at once. */
export interface ChangeRun {
  readonly kind: "inserted" | "deleted"
  readonly client: number
  readonly from: number
  readonly to: number
  /** See `HistoryEntry.time`. */
  readonly time: number
  readonly author: string | null
}

/** The segments and the log as runs in the order of their times, and all updates in order. */
export function readHistory({ archive, log }: StoredHistory): {
  readonly runs: readonly ChangeRun[]
  readonly updates: readonly Uint8Array[]
} {
  const runs: ChangeRun[] = []
  const updates: Uint8Array[] = []
  let reached = 0
  const add = (some: readonly ChangeRun[]): void => {
    // A clock that was set back must not make what came later seem earlier than what it stands on.
    for (const run of some) {
      reached = Math.max(reached, run.time)
      runs.push({ ...run, time: reached })
    }
  }
  for (const stored of archive) {
    const segment = decodeArchiveSegment(stored)
    updates.push(segment.update)
    add(runsOfSegment(segment))
  }
  for (const { update, time, author } of log) {
    updates.push(update)
    add(runsOfUpdate(update, time, author))
  }
  return { runs, updates }
}

/** Both lists of a segment go on beside each other in time. */
function runsOfSegment({ inserted, deleted }: ArchiveSegment): ChangeRun[] {
  const runs: ChangeRun[] = []
  let next = 0
  for (const run of inserted) {
    for (let other = deleted[next]; other !== undefined && other.time < run.time; other = deleted[++next]) {
      runs.push({ kind: "deleted", ...other })
    }
    runs.push({ kind: "inserted", ...run })
  }
  for (const run of deleted.slice(next)) runs.push({ kind: "deleted", ...run })
  return runs
}

function runsOfUpdate(update: Uint8Array, time: number, author: string | null): ChangeRun[] {
  const runs: ChangeRun[] = []
  const { from, to } = Y.parseUpdateMeta(update)
  for (const [client, start] of from) {
    runs.push({ kind: "inserted", client, from: start, to: to.get(client) ?? start, time, author })
  }
  for (const [client, ranges] of Y.decodeUpdate(update).ds.clients) {
    for (const { clock, len } of ranges) {
      runs.push({ kind: "deleted", client, from: clock, to: clock + len, time, author })
    }
  }
  return runs
}
