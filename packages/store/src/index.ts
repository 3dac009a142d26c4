export type {
  Append,
  AppendedUpdate,
  DocumentState,
  DocumentStore,
  DocumentSummary,
  ListOptions,
  PrefixReplacement,
  StoredRecord,
  StoreHealth,
  StoreStatistics,
} from "./document-store.ts"
export { StoreError, type StoreErrorCode } from "./store-error.ts"
export { openMemoryStore } from "./memory-store.ts"
// For whoever implements the port: what every store refuses as misuse.
export { checkAppend, checkDocument, checkListOptions, checkReplacement } from "./check-arguments.ts"
export { AFTER_RESERVED, isReserved, RESERVED_PREFIX } from "./reserved-document.ts"
