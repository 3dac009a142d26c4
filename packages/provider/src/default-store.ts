import { openLocalStore } from "./indexed-db-store.ts"
import type { LocalStore } from "./local-store.ts"

let store: LocalStore | null = null

/** The local store that a page uses unless it is given another: one database connection for all documents. */
export function defaultLocalStore(): LocalStore {
  store ??= openLocalStore()
  return store
}
