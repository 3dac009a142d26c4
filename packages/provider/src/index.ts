// The front page. What stays inside: the transport, the ledger of changes and the keeper; their tests import them by path.

export { openDocument } from "./document-client.ts"
export type { OpenDocument, OpenDocumentOptions } from "./open-document.ts"
export type { LocalKeeping, Status, StoragePersistence } from "./status.ts"
export type { ReadOnlyReason, ReadOnlySignal } from "./read-only.ts"
export { readOnlySentence, statusSentence, STRINGS } from "./strings.ts"
export { forgetLocalDocument, listLocalDocuments, type LocalDocumentsOptions } from "./local-documents.ts"
export { type LocalDocument, type LocalStore, LocalStoreError, type LocalStoreErrorCode } from "./local-store.ts"
export { openLocalStore } from "./indexed-db-store.ts"
export type { WebSocketClass } from "./transport.ts"
export type { WayMemory } from "./way-memory.ts"
