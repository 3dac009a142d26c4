/** What a document can be written as. */
export const DOCUMENT_FORMATS = ["markdown", "html", "text", "json", "update"] as const
export type DocumentFormat = (typeof DOCUMENT_FORMATS)[number]

/** What a document can be made of. */
export const IMPORT_FORMATS = ["markdown", "html"] as const
export type ImportFormat = (typeof IMPORT_FORMATS)[number]

/** Work that needs a whole document in memory: it is done in a worker, so that the server's other documents never wait for it. */
export type DocumentJob =
  /** Writes the document that these updates make. */
  | { readonly task: "write"; readonly updates: readonly Uint8Array[]; readonly format: DocumentFormat }
  /** Makes the one update of a new document. The first heading becomes its title when none is given. */
  | {
      readonly task: "make"
      readonly text: string
      readonly format: ImportFormat
      readonly title: string | null
    }

export interface WrittenDocument {
  readonly title: string
  /** UTF-8, except for "update": Yjs's bytes, V1. */
  readonly bytes: Uint8Array
}
