import type { Access, DocumentName } from "@ligature/protocol"
import type { Session } from "@ligature/room"

/** Called as people come and go, for metrics, audit and logs. Every member is optional; none may throw. */
export interface EntranceObserver {
  /** Somebody was let in. */
  entered?(entry: Entry): void
  /** Somebody was sent away before any room heard of them. */
  refused?(refusal: Refusal): void
  /** The connection of a session is gone, whoever ended it. */
  left?(session: Session): void
}

export interface Entry {
  readonly session: Session
  readonly document: DocumentName
  /** Who they proved to be; null for whoever proved nothing. */
  readonly who: string | null
  readonly access: Access
  readonly address: string | null
}

export interface Refusal {
  /** What was asked for, if it can be read. */
  readonly document: DocumentName | null
  /** A code of the protocol's table. */
  readonly code: number
  readonly address: string | null
}

/** Tells several observers of the same kind, in order. */
export function tellAll<T extends object>(observers: readonly T[]): T {
  const all: Record<string, (...values: readonly unknown[]) => void> = {}
  for (const observer of observers) {
    for (const [name, method] of Object.entries(observer)) {
      if (typeof method !== "function") continue
      const before = all[name]
      all[name] =
        before === undefined
          ? (...values) => void method.apply(observer, values)
          : (...values) => {
              before(...values)
              method.apply(observer, values)
            }
    }
  }
  return all as T
}
