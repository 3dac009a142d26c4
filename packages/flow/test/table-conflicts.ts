import { viewSchema } from "@ligature/schema"
import { Fragment, type Node } from "prosemirror-model"
import { Peer, startingWith, syncAll, write } from "./peers.ts"
import { captionOf, cellAt, cellTexts, editsTable, newTable, tableAt, typesInCell } from "./tables.ts"

/** What two people do at the same time to one table, and what has to come of it. */
export interface TableConflict {
  readonly row: string
  readonly title: string
  /** What is done and seen by both before they part. */
  readonly before?: (a: Peer) => void
  readonly a: (a: Peer) => void
  readonly b: (b: Peer) => void
  /** What happens once both have everything. */
  readonly after?: (a: Peer) => void
  /** What may come out, as `shown` tells it. */
  readonly good: readonly string[]
  /** What has to be remembered about it. */
  readonly why?: string
}

const TABLE = "[a | b / c | d]"

export const TABLE_CONFLICTS: readonly TableConflict[] = [
  {
    row: "T1",
    title: "add a row × add a column",
    a: (a) => editsTable(a, (table, at) => table.addRow(at.row(0), "after")),
    b: (b) => editsTable(b, (table, at) => table.addColumn(at.column(0), "after")),
    good: ["before ¶ [a |  | b /  |  |  / c |  | d] ¶ behind"],
  },
  {
    row: "T2",
    title: "both add a row at one place and write in it",
    a: (a) => addsRowWith(a, "AAA"),
    b: (b) => addsRowWith(b, "BBB"),
    good: [
      "before ¶ [a | b / AAA |  / BBB |  / c | d] ¶ behind",
      "before ¶ [a | b / BBB |  / AAA |  / c | d] ¶ behind",
    ],
  },
  {
    row: "T3",
    title: "type in a cell × delete its row, then undo",
    a: (a) => editsTable(a, (table, at) => table.deleteRows([at.row(0)])),
    b: (b) => typesInCell(b, 0, 0, "NEW", 1),
    after: (a) => a.undo(),
    good: [`before ¶ [aNEW | b / c | d] ¶ behind`],
    why: "until then a deleted row or column hides what is typed in its cells",
  },
  {
    row: "T4",
    title: "type in a cell × delete its column, then undo",
    a: (a) => editsTable(a, (table, at) => table.deleteColumns([at.column(1)])),
    b: (b) => typesInCell(b, 1, 1, "NEW"),
    after: (a) => a.undo(),
    good: [`before ¶ [a | b / c | NEWd] ¶ behind`],
  },
  {
    row: "T5",
    title: "move a row × type in it",
    a: (a) => editsTable(a, (table, at) => table.moveRow(at.row(0), at.row(1), "after")),
    b: (b) => typesInCell(b, 0, 1, "NEW", 1),
    good: ["before ¶ [c | d / a | bNEW] ¶ behind"],
  },
  {
    row: "T6",
    title: "both move one row",
    before: (a) => editsTable(a, (table, at) => table.addRow(at.row(1), "after")),
    a: (a) => editsTable(a, (table, at) => table.moveRow(at.row(0), at.row(1), "after")),
    b: (b) => editsTable(b, (table, at) => table.moveRow(at.row(0), at.row(2), "after")),
    good: ["before ¶ [c | d / a | b /  | ] ¶ behind", "before ¶ [c | d /  |  / a | b] ¶ behind"],
  },
  {
    row: "T7",
    title: "move a column × delete it",
    a: (a) => editsTable(a, (table, at) => table.moveColumn(at.column(0), at.column(1), "after")),
    b: (b) => editsTable(b, (table, at) => table.deleteColumns([at.column(0)])),
    good: ["before ¶ [b | a / d | c] ¶ behind"],
  },
  {
    row: "T8",
    title: "delete the table × type in a cell, then undo",
    a: (a) => deletesTable(a),
    b: (b) => typesInCell(b, 1, 1, "NEW", 1),
    after: (a) => a.undo(),
    good: ["before ¶ [a | b / c | dNEW] ¶ behind"],
    why: "until then a deleted table hides its cells",
  },
  {
    row: "T9",
    title: "move the table × type in a cell",
    a: (a) => movesTable(a),
    b: (b) => typesInCell(b, 0, 0, "NEW", 1),
    good: ["[aNEW | b / c | d] ¶ before ¶ behind"],
  },
  {
    row: "T10",
    title: "merge cells × type in a covered one",
    before: (a) => clears(a, 0, 1),
    a: (a) => editsTable(a, (table, at) => table.merge(at.cell(0, 0), at.cell(0, 1))),
    b: (b) => typesInCell(b, 0, 1, "NEW"),
    good: ["before ¶ [a | NEW / c | d] ¶ behind"],
    why: "cells are merged only while all that is covered is empty",
  },
  {
    row: "T11",
    title: "merge cells × merge overlapping ones",
    before: (a) => [clears(a, 0, 1), clears(a, 1, 0), clears(a, 1, 1)],
    a: (a) => editsTable(a, (table, at) => table.merge(at.cell(0, 0), at.cell(0, 1))),
    b: (b) => editsTable(b, (table, at) => table.merge(at.cell(0, 1), at.cell(1, 1))),
    good: ["before ¶ [a /  | ] ¶ behind"],
  },
  {
    row: "T12",
    title: "part merged cells × type in them",
    before: (a) => {
      clears(a, 0, 1)
      editsTable(a, (table, at) => table.merge(at.cell(0, 0), at.cell(0, 1)))
    },
    a: (a) => editsTable(a, (table, at) => table.split(at.cell(0, 0))),
    b: (b) => typesInCell(b, 0, 0, "NEW", 1),
    good: ["before ¶ [aNEW |  / c | d] ¶ behind"],
  },
  {
    row: "T13",
    title: "both type in one empty cell",
    before: (a) => clears(a, 0, 0),
    a: (a) => typesInCell(a, 0, 0, "AAA"),
    b: (b) => typesInCell(b, 0, 0, "BBB"),
    good: ["before ¶ [AAABBB | b / c | d] ¶ behind", "before ¶ [BBBAAA | b / c | d] ¶ behind"],
  },
  {
    row: "T14",
    title: "Enter in a cell × type behind it",
    before: (a) => typesInCell(a, 0, 0, " long cell", 1),
    a: (a) => a.change((tr) => tr.split(cellAt(tr.doc, 0, 0).pos + 3)),
    b: (b) => typesInCell(b, 0, 0, "NEW", 6),
    good: ["before ¶ [a ↵longNEW cell | b / c | d] ¶ behind"],
  },
  {
    row: "T15",
    title: "bold in a cell × type inside",
    before: (a) => typesInCell(a, 0, 0, "bcdef", 1),
    a: (a) =>
      a.change((tr) => {
        const { pos } = cellAt(tr.doc, 0, 0)
        tr.addMark(pos + 1, pos + 7, viewSchema.marks.bold.create())
      }),
    b: (b) => typesInCell(b, 0, 0, "NEW", 3),
    good: ["before ¶ [**abcNEWdef** | b / c | d] ¶ behind"],
  },
  {
    row: "T16",
    title: "both paste over one cell",
    a: (a) => pastesOver(a, 0, 0, "AAA"),
    b: (b) => pastesOver(b, 0, 0, "BBB"),
    good: [
      "before ¶ [AAABBB | b / c | d] ¶ behind",
      "before ¶ [BBBAAA | b / c | d] ¶ behind",
      "before ¶ [AAA↵BBB | b / c | d] ¶ behind",
      "before ¶ [BBB↵AAA | b / c | d] ¶ behind",
    ],
  },
  {
    row: "T17",
    title: "clear a cell × type in it",
    a: (a) => clears(a, 0, 0),
    b: (b) => typesInCell(b, 0, 0, "NEW", 1),
    good: ["before ¶ [NEW | b / c | d] ¶ behind"],
  },
  {
    row: "T18",
    title: "delete one row × delete the other, then type in what is left",
    a: (a) => editsTable(a, (table, at) => table.deleteRows([at.row(0)])),
    b: (b) => editsTable(b, (table, at) => table.deleteRows([at.row(1)])),
    after: (a) => typesInCell(a, 0, 1, "NEW"),
    good: ["before ¶ [ | NEW] ¶ behind"],
  },
  {
    row: "T19",
    title: "delete the paragraph behind the table × type in it",
    a: (a) => a.change((tr) => tr.deleteRange(a.at(5) - 1, a.endOf(5) + 1)),
    b: (b) => b.type(b.endOf(5), "NEW"),
    good: [`before ¶ ${TABLE}(NEW)`],
    why: "the words are the table's caption then",
  },
  {
    row: "T20",
    title: "delete from the text before the table to behind it × type in a cell, then undo",
    a: (a) => a.change((tr) => tr.delete(a.at(0, 3), a.at(5, 3))),
    b: (b) => typesInCell(b, 0, 0, "NEW", 1),
    after: (a) => a.undo(),
    good: ["before ¶ [aNEW | b / c | d] ¶ behind"],
  },
  {
    row: "T21",
    title: "both make a table of one empty paragraph",
    before: (a) => a.change((tr) => tr.split(a.endOf(0))),
    a: (a) => makesTableOf(a, 1, "AAA"),
    b: (b) => makesTableOf(b, 1, "BBB"),
    good: [`before ¶ [AAA | ] ¶ [BBB | ] ¶ ${TABLE} ¶ behind`, `before ¶ [BBB | ] ¶ [AAA | ] ¶ ${TABLE} ¶ behind`],
  },
]

