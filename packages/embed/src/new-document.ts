// Making a document that has content from the start, without an editor.
import { openDocument, type OpenDocumentOptions } from "@ligature/provider"
import * as Y from "yjs"
import { untilSaved } from "./until-saved.ts"

/**
 * Makes a new document, under a name that nobody has used, of a Yjs update (V1) with its content. Resolves when it is kept on this
 * device; it reaches the server from there, now or later. With `patience`, waits so many milliseconds for the server to have it, too, and
 * resolves with whether it has. Rejects when nobody keeps it.
 */
export async function keepNewDocument(
  options: OpenDocumentOptions,
  content: Uint8Array,
  patience: number = 0,
): Promise<boolean> {
  const made = openDocument({ ...options, create: true })
  try {
    await made.whenLoaded
    // A transaction of its own, so that the words count as written here and are sent.
    made.doc.transact(() => Y.applyUpdate(made.doc, content, "new document"), "new document")
    made.keepInfo({ title: made.doc.getText("title").toJSON() })
    await made.flush()
    const isSaved = patience > 0 && (await untilSaved(made, patience))
    if (!isSaved && made.keeping.state !== "kept")
      throw new Error("this device does not keep documents, so the new one would be lost")
    return isSaved
  } finally {
    await made.destroy()
  }
}
