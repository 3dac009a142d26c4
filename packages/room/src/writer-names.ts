/**
 * What the identities that write in a document call themselves, as their presence showed it when they wrote last: so that its history
 * has names for people, not hashes. Kept in rows beside the updates.
 */
export class WriterNames {
  #names: Map<string, string> | null = null

  /** Takes in a stored row; rows of other names are passed over. */
  restore(row: string, value: Uint8Array): void {
    if (row.startsWith(NAME)) this.#set(row.slice(NAME.length), new TextDecoder().decode(value))
  }

  /** The identity writes under this name: the row to store, or null if it stands already. */
  note(identity: string, name: string): { readonly name: string; readonly value: Uint8Array } | null {
    const before = this.#names?.get(identity)
    if (before === name || (before === undefined && (this.#names?.size ?? 0) >= MOST_NAMES)) return null
    this.#set(identity, name)
    return { name: NAME + identity, value: new TextEncoder().encode(name) }
  }

  #set(identity: string, name: string): void {
    this.#names ??= new Map()
    this.#names.set(identity, name)
  }
}

const NAME = "name/"
/** More people than ever write in one document; beyond that the last ones stay without a name. */
const MOST_NAMES = 1000
