import type * as Y from "yjs"
import { visibleLength } from "../yjs-items.ts"

const PREFIX = "cell:"

/** The name of the root text that holds a cell. Everybody finds the same one without making it: typing never races. */
export function cellRoot(table: string, row: string, column: string): string {
  return `${PREFIX}${table}:${row}:${column}`
}

/** What the name of a cell's root says; null for another name. */
export function cellNames(root: string): { table: string; row: string; column: string } | null {
  if (!root.startsWith(PREFIX)) return null
  const [table, row, column, more] = root.slice(PREFIX.length).split(":")
  if (table === undefined || row === undefined || column === undefined || more !== undefined) return null
  return { table, row, column }
}

/** Whether a cell holds nothing that people see. Asking makes no root. */
export function isCellEmpty(doc: Y.Doc, name: string): boolean {
  for (let item = doc.share.get(name)?._start ?? null; item !== null; item = item.right) {
    if (visibleLength(item) > 0) return false
  }
  return true
}