const ORDERS = [
  [100, 200],
  [200, 100],
] as const

/** What comes of a conflict, once for each order of the two clients' numbers. */
export function outcomesOf(conflict: TableConflict): { shown: string; isGood: boolean; isSound: boolean }[] {
  const content = startingWith((author) => {
    write(author, ["before", "behind"])
    author.change((tr) =>
      tr.insert(
        author.at(1) - 1,
        newTable([
          ["a", "b"],
          ["c", "d"],
        ]),
      ),
    )
    conflict.before?.(author)
  })
  return ORDERS.map(([one, other]) => {
    const [a, b] = [new Peer(one, content), new Peer(other, content)]
    conflict.a(a)
    conflict.b(b)
    syncAll([a, b])
    conflict.after?.(a)
    syncAll([a, b])
    const texts = shown(a.state.doc)
    const isSound =
      shown(b.state.doc) === texts &&
      a.state.doc.eq(a.rebuilt()) &&
      JSON.stringify(a.state.doc) === JSON.stringify(b.state.doc)
    a.destroy()
    b.destroy()
    return { shown: texts, isGood: conflict.good.includes(texts), isSound }
  })
}

/** Blocks with "¶" between them, tables in brackets with their caption behind; "↵" between the blocks of a cell, "**" around bold words. */
function shown(doc: Node): string {
  const parts: string[] = []
  let tables = 0
  doc.descendants((node) => {
    if (node.type.name === "table_island") {
      const caption = captionOf(doc, tables)
      const cells = node.firstChild?.children.map((row) => row.children.map(cellText).join(" | ")) ?? []
      parts.push(`[${cells.join(" / ")}]${caption === "" ? "" : `(${caption})`}`)
      tables += 1
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

function addsRowWith(peer: Peer, text: string): void {
  editsTable(peer, (table, at) => table.addRow(at.row(0), "after"))
  typesInCell(peer, 1, 0, text)
}

function clears(peer: Peer, row: number, column: number): void {
  peer.change((tr) => {
    const { pos, node } = cellAt(tr.doc, row, column)
    tr.delete(pos + 1, pos + node.content.size - 1)
  })
}

function pastesOver(peer: Peer, row: number, column: number, text: string): void {
  peer.change((tr) => {
    const { pos, node } = cellAt(tr.doc, row, column)
    tr.replaceWith(
      pos,
      pos + node.content.size,
      Fragment.from(viewSchema.nodes.block.create(null, viewSchema.text(text))),
    )
  })
}

function deletesTable(peer: Peer): void {
  const { pos, node } = tableAt(peer.state.doc)
  peer.change((tr) => tr.delete(pos, pos + node.nodeSize))
}

function movesTable(peer: Peer): void {
  const { pos, node } = tableAt(peer.state.doc)
  peer.change((tr) => tr.delete(pos, pos + node.nodeSize).insert(1, node))
}

function makesTableOf(peer: Peer, block: number, text: string): void {
  const at = peer.at(block) - 1
  peer.change((tr) => tr.replaceWith(at, at + 2, newTable([[text, ""]])))
  if (cellTexts(peer.state.doc)[0]?.[0] !== text) throw new Error("the table is not where the paragraph was")
}
