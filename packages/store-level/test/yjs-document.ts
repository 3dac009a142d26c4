import type { AppendedUpdate, DocumentStore } from "@ligature/store"
import * as Y from "yjs"

/** Does something to a new document and gives the updates it makes, one second apart, by turns of the authors. */
export function updatesOf(
  edit: (doc: Y.Doc) => void,
  authors: readonly string[] = ["ann"],
  clientID = 1,
): AppendedUpdate[] {
  const doc = new Y.Doc({ gc: false })
  doc.clientID = clientID
  const updates: AppendedUpdate[] = []
  doc.on("update", (update: Uint8Array) => {
    const n = updates.length
    updates.push({ update, time: 1_000_000 + n * 1000, author: authors[n % authors.length] ?? null })
  })
  edit(doc)
  return updates
}

/** What a client sees that is sent the store's records in order. Fails if any of them leaves something pending. */
export async function openDocument(store: DocumentStore, document: string): Promise<Y.Doc> {
  const doc = new Y.Doc()
  for await (const { kind, sequence, update } of store.read(document)) {
    Y.applyUpdate(doc, update)
    if (doc.store.pendingStructs !== null || doc.store.pendingDs !== null) {
      throw new Error(`${kind} ${sequence} leaves something pending`)
    }
  }
  return doc
}
