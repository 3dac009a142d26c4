// Loaded when first used: only who looks for an earlier version needs it.
import { readDocument, toText } from "@ligature/convert"
import * as Y from "yjs"

/** The beginning of a document, as plain text; null for a layout that is not ours. Empty for a document without text. */
export function previewOf(update: Uint8Array, length: number): string | null {
  const doc = new Y.Doc()
  try {
    Y.applyUpdate(doc, update)
    if (doc.getText("flow").length === 0 && doc.share.size > 4) return null
    const text = toText(readDocument(doc)).trim()
    const title = doc.getText("title").toJSON()
    const whole = title === "" ? text : `${title}\n\n${text}`
    return whole.length > length ? `${whole.slice(0, length).trimEnd()} …` : whole
  } finally {
    doc.destroy()
  }
}
