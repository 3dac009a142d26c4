import { closeRule } from "@ligature/protocol"
import type { AuditLog } from "./audit-log.ts"
import type { EntranceObserver } from "./entrance-observer.ts"

/** Who opened which document, and who was sent away. */
export function auditOfEntrance(audit: AuditLog): EntranceObserver {
  return {
    entered: ({ who, document, access, address }) =>
      audit.record({ who, document, action: "open", address, result: access }),
    refused: ({ document, code, address }) =>
      audit.record({ who: null, document, action: "open", address, result: `refused: ${closeRule(code).name}` }),
  }
}
