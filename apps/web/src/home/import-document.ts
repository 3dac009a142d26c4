// Loaded when first used: most people never import a file.
import { SCHEMA_VERSION, documentUpdate, fromMarkdown, takeTitle } from "@ligature/convert"
import { keepNewDocument } from "@ligature/embed/new-document"
import { newDocumentName } from "../document-name.ts"

/** Makes a document of a Markdown file and resolves with its name when this browser keeps it. Works offline. */
export async function importMarkdown(text: string, fileName: string): Promise<string> {
  const { title, document: content } = takeTitle(fromMarkdown(text))
  const update = documentUpdate(content, { title: title === "" ? fileName.replace(/\.\w+$/, "") : title })
  const document = newDocumentName()
  await keepNewDocument({ url: location.origin, document, schema: SCHEMA_VERSION }, update)
  return document
}
