import type { Cancel, Clock, Millis } from "@ligature/protocol"
import type { Session } from "@ligature/room"
import type { Authority, Visit } from "./authority.ts"

/** Watches over what open sessions may do, whatever their transport: rights that change, and tokens that run out. */
export class SessionGuards {
  readonly #authority: Authority
  readonly #clock: Clock
  readonly #guarded = new Map<Session, Guarded>()

  constructor(authority: Authority, clock: Clock) {
    this.#authority = authority
    this.#clock = clock
  }

  /** Call it right after the session has joined its room. @returns what ends it, to be called when the connection is gone */
  guard(session: Session, visit: Visit): () => void {
    const guarded: Guarded = {
      visit,
      stopWatching: this.#authority.watch(visit, (access, reason) => session.setAccess(access, reason)),
      cancelExpiry: this.#expireAt(session, visit.visitor.expires),
    }
    this.#guarded.set(session, guarded)
    return () => {
      this.#guarded.delete(session)
      guarded.stopWatching()
      guarded.cancelExpiry()
    }
  }

  #expireAt(session: Session, expires: Millis | null): Cancel {
    if (expires === null) return () => {}
    const left = expires - this.#clock.now()
    if (left > LONGEST_TIMER_MS) {
      let cancel = this.#clock.after(LONGEST_TIMER_MS, () => {
        cancel = this.#expireAt(session, expires)
      })
      return () => cancel()
    }
    return this.#clock.after(Math.max(0, left), () => session.setAccess("none", "token-expired"))
  }
}

interface Guarded {
  visit: Visit
  stopWatching: () => void
  cancelExpiry: Cancel
}

/** Timers hold 31 bits of milliseconds. */
const LONGEST_TIMER_MS = 2 ** 31 - 1
