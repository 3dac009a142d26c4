import type { Access, Millis } from "@ligature/protocol"

/** What a local copy is kept under: nobody may carry another person's unsent words. */
export interface LocalKey {
  /** The server as `serverAddress` names it. */
  readonly server: string
  /** Who is signed in; "" for nobody. */
  readonly subject: string
  readonly document: string
}

/** What this device knows of a document, for a list of documents. */
export interface LocalDocument {
  readonly document: string
  readonly title?: string
  /** When it was last opened here. */
  readonly opened: Millis
  /** Changes made on this device that no receipt covers yet. */
  readonly changes: number
}

/** A kept copy, as it was committed. */
export interface LocalCopy {
  /** V1 updates in the order they were kept. */
  readonly updates: readonly Uint8Array[]
  /** The records they lie in, for `rewrite`. */
  readonly records: readonly LocalRecord[]
  /** Ids of the changes that no receipt covered when they were last written. */
  readonly changes: readonly string[]
  readonly facts: LocalFacts
}

/** A record of a copy. Merging raises its level, so that key and level together name one content. */
export interface LocalRecord {
  readonly key: number
  readonly level: number
}

/** Small facts that live with the copy. */
export interface LocalFacts {
  /** The copy has once been whole: everything the server had is in it, or the document was created here. */
  readonly complete?: boolean
  /** The browser secret under which what is in the copy was written. */
  readonly secret?: string
  /** The last access the server gave. */
  readonly access?: Access
  readonly title?: string
  readonly opened?: Millis
}

/** One atomic write. */
export interface LocalWrite {
  readonly updates: readonly Uint8Array[]
  /** Ids of changes in `updates` that await a receipt. */
  readonly made: readonly string[]
  /** Ids of changes that are on the server now. */
  readonly saved: readonly string[]
  readonly facts: LocalFacts
}

/** Documents kept on this device. Every method rejects with `LocalStoreError`. */
export interface LocalStore {
  /** Tabs that keep a document in stores of the same name tell each other what they write. */
  readonly name: string
  read(key: LocalKey): Promise<LocalCopy>
  /** Resolves when everything in it is committed; after a rejection nothing of it is. */
  write(key: LocalKey, write: LocalWrite): Promise<void>
  /** Merges small records into larger ones. Resolves when there is nothing left to merge. */
  compact(key: LocalKey): Promise<void>
  /**
   * Puts `state`, which holds all that `records` hold, in their place. Resolves to false, with nothing done, if another tab has
   * merged one of them meanwhile: it may hold more by now.
   */
  rewrite(key: LocalKey, records: readonly LocalRecord[], state: Uint8Array): Promise<boolean>
  list(owner: { readonly server: string; readonly subject: string }): Promise<LocalDocument[]>
  forget(key: LocalKey): Promise<void>
  /** Closes the database; a later call opens it again. */
  close(): Promise<void>
}

export type LocalStoreErrorCode =
  /** This browser has no IndexedDB, or denies it. */
  | "LOCAL_STORE_ABSENT"
  /** The device is full. */
  | "LOCAL_STORE_FULL"
  /** A newer version of this program upgraded the database, or waits to. */
  | "LOCAL_STORE_NEWER"
  /** The database failed for another reason, given as the cause. */
  | "LOCAL_STORE_FAILED"

/** The local store could not do what it was asked; nothing was written. */
export class LocalStoreError extends Error {
  override readonly name = "LocalStoreError"
  readonly code: LocalStoreErrorCode

  constructor(code: LocalStoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
