import { Fragment, Slice } from "prosemirror-model"
import { TextSelection } from "prosemirror-state"
import type { TablePerson } from "./table-person.ts"

/** What two people do at the same time to one table, and what has to come of it. */
export interface TableConflict {
  readonly row: string
  readonly title: string
  /** What is done and seen by both before they part. */
  readonly before?: (a: TablePerson) => void
  readonly a: (a: TablePerson) => void
  readonly b: (b: TablePerson) => void
  /** What happens once both have everything. */
  readonly after?: (a: TablePerson) => void
  /** What may come out, as `outcomesOf` shows it. */
  readonly good: readonly string[]
  /** What has to be remembered about it. */
  readonly why?: string
}

const TABLE = "[a | b / c | d]"

export const TABLE_CONFLICTS: readonly TableConflict[] = [
  {
    row: "T1",
    title: "add a row × add a column",
    a: (a) => a.addsRow(0),
    b: (b) => b.addsColumn(0),
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
    a: (a) => a.deletesRow(0),
    b: (b) => typesInCell(b, 0, 0, "NEW", 1),
    after: (a) => a.undo(),
    good: [`before ¶ [aNEW | b / c | d] ¶ behind`],
    why: "until then a deleted row or column hides what is typed in its cells",
  },
  {
    row: "T4",
    title: "type in a cell × delete its column, then undo",
    a: (a) => a.deletesColumn(1),
    b: (b) => typesInCell(b, 1, 1, "NEW"),
    after: (a) => a.undo(),
    good: [`before ¶ [a | b / c | NEWd] ¶ behind`],
  },
  {
    row: "T5",
    title: "move a row × type in it",
    a: (a) => a.movesRow(0, 1),
    b: (b) => typesInCell(b, 0, 1, "NEW", 1),
    good: ["before ¶ [c | d / a | bNEW] ¶ behind"],
  },
  {
    row: "T6",
    title: "both move one row",
    before: (a) => a.addsRow(1),
    a: (a) => a.movesRow(0, 1),
    b: (b) => b.movesRow(0, 2),
    good: ["before ¶ [c | d / a | b /  | ] ¶ behind", "before ¶ [c | d /  |  / a | b] ¶ behind"],
  },
  {
    row: "T7",
    title: "move a column × delete it",
    a: (a) => a.movesColumn(0, 1),
    b: (b) => b.deletesColumn(0),
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
    a: (a) => a.merges([0, 0], [0, 1]),
    b: (b) => typesInCell(b, 0, 1, "NEW"),
    good: ["before ¶ [a | NEW / c | d] ¶ behind"],
    why: "cells are merged only while all that is covered is empty",
  },
  {
    row: "T11",
    title: "merge cells × merge overlapping ones",
    before: (a) => [clears(a, 0, 1), clears(a, 1, 0), clears(a, 1, 1)],
    a: (a) => a.merges([0, 0], [0, 1]),
    b: (b) => b.merges([0, 1], [1, 1]),
    good: ["before ¶ [a /  | ] ¶ behind"],
  },
  {
    row: "T12",
    title: "part merged cells × type in them",
    before: (a) => {
      clears(a, 0, 1)
      a.merges([0, 0], [0, 1])
    },
    a: (a) => a.parts(0, 0),
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
    a: (a) => a.change((tr) => tr.split(a.cell(0, 0).pos + 3)),
    b: (b) => typesInCell(b, 0, 0, "NEW", 6),
    good: ["before ¶ [a ↵longNEW cell | b / c | d] ¶ behind"],
  },
  {
    row: "T15",
    title: "bold in a cell × type inside",
    before: (a) => typesInCell(a, 0, 0, "bcdef", 1),
    a: (a) =>
      a.change((tr) => {
        const { pos } = a.cell(0, 0)
        tr.addMark(pos + 1, pos + 7, a.state.schema.mark("bold"))
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
    a: (a) => a.deletesRow(0),
    b: (b) => b.deletesRow(1),
    after: (a) => typesInCell(a, 0, 1, "NEW"),
    good: ["before ¶ [ | NEW] ¶ behind"],
  },
  {
    row: "T19",
    title: "delete the paragraph behind the table × type in it",
    a: (a) => {
      const { node, pos } = a.line("behind")
      a.change((tr) => tr.deleteRange(pos, pos + node.nodeSize))
    },
    b: (b) => types(b, b.line("behind").pos + 1 + "behind".length, "NEW"),
    good: [`before ¶ ${TABLE}(NEW)`],
    why: "the words are the table's caption then",
  },
  {
    row: "T20",
    title: "delete from the text before the table to behind it × type in a cell, then undo",
    a: (a) => a.change((tr) => tr.delete(a.line("before").pos + 4, a.line("behind").pos + 4)),
    b: (b) => typesInCell(b, 0, 0, "NEW", 1),
    after: (a) => a.undo(),
    good: ["before ¶ [aNEW | b / c | d] ¶ behind"],
  },
  {
    row: "T21",
    title: "both make a table of one empty paragraph",
    before: (a) => a.change((tr) => tr.split(a.line("before").pos + 1 + "before".length)),
    a: (a) => makesTable(a, "AAA"),
    b: (b) => makesTable(b, "BBB"),
    good: [`before ¶ [AAA | ] ¶ [BBB | ] ¶ ${TABLE} ¶ behind`, `before ¶ [BBB | ] ¶ [AAA | ] ¶ ${TABLE} ¶ behind`],
  },
  {
    row: "T22",
    title: "paste over the table and the next two letters × type behind them",
    a: (a) => pastesOverTable(a, "AAA"),
    b: (b) => types(b, b.line("behind").pos + 1 + "beh".length, "NEW"),
    good: ["before ¶ AAA ¶ hNEWind"],
  },
  {
    row: "T23",
    title: "both paste over the table and the next two letters",
    a: (a) => pastesOverTable(a, "AAA"),
    b: (b) => pastesOverTable(b, "BBB"),
    good: ["before ¶ AAA ¶ BBB ¶ hind", "before ¶ BBB ¶ AAA ¶ hind"],
  },
  {
    row: "T24",
    title: "paste over the table and the next two letters × delete what follows them",
    a: (a) => pastesOverTable(a, "AAA"),
    b: (b) => b.change((tr) => tr.delete(b.line("behind").pos + 3, b.line("behind").pos + 7)),
    good: ["before ¶ AAA ¶ "],
  },
  {
    row: "T25",
    title: "paste a table over two letters at the beginning × type behind them",
    a: (a) => pastesTable(a, "before", "be".length),
    b: (b) => types(b, b.line("before").pos + 1 + "bef".length, "NEW"),
    good: [`[AAA | ] ¶ XfNEWore ¶ ${TABLE} ¶ behind`],
  },
  {
    row: "T26",
    title: "both paste a table over two letters",
    a: (a) => pastesTable(a, "behind", "be".length),
    b: (b) => pastesTable(b, "behind", "be".length),
    good: [`before ¶ ${TABLE} ¶ [AAA | ] ¶ [AAA | ] ¶ XXhind`],
  },
]

function types(person: TablePerson, position: number, text: string): void {
  person.change((tr) =>
    tr.insertText(text, position).setSelection(TextSelection.create(tr.doc, position + text.length)),
  )
}

function typesInCell(person: TablePerson, row: number, column: number, text: string, unit = 0): void {
  types(person, person.cell(row, column).pos + 1 + unit, text)
}

function addsRowWith(person: TablePerson, text: string): void {
  person.addsRow(0)
  typesInCell(person, 1, 0, text)
}

function clears(person: TablePerson, row: number, column: number): void {
  const { node, pos } = person.cell(row, column)
  person.change((tr) => tr.delete(pos + 1, pos + node.content.size - 1))
}

function pastesOver(person: TablePerson, row: number, column: number, text: string): void {
  const { node, pos } = person.cell(row, column)
  person.change((tr) => tr.replaceWith(pos, pos + node.content.size, person.newLine(text)))
}

/** Puts a line in the place of everything from the end of "before" to the "be" of "behind". */
function pastesOverTable(person: TablePerson, text: string): void {
  const [before, behind] = [person.line("before"), person.line("behind")]
  const line = new Slice(Fragment.from(person.newLine(text)), 0, 0)
  person.change((tr) => tr.replace(before.pos + 1 + "before".length, behind.pos + 1 + "be".length, line))
}

/** Puts a table and the beginning of a line in the place of a line's first units. */
function pastesTable(person: TablePerson, line: string, units: number): void {
  const { pos } = person.line(line)
  const pasted = Fragment.from([person.newTable([["AAA", ""]]), person.newLine("X")])
  person.change((tr) => tr.replace(pos, pos + 1 + units, new Slice(pasted, 0, 1)))
}

function deletesTable(person: TablePerson): void {
  const { node, pos } = person.table()
  person.change((tr) => tr.delete(pos, pos + node.nodeSize))
}

function movesTable(person: TablePerson): void {
  const { node, pos } = person.table()
  const first = person.line("before").pos
  person.change((tr) => tr.delete(pos, pos + node.nodeSize).insert(first, node))
}

/** Puts a table in the place of the first empty line. */
function makesTable(person: TablePerson, text: string): void {
  const { pos } = person.line("")
  person.change((tr) => tr.replaceWith(pos, pos + 2, person.newTable([[text, ""]])))
  if (person.cell(0, 0).node.textContent !== text) throw new Error("the table is not where the line was")
}
