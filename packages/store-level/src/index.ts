export { type LevelStoreOptions, openLevelStore } from "./open-level-store.ts"
export type { LevelStore, StoreReport } from "./level-store.ts"
export type { CompactionOptions } from "./compactor.ts"
export type { ArchiveSegment, AuthorRun } from "./archive-segment.ts"
// What stays inside: the Database seam, keys and values. `ligature check` and `backup` will want them from here.
