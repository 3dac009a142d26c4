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

interface Entry {
  readonly session: Session
  readonly document: DocumentName
  /** Who they proved to be; null for whoever proved nothing. */
  readonly who: string | null
  readonly access: Access
  readonly address: string | null
}

interface Refusal {
  /** What was asked for, if it can be read. */
  readonly document: DocumentName | null
  /** A code of the protocol's table. */
  readonly code: number
  readonly address: string | null
}

/** One observer that tells several of the same kind, in order. */
export function tellAll<T extends object>(first: T, ...others: readonly T[]): T {
  const known = new Map<string | symbol, Tell | undefined>()
  return new Proxy(first, {
    get(_target, name) {
      if (!known.has(name)) known.set(name, tellEach([first, ...others], name))
      return known.get(name)
    },
  })
}

type Tell = (...values: readonly unknown[]) => void

/** undefined where none of them wants to know. */
function tellEach(observers: readonly object[], name: string | symbol): Tell | undefined {
  const tells = observers.flatMap((observer): Tell[] => {
    const method: unknown = Reflect.get(observer, name)
    return typeof method === "function" ? [method.bind(observer)] : []
  })
  if (tells.length < 2) return tells[0]
  return (...values) => {
    for (const tell of tells) tell(...values)
  }
}
