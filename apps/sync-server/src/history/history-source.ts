import type { Clock, Millis } from "@ligature/protocol"
import type { LevelStore } from "@ligature/store-level"
import type { AuditEntry } from "../operations/audit-log.ts"
import type { HistorySource } from "./restore-routes.ts"

/** null for a store without a history. */
export function historySource(
  level: LevelStore | null,
  o: { readonly clock: Clock; readonly audit: (entry: AuditEntry) => void; readonly keepMs: Millis },
): HistorySource | null {
  if (level === null) return null
  return {
    history: (document) => level.history(document),
    stateAt: (document, time) => level.stateAt(document, time),
    keepMs: o.keepMs,
    audit: o.audit,
    now: () => o.clock.now(),
  }
}
