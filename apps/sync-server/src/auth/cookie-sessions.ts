import { createHash, randomBytes } from "node:crypto"
import type { Clock, Millis } from "@ligature/protocol"
import type { TokenClaims } from "./token-claims.ts"

/** A session on this server, which a browser's cookie names. */
export interface CookieSession {
  /** The hash of what is in the cookie: whoever reads the server's memory or files can sign in as nobody. */
  readonly id: string
  readonly claims: Omit<TokenClaims, "expires">
  /** However much it is used. */
  readonly ends: Millis
}

type Kept = CookieSession & { lastUsed: Millis; /** Open connections: a session in use is not idle. */ open: number }

/**
 * The sessions that cookies name. They live in memory; `save` writes them down for the next start, so that an orderly restart signs
 * nobody out, and a crash does.
 */
export class CookieSessions {
  readonly #clock: Clock
  readonly #idleMs: Millis
  readonly #longestMs: Millis
  readonly #kept = new Map<string, Kept>()
  readonly #ended: (id: string) => void
  #isSweeping = false

  constructor(o: {
    readonly clock: Clock
    /** Without a request or an open connection for this long, a session ends. */
    readonly idleMs: Millis
    /** And it ends after this long, whatever happens. */
    readonly longestMs: Millis
    /** A session is over, for whatever reason. */
    readonly ended: (id: string) => void
  }) {
    this.#clock = o.clock
    this.#idleMs = o.idleMs
    this.#longestMs = o.longestMs
    this.#ended = o.ended
  }

  /** Begins a session of its own, whatever cookie there was. @returns what goes into the cookie; it is kept nowhere else */
  begin(claims: Omit<TokenClaims, "expires">): { readonly secret: string; readonly session: CookieSession } {
    const secret = randomBytes(32).toString("base64url")
    const now = this.#clock.now()
    const session: Kept = { id: idOf(secret), claims, ends: now + this.#longestMs, lastUsed: now, open: 0 }
    this.#endOldestOf(claims.subject)
    this.#kept.set(session.id, session)
    this.#sweepLater()
    return { secret, session }
  }

  /** The session that a cookie names, and uses it; null if there is none any more. */
  use(secret: string): CookieSession | null {
    const session = this.#kept.get(idOf(secret))
    if (session === undefined) return null
    if (this.#isOver(session)) {
      this.end(session.id)
      return null
    }
    session.lastUsed = this.#clock.now()
    return session
  }

  has(id: string): boolean {
    return this.#kept.has(id)
  }

  /** A connection is open. @returns what to call when it is gone */
  hold(id: string): () => void {
    const session = this.#kept.get(id)
    if (session === undefined) return () => {}
    session.open += 1
    return () => {
      session.open -= 1
      session.lastUsed = this.#clock.now()
    }
  }

  end(id: string): void {
    if (this.#kept.delete(id)) this.#ended(id)
  }

  endAllOf(subject: string): void {
    for (const { id, claims } of this.#kept.values()) if (claims.subject === subject) this.end(id)
  }

  /** All of them, for `restore`. */
  save(): string {
    const sessions = [...this.#kept.values()].filter((session) => !this.#isOver(session))
    return JSON.stringify(sessions.map(({ id, claims, ends, lastUsed }) => ({ id, claims, ends, lastUsed })))
  }

  /** What `save` gave. Throws SyntaxError or TypeError for anything else, and keeps nothing then. */
  restore(text: string): void {
    const sessions: unknown = JSON.parse(text)
    if (!Array.isArray(sessions) || !sessions.every(isSaved)) throw new TypeError("these are no sessions")
    for (const session of sessions)
      if (!this.#isOver({ ...session, open: 0 })) this.#kept.set(session.id, { ...session, open: 0 })
    this.#sweepLater()
  }

  #isOver({ ends, lastUsed, open }: Pick<Kept, "ends" | "lastUsed" | "open">): boolean {
    const now = this.#clock.now()
    return now >= ends || (open === 0 && now - lastUsed >= this.#idleMs)
  }

  #endOldestOf(subject: string): void {
    const theirs = [...this.#kept.values()].filter(({ claims }) => claims.subject === subject)
    for (const { id } of theirs.slice(0, Math.max(0, theirs.length - MOST_OF_A_SUBJECT + 1))) this.end(id)
  }

  #sweepLater(): void {
    if (this.#isSweeping || this.#kept.size === 0) return
    this.#isSweeping = true
    this.#clock.after(SWEEP_MS, () => {
      this.#isSweeping = false
      for (const session of this.#kept.values()) if (this.#isOver(session)) this.end(session.id)
      this.#sweepLater()
    })
  }
}

const SWEEP_MS = 60_000
/** Browsers of one person at once; the oldest session makes room. */
const MOST_OF_A_SUBJECT = 50

/** Looked up by its hash: how long that takes tells nothing about which ids there are. */
function idOf(secret: string): string {
  return createHash("sha256").update(secret).digest("base64url")
}

function isSaved(value: unknown): value is Omit<Kept, "open"> {
  if (typeof value !== "object" || value === null) return false
  return (
    "id" in value &&
    typeof value.id === "string" &&
    "claims" in value &&
    typeof value.claims === "object" &&
    "ends" in value &&
    typeof value.ends === "number" &&
    "lastUsed" in value &&
    typeof value.lastUsed === "number"
  )
}
