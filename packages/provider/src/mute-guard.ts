import * as Y from "yjs"

/**
 * Watches that every Yjs transaction that changed the document is followed by its `update` event, and calls `muted` once if one is
 * not. A listener that throws in the wrong place silences a Y.Doc for good (yjs #723, #799): the editor goes on, and nothing of it
 * reaches the network or the device. Returns what ends the watch.
 */
export function guardAgainstMuting(doc: Y.Doc, muted: () => void): () => void {
  const open = new Set<Y.Transaction>()
  let checking = false
  let ended = false

  const begun = (transaction: Y.Transaction): void => {
    open.add(transaction)
    if (checking) return
    checking = true
    // Transactions are synchronous: by then this one and all it caused are over.
    queueMicrotask(() => {
      checking = false
      if (ended || open.size === 0) return
      end()
      muted()
    })
  }
  const told = (_update: Uint8Array, _origin: unknown, _doc: Y.Doc, transaction: Y.Transaction): void => {
    told.of.add(transaction)
  }
  told.of = new Set<Y.Transaction>()
  const finished = (_doc: Y.Doc, transactions: readonly Y.Transaction[]): void => {
    for (const transaction of transactions)
      if (told.of.has(transaction) || !changed(transaction)) open.delete(transaction)
    told.of.clear()
  }
  const end = (): void => {
    ended = true
    doc.off("beforeTransaction", begun)
    doc.off("update", told)
    doc.off("afterAllTransactions", finished)
  }
  doc.on("beforeTransaction", begun)
  doc.on("update", told)
  doc.on("afterAllTransactions", finished)
  return end
}

function changed(transaction: Y.Transaction): boolean {
  if (transaction.deleteSet.clients.size > 0) return true
  for (const [client, clock] of transaction.afterState) {
    if (transaction.beforeState.get(client) !== clock) return true
  }
  return false
}
