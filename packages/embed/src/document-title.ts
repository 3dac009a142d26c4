import { bindTitle as bindField, TITLE } from "@ligature/editor"
import type { OpenDocument } from "@ligature/provider"

/** The title of a document: one line of text that several people may edit at once. */
export interface DocumentTitle {
  /** As it is now; empty when nobody has named the document. */
  readonly current: string
  /** @returns the way to stop listening */
  onChange(listener: (title: string) => void): () => void
}

/** Reading the title never writes to the document. */
export function documentTitle({ doc }: Pick<OpenDocument, "doc">): DocumentTitle {
  const text = doc.getText(TITLE)
  return {
    get current() {
      return text.toJSON()
    },
    onChange(listener) {
      const tell = () => listener(text.toJSON())
      text.observe(tell)
      return () => text.unobserve(tell)
    },
  }
}

/** Keeps a field of your page and the title of an open document equal, character by character. @returns what ends it */
export function bindTitle(
  { document }: { readonly document: Pick<OpenDocument, "doc" | "readOnly"> },
  field: HTMLInputElement | HTMLTextAreaElement,
): () => void {
  return bindField(field, document.doc, document.readOnly)
}
