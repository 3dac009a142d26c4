import * as Y from "yjs"

/** Where a document goes on, since somebody made a new one of it. */
export interface MovedTo {
  /** The new document's name. */
  readonly document: string
  /** When that happened, in milliseconds since 1970, by the clock of whoever did it. */
  readonly time: number
}

/**
 * Where a document points to, or null. Nothing is written and no root gets a type: other editors have roots of their own. Of two people
 * who point it elsewhere at once, one is followed by everybody; both new documents stay.
 */
export function movedTo(doc: Y.Doc): MovedTo | null {
  const item = doc.share.get(META)?._map.get(MOVED_TO)
  if (item === undefined || item.deleted || !(item.content instanceof Y.ContentAny)) return null
  const value: unknown = item.content.arr.at(-1)
  if (typeof value !== "object" || value === null || !("document" in value) || !("time" in value)) return null
  const { document, time } = value
  return isDocumentName(document) && typeof time === "number" ? { document, time } : null
}

/** Makes a document point to a new one, in one update. From then on every Ligature editor opens it for reading only. */
export function pointTo(doc: Y.Doc, moved: MovedTo): void {
  const { document, time } = moved
  if (!isDocumentName(document)) throw new TypeError(`"${String(document)}" is no document name`)
  doc.transact(() => doc.getMap(META).set(MOVED_TO, { document, time }), pointTo)
}

const META = "meta"
const MOVED_TO = "movedTo"

/** The pointer comes from others: 1 to 200 bytes, no control characters. */
function isDocumentName(name: unknown): name is string {
  return (
    typeof name === "string" && name !== "" && !/\p{Cc}/u.test(name) && new TextEncoder().encode(name).length <= 200
  )
}
