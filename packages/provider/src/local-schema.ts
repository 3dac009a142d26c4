import type { DBSchema } from "idb"
import type { LocalFacts } from "./local-store.ts"

/** The database, version 1: what changes here needs an upgrade that keeps every record. */
export interface LocalSchema extends DBSchema {
  documents: {
    key: string
    value: { copy: string; owner: string; document: string } & LocalFacts
    indexes: { owner: string }
  }
  /** Keys rise in the order of writing, over all documents. `level` counts how often a record was merged. */
  updates: {
    key: number
    value: { copy: string; update: Uint8Array; level: number }
    indexes: { copy: string; level: [copy: string, level: number] }
  }
  /** Changes that await a receipt. */
  changes: { key: [copy: string, id: string]; value: { copy: string; id: string } }
}
