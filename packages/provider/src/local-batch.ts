import type { LocalFacts, LocalWrite } from "./local-store.ts"

/** What waits to be written together. */
export interface LocalBatch extends LocalWrite {
  readonly updates: Uint8Array[]
  readonly made: string[]
  readonly saved: string[]
  facts: LocalFacts
}

export function emptyBatch(): LocalBatch {
  return { updates: [], made: [], saved: [], facts: {} }
}

export function isEmpty({ updates, made, saved, facts }: LocalBatch): boolean {
  return updates.length === 0 && made.length === 0 && saved.length === 0 && Object.keys(facts).length === 0
}

/** Changes that have a receipt now. Those that wait here for their first write need no record that they lack one. */
export function addSaved({ made, saved }: LocalBatch, ids: readonly string[]): void {
  for (const id of ids) {
    const waits = made.indexOf(id)
    if (waits === -1) saved.push(id)
    else made.splice(waits, 1)
  }
}

/** Both in one, the older first. */
export function together(older: LocalBatch, newer: LocalBatch): LocalBatch {
  return {
    updates: [...older.updates, ...newer.updates],
    made: [...older.made, ...newer.made],
    saved: [...older.saved, ...newer.saved],
    facts: { ...older.facts, ...newer.facts },
  }
}
