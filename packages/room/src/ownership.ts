/** Who may extend a clientID; a session as far as ownership knows it. */
export interface Claimant {
  readonly identities: readonly string[]
}

/**
 * (document, clientID) belongs to the identity that used it first, for ever; it is stored in the batch of that update. A
 * connection without identity has its clientIDs only while it is connected, and so has everybody before the first update.
 */
export class Ownership<C extends Claimant> {
  /** Identities by client; any one of them suffices. Equal lists are one array. */
  // Made when they are needed first: a document has owners or claims, seldom both, and an empty map has 180 bytes.
  #owners: Map<number, readonly string[]> | null = null
  #lists: Map<string, readonly string[]> | null = null
  #claims: Map<number, C> | null = null

  /** Takes in a stored row; rows of other names are passed over. */
  restore(name: string, value: Uint8Array): void {
    if (!name.startsWith(OWNER)) return
    const client = Number(name.slice(OWNER.length))
    this.#setOwner(client, new TextDecoder().decode(value))
  }

  /** Who keeps this session from extending the client: the stored owner, a live connection, or nobody (null). */
  blocker(session: C, client: number): "owner" | C | null {
    const owner = this.#owners?.get(client)
    if (owner !== undefined) return shares(owner, session.identities) ? null : "owner"
    const claimant = this.#claims?.get(client)
    if (claimant === undefined || claimant === session || shares(claimant.identities, session.identities)) return null
    return claimant
  }

  /** Whether the stored owner of the client is one of the session's identities. */
  isOwner(session: C, client: number): boolean {
    return shares(this.#owners?.get(client) ?? NOBODY, session.identities)
  }

  /** The client is this session's while it is connected. Does nothing where somebody else's claim stands. */
  claim(session: C, client: number): void {
    if (this.#claims?.get(client) === session || this.blocker(session, client) !== null) return
    this.#claims ??= new Map()
    this.#claims.set(client, session)
  }

  /** The session is gone. True if something is free now that was not. */
  release(session: C): boolean {
    let isFreed = false
    // All claims of a room are about as many as the people in it, who are all told that somebody left.
    for (const [client, claimant] of this.#claims ?? NONE) {
      if (claimant === session) isFreed = this.#claims?.delete(client) ?? isFreed
    }
    return isFreed
  }

  /** The session extends the client: returns the row to store, or null if it stands already or there is no identity. */
  own(session: C, client: number): { readonly name: string; readonly value: Uint8Array } | null {
    if (session.identities.length === 0) return null
    const owner = this.#owners?.get(client) ?? NOBODY
    const added = session.identities.filter((identity) => !owner.includes(identity))
    if (added.length === 0 || owner.length >= MOST_IDENTITIES) return null
    const text = JSON.stringify([...owner, ...added].slice(0, MOST_IDENTITIES))
    this.#setOwner(client, text)
    return { name: OWNER + client, value: new TextEncoder().encode(text) }
  }

  #setOwner(client: number, text: string): void {
    this.#owners ??= new Map()
    this.#owners.set(client, this.#list(text))
  }

  #list(text: string): readonly string[] {
    this.#lists ??= new Map()
    const known = this.#lists.get(text)
    if (known !== undefined) return known
    const parsed: unknown = JSON.parse(text)
    if (!Array.isArray(parsed)) throw new TypeError(`an owner row holds ${text}, not a list of identities`)
    const list = parsed.map(String)
    this.#lists.set(text, list)
    return list
  }
}

const OWNER = "owner/"
/** A subject signs in from several browsers; beyond this the first ones stand. */
const MOST_IDENTITIES = 8
const NOBODY: readonly string[] = []
const NONE: readonly never[] = []

function shares(a: readonly string[], b: readonly string[]): boolean {
  return a.some((identity) => b.includes(identity))
}
