import type { Millis } from "@ligature/protocol"
import type { LocalKeeping, Status } from "./status.ts"
import { CHANGES_NOT_TAKEN, closeSentence } from "./strings.ts"
import type { Way } from "./way.ts"

/** The connection as the status needs to know it. */
export type LinkState =
  /** The first attempt has neither succeeded nor failed. */
  | { readonly state: "starting" }
  | { readonly state: "connected"; readonly way: Way; readonly stalled: boolean }
  | { readonly state: "disconnected"; readonly since: Millis; readonly next: Millis | null }
  | { readonly state: "closed"; readonly code: number }

export interface StatusFacts {
  readonly loaded: boolean
  readonly link: LinkState
  readonly local: LocalKeeping
  /** Changes of this browser that no receipt covers. */
  readonly changes: number
  /** Those of them that are not committed on this device either. */
  readonly unkept: number
  /** False once the server said that this session may not write. */
  readonly mayWrite: boolean
}

/** The one place where facts become a status. */
export function statusOf(facts: StatusFacts): Status {
  const { link, changes } = facts
  const kept = facts.unkept === 0
  if (link.state === "closed") {
    return { state: "closed", code: link.code, sentence: closeSentence(link.code), changes, kept }
  }
  // A commit takes a few milliseconds; only a device that does not keep makes a change "not kept".
  const lost = !kept && (facts.local.state === "failing" || facts.local.state === "absent") ? facts.local : null
  if (link.state === "connected") {
    if (!facts.mayWrite && changes > 0) {
      return { state: "closed", code: 4403, sentence: CHANGES_NOT_TAKEN, changes, kept }
    }
    if (lost !== null && link.stalled) return { state: "not-kept", changes, reason: lost.reason }
    const way = link.way === "polling" ? { way: link.way } : {}
    if (changes > 0) return { state: "saving", changes, ...way }
    return facts.loaded ? { state: "saved", ...way } : { state: "loading" }
  }
  if (lost !== null) return { state: "not-kept", changes, reason: lost.reason }
  if (link.state === "disconnected") return { state: "offline", changes, since: link.since, next: link.next }
  return changes > 0 ? { state: "connecting", changes } : { state: "loading" }
}

export function sameStatus(a: Status, b: Status): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
