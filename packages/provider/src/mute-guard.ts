import type * as Y from "yjs"

/**
 * Watches that every Yjs transaction that changed the document is followed by its `update` event, and calls `muted` each time one
 * is not. A listener that throws in the wrong place silences a Y.Doc for good (yjs #723, #799): the editor goes on, and nothing of
 * it reaches the network or the device. Returns what ends the watch.
 */
export function guardAgainstMuting(doc: Y.Doc, muted: () => void): () => void {
  const unfinished = new Set<Y.Transaction>()
  const told = new Set<Y.Transaction>()
  let checking = false

  const begun = (transaction: Y.Transaction): void => {
    unfinished.add(transaction)
    if (checking) return
    checking = true
    // Transactions are synchronous: by then this one and all that it caused are over.
    queueMicrotask(() => {
      checking = false
      const silent = unfinished.size > 0
      unfinished.clear()
      told.clear()
      if (silent) muted()
    })
  }
  const updated = (_update: Uint8Array, _origin: unknown, _doc: Y.Doc, transaction: Y.Transaction): void => {
    told.add(transaction)
  }
  // Does not come either when a listener of `update` throws: those behind it were never called.
  const finished = (_doc: Y.Doc, transactions: readonly Y.Transaction[]): void => {
    for (const transaction of transactions) {
      if (told.has(transaction) || !changed(transaction)) unfinished.delete(transaction)
    }
    told.clear()
  }
  doc.on("beforeTransaction", begun)
  doc.on("update", updated)
  doc.on("afterAllTransactions", finished)
  return () => {
    unfinished.clear()
    doc.off("beforeTransaction", begun)
    doc.off("update", updated)
    doc.off("afterAllTransactions", finished)
  }
}

function changed(transaction: Y.Transaction): boolean {
  if (transaction.deleteSet.clients.size > 0) return true
  for (const [client, clock] of transaction.afterState) {
    if (transaction.beforeState.get(client) !== clock) return true
  }
  return false
}
