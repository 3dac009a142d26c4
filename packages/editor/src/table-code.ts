import type * as tables from "./tables/index.ts"

/** What is fetched when a document first has a table, or somebody puts one in. */
export type TableCode = typeof tables

let loaded: TableCode | null = null

/** The code for tables: at once where it is here, else a promise, which rejects where it cannot be fetched. */
export function tableCode(): TableCode | Promise<TableCode> {
  return loaded ?? import("./tables/index.ts").then((code) => (loaded = code))
}

/** The code for tables, if some document has needed it. */
export function loadedTableCode(): TableCode | null {
  return loaded
}
