import * as Y from "yjs"

/**
 * What the document has beyond `stateVector`, without updates and deletes that still wait for something it lacks. Yjs would send those
 * along with holes between them, which the server refuses; they are sent when they have found their place.
 */
export function encodeSettledState(doc: Y.Doc, stateVector: Uint8Array): Uint8Array {
  const { store } = doc
  const { pendingStructs, pendingDs } = store
  store.pendingStructs = null
  store.pendingDs = null
  try {
    return Y.encodeStateAsUpdate(doc, stateVector)
  } finally {
    store.pendingStructs = pendingStructs
    store.pendingDs = pendingDs
  }
}
