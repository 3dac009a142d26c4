import type { OpenDocument, OpenDocumentOptions } from "@ligature/provider"
import * as Y from "yjs"
import { keepNewDocument } from "./new-document.ts"

/**
 * Copies what a document holds now into a new document, under a name that nobody has used. Resolves when the copy is kept on this device;
 * it reaches the server from there. The old document stays as it is.
 */
export async function saveAs(source: OpenDocument, options: OpenDocumentOptions): Promise<void> {
  await keepNewDocument(options, Y.encodeStateAsUpdate(source.doc))
}
