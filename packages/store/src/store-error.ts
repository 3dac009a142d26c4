/** Every failure of a store. The message says which folder or document, why, and what to do. */
export class StoreError extends Error {
  readonly code: StoreErrorCode
  /** The documents it is about; empty when it is about the whole store. */
  readonly documents: readonly string[]

  constructor(code: StoreErrorCode, message: string, options: { cause?: unknown; documents?: readonly string[] } = {}) {
    super(message, "cause" in options ? { cause: options.cause } : undefined)
    this.name = "StoreError"
    this.code = code
    this.documents = options.documents ?? []
  }
}

export type StoreErrorCode =
  /** The store is closing or closed. */
  | "STORE_CLOSED"
  /** `close` could not store everything; `documents` names what is missing. */
  | "STORE_UNSTORED"
  /** Nothing can be read at the moment; the store is trying to reopen. Transient. */
  | "STORE_UNAVAILABLE"
  /** A bad record or a hole in one document, or damage that keeps the whole store from opening. */
  | "STORE_DAMAGED"
  /** The document was found damaged earlier; it is neither read nor written until it is restored. */
  | "STORE_QUARANTINED"
  /** The document was removed; a tombstone is left. */
  | "DOCUMENT_REMOVED"
  /** Another process has the folder open. */
  | "STORE_LOCKED"
  /** The folder or its files cannot be created or written. */
  | "STORE_UNWRITABLE"
  /** The folder was written by a newer version. */
  | "STORE_NEWER_FORMAT"
  /** The folder holds something that is not a store of ours. */
  | "STORE_FOREIGN_FOLDER"
  /** The log of a document could not be merged; it stays as it is. */
  | "COMPACTION_FAILED"
  /** A document as it was could not be rebuilt; nothing of it was changed. */
  | "HISTORY_FAILED"
