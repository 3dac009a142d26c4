import type { Access, AccessReason, Cancel, Clock, Millis } from "@ligature/protocol"
import type { Session } from "@ligature/room"
import type { Authority, Visit, Watch, Watcher } from "./authority.ts"

/** Watches over what open sessions may do, whatever their transport: rights that change, tokens that run out, fresh ones. */
export class SessionGuards {
  readonly #shared: Shared

  constructor(authority: Authority, clock: Clock) {
    this.#shared = { authority, clock, guards: new Map() }
  }

  /** Call it right after the session has joined its room. */
  guard(session: Session, visit: Visit): SessionGuard {
    const guard = new Guard(session, visit, this.#shared)
    this.#shared.guards.set(session, guard)
    return guard
  }

  /** A fresh token came on the session's own connection. */
  tokenCame(session: Session, token: string): void {
    this.#shared.guards.get(session)?.tokenCame(token)
  }
}

export interface SessionGuard {
  /** To be called when the connection is gone. */
  end(): void
}

/** What all guards share. */
interface Shared {
  readonly authority: Authority
  readonly clock: Clock
  readonly guards: Map<Session, Guard>
}

class Guard implements SessionGuard, Watcher {
  readonly #session: Session
  readonly #shared: Shared
  #visit: Visit
  #watch: Watch
  #cancelExpiry: Cancel | null
  /** The newest token that was not looked at. */
  #waiting: string | null = null
  #isLooking = false
  #hasEnded = false

  constructor(session: Session, visit: Visit, shared: Shared) {
    this.#session = session
    this.#shared = shared
    this.#visit = visit
    this.#watch = shared.authority.watch(visit, this)
    this.#cancelExpiry = this.#expireAt(visit.visitor.expires)
  }

  tokenCame(token: string): void {
    this.#waiting = token
    if (!this.#isLooking) void this.#lookAtTokens()
  }

  accessChanged(access: Access, reason: AccessReason): void {
    const { admission } = this.#visit
    if (access !== "none") this.#visit = { ...this.#visit, admission: { ...admission, access } }
    this.#session.setAccess(access, reason)
  }

  end(): void {
    this.#shared.guards.delete(this.#session)
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
      await new Promise<void>((resolve) => void this.#shared.clock.after(BETWEEN_TOKENS_MS, resolve))
    }
    this.#isLooking = false
  }

  async #renew(token: string): Promise<void> {
    const { visitor, name, admission: before } = this.#visit
    const renewed = await this.#shared.authority.renew(visitor, token)
    // The old one holds as long as it says.
    if (renewed.visitor === null || this.#hasEnded) return
    const admission = await this.#shared.authority.admit(renewed.visitor, name)
    if (this.#hasEnded) return
    if (admission.document === null) {
      if (admission.failure !== "unavailable") this.#session.setAccess("none", "rights-changed")
      return
    }
    this.#letGo()
    this.#visit = { visitor: renewed.visitor, name, admission }
    this.#watch = this.#shared.authority.watch(this.#visit, this)
    this.#cancelExpiry = this.#expireAt(renewed.visitor.expires)
    // Said even when nothing has changed: so the client knows that its token was taken.
    this.#session.setAccess(admission.access, admission.access === before.access ? "granted" : "rights-changed")
  }

  #letGo(): void {
    this.#watch.stop()
    this.#cancelExpiry?.()
  }

  #expireAt(expires: Millis | null): Cancel | null {
    if (expires === null) return null
    const { clock } = this.#shared
    const left = expires - clock.now()
    if (left <= LONGEST_TIMER_MS) {
      return clock.after(Math.max(0, left), () => this.#session.setAccess("none", "token-expired"))
    }
    return clock.after(LONGEST_TIMER_MS, () => {
      this.#cancelExpiry = this.#expireAt(expires)
    })
  }
}

const BETWEEN_TOKENS_MS = 1_000
/** Timers hold 31 bits of milliseconds. */
const LONGEST_TIMER_MS = 2 ** 31 - 1
