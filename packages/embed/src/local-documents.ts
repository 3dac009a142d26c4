// What this device keeps, without the editor: a list of documents should not have to load one.
import { forgetLocalDocument as forgetCopy, type LocalDocumentsOptions } from "@ligature/provider"
import { forgetScreen } from "./first-screen.ts"

export { listLocalDocuments, type LocalDocument, type LocalDocumentsOptions } from "@ligature/provider"

/**
 * Takes a document off this device, with changes that were never sent and the picture of its last screen. Close it first. Rejects with
 * `LocalStoreError`.
 */
export async function forgetLocalDocument(o: LocalDocumentsOptions & { readonly document: string }): Promise<void> {
  forgetScreen(o)
  await forgetCopy(o)
}
