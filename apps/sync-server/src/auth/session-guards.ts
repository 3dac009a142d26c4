import type { Cancel, Clock, Millis } from "@ligature/protocol"
import type { Session } from "@ligature/room"
import type { Authority, Visit } from "./authority.ts"

/** Watches over what open sessions may do, whatever their transport: rights that change, tokens that run out, fresh ones. */
export class SessionGuards {
  readonly #authority: Authority
  readonly #clock: Clock
  readonly #guards = new Map<Session, Guard>()

  constructor(authority: Authority, clock: Clock) {
    this.#authority = authority
    this.#clock = clock
  }

  /** Call it right after the session has joined its room. @returns what ends it, to be called when the connection is gone */
  guard(session: Session, visit: Visit): () => void {
    const guard = new Guard(session, visit, this.#authority, this.#clock)
    this.#guards.set(session, guard)
    return () => {
      this.#guards.delete(session)
      guard.end()
    }
  }

  /** A fresh token came on the session's own connection. */
  tokenCame(session: Session, token: string): void {
    this.#guards.get(session)?.tokenCame(token)
  }
}

class Guard {
  readonly #session: Session
  readonly #authority: Authority
  readonly #clock: Clock
  #visit: Visit
  #stopWatching: () => void
  #cancelExpiry: Cancel
  /** The newest token that was not looked at. */
  #waiting: string | null = null
  #isLooking = false
  #hasEnded = false

  constructor(session: Session, visit: Visit, authority: Authority, clock: Clock) {
    this.#session = session
    this.#authority = authority
    this.#clock = clock
    this.#visit = visit
    this.#stopWatching = this.#watch()
    this.#cancelExpiry = this.#expireAt(visit.visitor.expires)
  }

  tokenCame(token: string): void {
    this.#waiting = token
    if (!this.#isLooking) void this.#lookAtTokens()
  }

  end(): void {
    this.#hasEnded = true
    this.#letGo()
  }

  /** One after the other, and not as fast as they may come: a signature costs more to check than to send. */
  async #lookAtTokens(): Promise<void> {
    this.#isLooking = true
    while (this.#waiting !== null && !this.#hasEnded) {
      const token = this.#waiting
      this.#waiting = null
      await this.#renew(token)
      await new Promise<void>((resolve) => void this.#clock.after(BETWEEN_TOKENS_MS, resolve))
    }
    this.#isLooking = false
  }

  async #renew(token: string): Promise<void> {
    const { visitor, name, admission: before } = this.#visit
    const renewed = await this.#authority.renew(visitor, token)
    // The old one holds as long as it says.
    if (renewed.visitor === null || this.#hasEnded) return
    const admission = await this.#authority.admit(renewed.visitor, name)
    if (this.#hasEnded) return
    if (admission.document === null) {
      if (admission.failure !== "unavailable") this.#session.setAccess("none", "rights-changed")
      return
    }
    this.#letGo()
    this.#visit = { visitor: renewed.visitor, name, admission }
    this.#stopWatching = this.#watch()
    this.#cancelExpiry = this.#expireAt(renewed.visitor.expires)
    // Said even when nothing has changed: so the client knows that its token was taken.
    this.#session.setAccess(admission.access, admission.access === before.access ? "granted" : "rights-changed")
  }

  #letGo(): void {
    this.#stopWatching()
    this.#cancelExpiry()
  }

  #watch(): () => void {
    return this.#authority.watch(this.#visit, (access, reason) => {
      const { admission } = this.#visit
      if (access !== "none") this.#visit = { ...this.#visit, admission: { ...admission, access } }
      this.#session.setAccess(access, reason)
    })
  }

  #expireAt(expires: Millis | null): Cancel {
    if (expires === null) return () => {}
    const left = expires - this.#clock.now()
    if (left <= LONGEST_TIMER_MS) {
      return this.#clock.after(Math.max(0, left), () => this.#session.setAccess("none", "token-expired"))
    }
    let cancel = this.#clock.after(LONGEST_TIMER_MS, () => {
      cancel = this.#expireAt(expires)
    })
    return () => cancel()
  }
}

const BETWEEN_TOKENS_MS = 1_000
/** Timers hold 31 bits of milliseconds. */
const LONGEST_TIMER_MS = 2 ** 31 - 1
