import { notify } from "./notify.ts"

/** Why the document cannot be edited now; `readOnlySentence` has the words for people. */
export type ReadOnlyReason =
  | "loading"
  /** The server gave read access. */
  | "access"
  /** The server took away the right to write, while the document was open. */
  | "rights-changed"
  /** This program is older than the document. */
  | "version-skew"
  /** The server can read only a part of the document. */
  | "damaged"
  /** The server closed the document for good. */
  | "closed"
  /** Changes no longer reach the network: the document has gone mute (see mute-guard.ts). */
  | "mute"

/** An observable "reading only". The editor follows it. */
export interface ReadOnlySignal {
  readonly current: boolean
  readonly reason: ReadOnlyReason | null
  /** Calls `listener` after each change; returns what ends that. */
  onChange(listener: () => void): () => void
}

/** Holds every reason that applies; the gravest is shown. */
export class ReadOnlyState implements ReadOnlySignal {
  readonly #reasons = new Set<ReadOnlyReason>(["loading"])
  readonly #listeners = new Set<() => void>()

  get current(): boolean {
    return this.#reasons.size > 0
  }

  get reason(): ReadOnlyReason | null {
    return GRAVEST_FIRST.find((reason) => this.#reasons.has(reason)) ?? null
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  set(reason: ReadOnlyReason, applies: boolean): void {
    const before = this.reason
    if (applies) this.#reasons.add(reason)
    else this.#reasons.delete(reason)
    if (this.reason !== before) notify(this.#listeners)
  }
}

const GRAVEST_FIRST: readonly ReadOnlyReason[] = [
  "mute",
  "closed",
  "damaged",
  "version-skew",
  "rights-changed",
  "access",
  "loading",
]
