import type * as Y from "yjs"
import { changesOf } from "./yjs-items.ts"

const NOTHING: ReadonlyMap<string, unknown> = new Map()

/** The block attributes of the shared document, by block: the flat map "<id>.<key>" as it is, grouped. */
export class BlockAttributes {
  readonly #map: Y.Map<unknown>
  readonly #byId = new Map<string, Map<string, unknown>>()
  /** Every kind that a block was ever seen to have. */
  readonly kinds: Set<unknown> = new Set()

  constructor(map: Y.Map<unknown>) {
    this.#map = map
    this.reload()
  }

  /** Everything stored for a block, also what the schema does not know. */
  of(id: string): ReadonlyMap<string, unknown> {
    return this.#byId.get(id) ?? NOTHING
  }

  /** Sets a value, or removes it when it is undefined. */
  write(id: string, key: string, value: unknown): void {
    if (value === undefined) this.#map.delete(`${id}.${key}`)
    else this.#map.set(`${id}.${key}`, value)
    this.#note(id, key, value)
  }

  reload(): void {
    this.#byId.clear()
    this.#map.forEach((_, name) => this.#take(name))
  }

  /** Reads again what a transaction changed; returns the ids of the blocks it may concern. */
  refresh(transaction: Y.Transaction): Set<string> {
    const ids = new Set<string>()
    for (const name of changesOf(transaction, this.#map) ?? []) {
      const id = name === null ? null : this.#take(name)
      if (id !== null) ids.add(id)
    }
    return ids
  }

  #take(name: string): string | null {
    const dot = name.indexOf(".")
    if (dot === -1) return null
    const id = name.slice(0, dot)
    this.#note(id, name.slice(dot + 1), this.#map.get(name))
    return id
  }

  #note(id: string, key: string, value: unknown): void {
    const values = this.#byId.get(id)
    if (key === "kind") this.kinds.add(value)
    if (value === undefined) {
      values?.delete(key)
      if (values?.size === 0) this.#byId.delete(id)
    } else if (values === undefined) this.#byId.set(id, new Map([[key, value]]))
    else values.set(key, value)
  }
}
