import { bindTitle, TITLE } from "@ligature/editor"
import type { OpenDocument } from "@ligature/provider"

/** The title of a document: one line of text that several people may edit at once. */
export interface DocumentTitle {
  /** As it is now; empty when nobody has named the document. */
  readonly current: string
  /** @returns the way to stop listening */
  onChange(listener: (title: string) => void): () => void
  /** Keeps a field of your page and the title equal, character by character. @returns what ends it */
  bind(field: HTMLInputElement | HTMLTextAreaElement): () => void
}

/** Reading the title never writes to the document. */
export function documentTitle({ doc, readOnly }: Pick<OpenDocument, "doc" | "readOnly">): DocumentTitle {
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
    bind: (field) => bindTitle(field, doc, readOnly),
  }
}
