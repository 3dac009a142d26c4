import { openDocument, type OpenDocument, type OpenDocumentOptions } from "@ligature/provider"
import * as Y from "yjs"

/**
 * Copies what a document holds now into a new document, under a name that nobody has used. Resolves when the copy is kept on this device;
 * it reaches the server from there. The old document stays as it is.
 */
export async function saveAs(source: OpenDocument, options: OpenDocumentOptions): Promise<void> {
  const copy = openDocument({ ...options, create: true })
  try {
    await copy.whenLoaded
    // A transaction of its own, so that the copied words count as written here and are sent.
    copy.doc.transact(() => Y.applyUpdate(copy.doc, Y.encodeStateAsUpdate(source.doc), "save as"), "save as")
    copy.keepInfo({ title: copy.doc.getText("title").toJSON() })
    await copy.flush()
    if (copy.keeping.state !== "kept") throw new Error("this device does not keep documents, so the copy would be lost")
  } finally {
    await copy.destroy()
  }
}
