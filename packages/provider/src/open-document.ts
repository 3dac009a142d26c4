import type { Clock } from "@ligature/protocol"
import type { Awareness } from "y-protocols/awareness"
import type * as Y from "yjs"
import type { LocalStore } from "./local-store.ts"
import type { ReadOnlySignal } from "./read-only.ts"
import type { LocalKeeping, Status, StoragePersistence } from "./status.ts"
import type { WebSocketClass } from "./transport.ts"
import type { WayMemory } from "./way-memory.ts"

export interface OpenDocumentOptions {
  /** The server: a ws, wss, http or https address, or one relative to the page. `/sync` is added when it has no path. */
  readonly url: string
  /** The document name: 1 to 200 bytes of UTF-8, no control characters. */
  readonly document: string
  /** Gives a token for each attempt to connect, and before the last one runs out (if it is a JWT and says when). */
  readonly token?: (() => Promise<string> | string) | undefined
  /** The schema version of the editor. The server gives read access to one that is older than the document. */
  readonly schema?: number | undefined
  /** Where this device keeps the document; false keeps nothing. By default IndexedDB, shared by all documents of the page. */
  readonly localStore?: LocalStore | false | undefined
  /**
   * Who is signed in: local copies are kept by person, for nobody may carry another's unsent words. With a `token` and without this,
   * nothing is kept on the device.
   */
  readonly subject?: string | undefined
  /** The document is made here and now: its local state, empty, is complete. */
  readonly create?: boolean | undefined
  /** A class of sockets where the platform has none, or not the right one. */
  readonly WebSocket?: WebSocketClass | undefined
  /** Where it is remembered for a day that a server was reached by long-polling only; localStorage if left out. */
  readonly wayMemory?: WayMemory | undefined
  readonly clock?: Clock | undefined
  /** From 0 to 1, for the jitter of reconnecting. */
  readonly random?: (() => number) | undefined
}

/** One document, open. Owned by whoever opened it, who must `destroy` it. */
export interface OpenDocument {
  readonly document: string
  readonly doc: Y.Doc
  readonly awareness: Awareness
  readonly status: Status
  /** Calls `listener` after each change of `status`, `keeping` or `persistence`; returns what ends that. */
  onStatus(listener: (status: Status) => void): () => void
  /** Content may be shown: the local copy or the server's state is in. Never resolves on a failed load, never rejects. */
  readonly whenLoaded: Promise<void>
  /** Reading only: not loaded yet, no write access, closed for good, or the document has gone mute. */
  readonly readOnly: ReadOnlySignal
  /** Whether this device keeps the document, and why not. */
  readonly keeping: LocalKeeping
  /** Whether the browser promised not to evict what it keeps. */
  readonly persistence: StoragePersistence
  /** Small facts for the list of documents on this device. */
  keepInfo(info: { readonly title?: string }): void
  /** Tries to connect now, also after the server closed for good (somebody signed in again, say). */
  retry(): void
  /**
   * Copies everything into a new document of this device and opens it, for when this one is closed. The same options otherwise.
   * The caller owns what it returns; this document stays as it is. Throws ProtocolError for a bad name.
   */
  saveAsNew(document: string): OpenDocument
  /** Resolves when every change made so far is committed on this device, or the device failed to. Never rejects. */
  flush(): Promise<void>
  /** Commits what waits, then closes everything, the Y.Doc too. Never rejects. */
  destroy(): Promise<void>
}
