import { type Cancel, type Clock, encodeDownstream, encodePresence, type Millis } from "@ligature/protocol"

/** A session as far as presence knows it. */
export interface Onlooker {
  /** Its own clientID, as it said itself. It must never hear of that one: the echo would overwrite what it shows by now. */
  readonly presenceClient: number | null
  /** Drops the frame if the reader is slow, and asks for everybody's presence once it no longer is. */
  sendPresence(frame: Uint8Array): void
}

type State = Record<string, unknown>

/**
 * Who is in the room and what they show of themselves: a plain map, numbered by the room. Every frame carries a new clock from a
 * counter that starts at the wall clock, so that it rises across reconnects and restarts, and nobody can freeze another's presence.
 */
export class RoomPresence<S extends Onlooker> {
  // Made when they are needed first: in most rooms nobody shows anything, and an empty map has 180 bytes.
  #people: Map<number, { readonly session: S; state: State }> | null = null
  /** Clients with something new to show, and the ticket of the updates that must be seen before it. */
  #news: Map<number, number> | null = null
  /** Sessions that have not seen the room yet. */
  #newcomers: Set<S> | null = null
  #clock: number
  #lastSent: Millis = 0
  #timer: Cancel | null = null
  readonly #o: {
    readonly clock: Clock
    readonly intervalMs: Millis
    readonly sessions: ReadonlySet<S>
    readonly commits: { readonly landed: number }
  }

  constructor(o: {
    readonly clock: Clock
    readonly intervalMs: Millis
    /** Those in the room, as they come and go. */
    readonly sessions: ReadonlySet<S>
    /** How far the commit loop has landed. */
    readonly commits: { readonly landed: number }
  }) {
    this.#o = o
    this.#clock = o.clock.now()
  }

  /** Whose presence this client is at the moment. */
  holder(client: number): S | null {
    return this.#people?.get(client)?.session ?? null
  }

  /** What a session shows of itself; null when that is nothing. */
  stateOf(session: S): Readonly<State> | null {
    const client = session.presenceClient
    const shown = client === null ? undefined : this.#people?.get(client)
    return shown?.session === session ? shown.state : null
  }

  /** Shows a state to the others, once `after` is on disk. */
  show(session: S, client: number, state: State | null, after: number): void {
    if (state === null) this.#people?.delete(client)
    else (this.#people ??= new Map()).set(client, { session, state })
    this.#tell(client, after)
  }

  /** Shows everybody to this session. */
  welcome(session: S): void {
    this.#newcomers ??= new Set()
    this.#newcomers.add(session)
    this.schedule()
  }

  leave(session: S): void {
    this.#newcomers?.delete(session)
    const client = session.presenceClient
    if (client === null || this.#people?.get(client)?.session !== session) return
    this.#people.delete(client)
    this.#tell(client, 0)
  }

  /** Sends what may be sent, at the next beat. */
  schedule(): void {
    if (this.#timer !== null || (this.#newcomers === null && !this.#hasDueNews())) return
    const wait = Math.max(0, this.#lastSent + this.#o.intervalMs - this.#o.clock.now())
    this.#timer = this.#o.clock.after(wait, () => {
      this.#timer = null
      this.#flush()
    })
  }

  stop(): void {
    this.#timer?.()
    this.#timer = null
  }

  #tell(client: number, after: number): void {
    this.#news ??= new Map()
    this.#news.set(client, after)
    this.schedule()
  }

  #hasDueNews(): boolean {
    if (this.#news === null) return false
    const { landed } = this.#o.commits
    for (const after of this.#news.values()) if (after <= landed) return true
    return false
  }

  #flush(): void {
    this.#lastSent = this.#o.clock.now()
    const { landed } = this.#o.commits
    const due: number[] = []
    for (const [client, after] of this.#news ?? NOTHING) if (after <= landed) due.push(client)
    for (const client of due) this.#news?.delete(client)
    // In groups: whoever is in a group needs that frame without himself, which would be quadratic for the whole.
    for (let from = 0; from < due.length; from += GROUP) this.#sendNews(due.slice(from, from + GROUP))
    if (this.#newcomers !== null) this.#welcomeAll(this.#newcomers)
  }

  #sendNews(clients: readonly number[]): void {
    const frame = this.#frame(clients)
    const inIt = new Set(clients)
    for (const session of this.#o.sessions) {
      if (this.#newcomers?.has(session)) continue
      const own = session.presenceClient
      if (own === null || !inIt.has(own)) session.sendPresence(frame)
      else if (clients.length > 1) session.sendPresence(this.#frame(clients.filter((client) => client !== own)))
    }
  }

  /** Whoever asks gets an answer, also when nobody else is there: our provider asks whether the server is. */
  #welcomeAll(newcomers: Iterable<S>): void {
    this.#newcomers = null
    const everybody = [...(this.#people?.keys() ?? NOTHING)]
    const shared = everybody.length === 0 ? NOBODY : this.#frame(everybody)
    for (const session of newcomers) {
      const own = session.presenceClient
      if (own === null || this.#people?.has(own) !== true) session.sendPresence(shared)
      else if (everybody.length === 1) session.sendPresence(NOBODY)
      else session.sendPresence(this.#frame(everybody.filter((client) => client !== own)))
    }
  }

  /** The present states of these clients, under a new clock. */
  #frame(clients: readonly number[]): Uint8Array {
    // One number a frame, not a state: 200 people at 20 Hz would otherwise run ahead of the wall clock of the next start.
    const clock = ++this.#clock
    const update = encodePresence(
      clients.map((client) => ({ client, clock, state: this.#people?.get(client)?.state ?? null })),
    )
    return encodeDownstream({ type: "awareness", update })
  }
}

const GROUP = 32
const NOTHING: readonly never[] = []

/** Presence of nobody: it says nothing and keeps a connection alive. */
export const NOBODY: Uint8Array = encodeDownstream({ type: "awareness", update: encodePresence([]) })
