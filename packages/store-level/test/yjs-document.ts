import type { AppendedUpdate, DocumentStore } from "@ligature/store"
import * as Y from "yjs"

/** Does something to a new document and gives the updates it makes. Unless told otherwise, Ann makes one each second. */
export function updatesOf(
  edit: (doc: Y.Doc) => void,
  { clientID = 1, author = () => "ann", start = 1_000_000 }: UpdateOptions = {},
): AppendedUpdate[] {
  const doc = new Y.Doc({ gc: false })
  doc.clientID = clientID
  const updates: AppendedUpdate[] = []
  doc.on("update", (update: Uint8Array) => {
    const n = updates.length
    updates.push({ update, time: start + n * 1000, author: author(n) })
  })
  edit(doc)
  return updates
}

interface UpdateOptions {
  readonly clientID?: number
  readonly author?: (n: number) => string
  readonly start?: number
}

/** Types into the flow, one letter an update. */
export function typing(text: string): (doc: Y.Doc) => void {
  return (doc) => {
    for (const [n, letter] of Array.from(text).entries()) doc.getText("flow").insert(n, letter)
  }
}

/** The text of the flow. */
export function textOf(doc: Y.Doc): string {
  return doc.getText("flow").toJSON()
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
