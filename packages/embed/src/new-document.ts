// Making a document that has content from the start, without an editor.
import { openDocument, type OpenDocumentOptions } from "@ligature/provider"
import * as Y from "yjs"

/**
 * Makes a new document, under a name that nobody has used, of a Yjs update (V1) with its content. Resolves when it is kept on this
 * device; it reaches the server from there, now or later. Rejects when this device cannot keep it.
 */
export async function keepNewDocument(options: OpenDocumentOptions, content: Uint8Array): Promise<void> {
  const made = openDocument({ ...options, create: true })
  try {
    await made.whenLoaded
    // A transaction of its own, so that the words count as written here and are sent.
    made.doc.transact(() => Y.applyUpdate(made.doc, content, "new document"), "new document")
    made.keepInfo({ title: made.doc.getText("title").toJSON() })
    await made.flush()
    if (made.keeping.state !== "kept")
      throw new Error("this device does not keep documents, so the new one would be lost")
  } finally {
    await made.destroy()
  }
}
