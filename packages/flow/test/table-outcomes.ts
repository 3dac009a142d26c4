import type { Node } from "prosemirror-model"
import { TableMap } from "prosemirror-tables"
import * as Y from "yjs"
import { exchange } from "./person.ts"
import type { TableConflict } from "./table-conflicts.ts"
import { NoTableError, type TablePerson } from "./table-person.ts"

type Open = (clientID: number, content?: Uint8Array) => TablePerson

export interface TableOutcome {
  /** The order of the two clients' numbers. */
  readonly ids: readonly [number, number]
  /** What the first of both sees. */
  readonly shown: string
  /** "ok", or what went wrong. */
  readonly outcome: string
}

const ORDERS = [
  [100, 200],
  [200, 100],
] as const

/** What comes of a conflict, once for each order of the two clients' numbers. */
export function outcomesOf(conflict: TableConflict, open: Open): TableOutcome[] {
  const author = open(1)
  author.writes(["before", "behind"])
  const table = author.newTable([
    ["a", "b"],
    ["c", "d"],
  ])
  author.change((tr) => tr.insert(author.line("behind").pos, table))
  conflict.before?.(author)
  const content = Y.encodeStateAsUpdate(author.doc)
  author.destroy()
  return ORDERS.map((ids) => {
    const [a, b] = [open(ids[0], content), open(ids[1], content)]
    conflict.a(a)
    conflict.b(b)
    exchange(a, b)
    exchange(a, b)
    const isTableLeft = goesOn(conflict, a)
    exchange(a, b)
    exchange(a, b)
    const outcome = isTableLeft ? judge(conflict, a, b) : "no table is left"
    const shown = show(a.state.doc)
    a.destroy()
    b.destroy()
    return { ids, shown, outcome }
  })
}

/** Does what comes after the conflict; false when the table is gone where it would be done. */
function goesOn({ after }: TableConflict, a: TablePerson): boolean {
  try {
    after?.(a)
    return true
  } catch (fault) {
    if (fault instanceof NoTableError) return false
    throw fault
  }
}

function judge(conflict: TableConflict, a: TablePerson, b: TablePerson): string {
  const docs = [a.state.doc, b.state.doc]
  const stored = a.rebuilt()
  for (const doc of docs) {
    const difference = lettersMissing(conflict, show(doc))
    if (difference !== null) return difference
  }
  if (JSON.stringify(docs[0]) !== JSON.stringify(docs[1])) return "documents differ"
  if (docs.some(isRagged)) return "ragged table"
  if (isRagged(stored)) return "what is stored is ragged"
  if (!a.state.doc.eq(stored)) return "view is not what is stored"
  return conflict.good.includes(show(a.state.doc)) ? "ok" : "misplaced"
}

/** Whether there are fewer letters than in a good outcome, or more; null when there are as many of each. */
function lettersMissing({ good }: TableConflict, shown: string): "lost" | "doubled" | null {
  const [wanted, found] = [lettersIn(good[0] ?? ""), lettersIn(shown)]
  const letters = [...new Set([...wanted, ...found])]
  const surplus = letters.map(
    (letter) => found.filter((each) => each === letter).length - wanted.filter((each) => each === letter).length,
  )
  if (surplus.some((count) => count < 0)) return "lost"
  return surplus.some((count) => count > 0) ? "doubled" : null
}

function lettersIn(shown: string): string[] {
  return shown.match(/\p{L}/gu) ?? []
}

/** Whether cells overlap or are missing somewhere. */
function isRagged(doc: Node): boolean {
  let isOne = false
  doc.descendants((node) => {
    if (node.type.name === "table" && TableMap.get(node).problems !== null) isOne = true
    return !node.isTextblock
  })
  return isOne
}

/** Blocks with "¶" between them, tables in brackets with their caption behind; "↵" between the blocks of a cell, "**" around bold words. */
function show(doc: Node): string {
  const parts: string[] = []
  doc.descendants((node) => {
    const table = node.type.name === "table_island" ? node.firstChild : node.type.name === "table" ? node : null
    if (table !== null) {
      const caption = node === table ? "" : (node.lastChild?.textContent ?? "")
      const cells = table.children.map((row) => row.children.map(cellText).join(" | "))
      parts.push(`[${cells.join(" / ")}]${caption === "" ? "" : `(${caption})`}`)
      return false
    }
    if (node.isTextblock) parts.push(node.textContent)
    return !node.isTextblock
  })
  return parts.join(" ¶ ")
}

function cellText(cell: Node): string {
  return cell.children
    .map((block) =>
      block.children.map((node) => (node.marks.length > 0 ? `**${node.text ?? ""}**` : (node.text ?? ""))).join(""),
    )
    .join("↵")
}
