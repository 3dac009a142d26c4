import { type SeededRandom, seededRandom } from "@ligature/testing"
import { describe, expect, test } from "vitest"
import * as Y from "yjs"
import { BlockAttributes } from "../src/block-attributes.ts"
import { cellRoot } from "../src/table/cell-root.ts"
import { cleanPosition, positionBetween, spreadPositions } from "../src/table/position.ts"
import { FALLBACK, MAX_CELLS, MAX_COLUMNS, MAX_ROWS, readTable, type TableShape } from "../src/table/read-table.ts"
import { TableModel } from "../src/table/table-model.ts"

/** Somebody at a table, without a view. */
class Author {
  readonly doc = new Y.Doc()

  constructor(clientID: number, content?: Uint8Array) {
    this.doc.clientID = clientID
    if (content !== undefined) Y.applyUpdate(this.doc, content)
  }

  change<T>(edit: (table: TableModel) => T): T {
    return this.doc.transact(() => edit(this.#model))
  }

  get shape(): TableShape {
    return this.#model.read()
  }

  get columns(): string[] {
    return this.shape.columns.map(({ id }) => id)
  }

  get content(): Uint8Array {
    return Y.encodeStateAsUpdate(this.doc)
  }

  get #model(): TableModel {
    return new TableModel(this.doc, new BlockAttributes(this.doc.getMap("attrs")), "t")
  }

  row(at: number): string {
    return this.shape.rows[at] ?? "none"
  }

  column(at: number): string {
    return this.columns[at] ?? "none"
  }

  cell(row: number, column: number): { row: string; column: string } {
    return { row: this.row(row), column: this.column(column) }
  }

  type(row: number, column: number, text: string): void {
    this.doc.getText(cellRoot("t", this.row(row), this.column(column))).insert(0, text)
  }

  receive(other: Author): void {
    Y.applyUpdate(this.doc, Y.encodeStateAsUpdate(other.doc, Y.encodeStateVector(this.doc)))
  }
}

function tableOf(rows: number, columns: number): Uint8Array {
  const author = new Author(1)
  author.change((table) => table.create(rows, columns))
  return author.content
}

/** Two people do something at once; both orders of their numbers come to the same. */
function concurrently(
  content: Uint8Array,
  first: (a: Author) => void,
  second: (b: Author) => void,
  check: (shape: TableShape, a: Author) => void,
): void {
  for (const [one, other] of [
    [100, 200],
    [200, 100],
  ] as const) {
    const [a, b] = [new Author(one, content), new Author(other, content)]
    first(a)
    second(b)
    a.receive(b)
    b.receive(a)
    expect(a.shape).toEqual(b.shape)
    check(a.shape, a)
  }
}

describe("positions", () => {
  test("lie between their neighbours, whatever was asked before", () => {
    const random = seededRandom(7)
    const positions: string[] = []
    for (let i = 0; i < 2000; i++) {
      // Mostly at one place: that is where positions grow.
      const at = random.chance(0.6) ? Math.min(3, positions.length) : random.integer(positions.length + 1)
      const [before, after] = [positions[at - 1] ?? "", positions[at] ?? null]
      const position = positionBetween(before, after, random.integer(4_000_000_000))
      expect(position > before && (after === null || position < after)).toBe(true)
      positions.splice(at, 0, position)
    }
    expect(cleanPosition(positions[3])).toBe(positions[3])
  })

  test("differ for two clients, and stay short for rows that are added one after the other", () => {
    expect(positionBetween("A", "B", 11)).not.toBe(positionBetween("A", "B", 12))
    let last = ""
    for (let i = 0; i < 500; i++) last = positionBetween(last, null, 123_456)
    expect(last.length).toBeLessThan(30)
  })

  test("are spread in order over a new table", () => {
    for (const count of [1, 2, 61, 62, 1000]) {
      const positions = spreadPositions(count)
      expect(new Set(positions).size).toBe(count)
      expect([...positions].sort()).toEqual(positions)
    }
  })
})

describe("one person", () => {
  test("makes a table, and adds, moves and deletes rows and columns", () => {
    const author = new Author(5)
    const { rows, columns } = author.change((table) => table.create(2, 3))
    expect(author.shape.rows).toEqual(rows)
    expect(author.columns).toEqual(columns)

    const added = author.change((table) => table.addRow(rows[0] ?? "", "after"))
    expect(author.shape.rows).toEqual([rows[0], added, rows[1]])
    const left = author.change((table) => table.addColumn(columns[0] ?? "", "before"))
    expect(author.columns).toEqual([left, ...columns])

    author.change((table) => table.moveRow(rows[1] ?? "", rows[0] ?? "", "before"))
    expect(author.shape.rows).toEqual([rows[1], rows[0], added])
    author.change((table) => table.moveColumn(left ?? "", columns[2] ?? "", "after"))
    expect(author.columns).toEqual([...columns, left])

    author.change((table) => table.deleteRows([rows[0] ?? ""]))
    author.change((table) => table.deleteColumns([columns[1] ?? "", left ?? ""]))
    expect(author.shape.cells.map((row) => row.length)).toEqual([2, 2])
  })

  test("asks for a row that is not there", () => {
    const author = new Author(5, tableOf(1, 1))
    expect(() => author.change((table) => table.addRow("nobody", "after"))).toThrow(RangeError)
  })

  test("cannot make a table larger than anybody could read", () => {
    const author = new Author(5, tableOf(MAX_CELLS / MAX_COLUMNS, MAX_COLUMNS))
    expect(author.change((table) => table.addRow(author.row(0), "after"))).toBeNull()
    expect(author.change((table) => table.addColumn(author.column(0), "after"))).toBeNull()
    const tall = new Author(6, tableOf(MAX_ROWS, 2))
    expect(tall.change((table) => table.addRow(tall.row(0), "after"))).toBeNull()
  })

  test("merges cells and parts them", () => {
    const author = new Author(5, tableOf(3, 3))
    author.change((table) => table.merge(author.cell(1, 1), author.cell(0, 0)))
    expect(author.shape.cells.map((row) => row.map(({ rowspan, colspan }) => [rowspan, colspan]))).toEqual([
      [
        [2, 2],
        [1, 1],
      ],
      [[1, 1]],
      [
        [1, 1],
        [1, 1],
        [1, 1],
      ],
    ])
    author.change((table) => table.split(author.cell(0, 0)))
    expect(author.shape.cells.flat()).toHaveLength(9)
  })

  test("deletes the last row of merged cells, which then end in the row before", () => {
    const author = new Author(5, tableOf(3, 2))
    author.change((table) => table.merge(author.cell(0, 0), author.cell(2, 0)))
    author.change((table) => table.deleteRows([author.row(2)]))
    expect(author.shape.cells[0]?.[0]).toMatchObject({ rowspan: 2, colspan: 1 })
  })

  test("merges over merged cells, which then are parts of the larger one", () => {
    const author = new Author(5, tableOf(3, 3))
    author.change((table) => table.merge(author.cell(1, 1), author.cell(1, 2)))
    author.change((table) => table.merge(author.cell(0, 0), author.cell(2, 2)))
    expect(author.shape.cells.flat()).toHaveLength(1)
    author.change((table) => table.split(author.cell(0, 0)))
    expect(author.shape.cells.flat()).toHaveLength(9)
  })

  test("takes a deletion back, and with it the words", () => {
    const author = new Author(5, tableOf(2, 2))
    author.type(1, 0, "kept")
    const undo = new Y.UndoManager(author.doc, { captureTimeout: 0 })
    author.change((table) => table.deleteRows([author.row(1)]))
    expect(author.shape.rows).toHaveLength(1)
    undo.undo()
    expect(author.doc.getText(cellRoot("t", author.row(1), author.column(0))).toJSON()).toBe("kept")
  })
})

describe("two people at once", () => {
  test("add a row and a column: the cell where they meet is there", () => {
    concurrently(
      tableOf(2, 2),
      (a) => a.change((table) => table.addRow(a.row(0), "after")),
      (b) => b.change((table) => table.addColumn(b.column(1), "after")),
      (shape) => expect(shape.cells.map((row) => row.length)).toEqual([3, 3, 3]),
    )
  })

  test("both add a row at one place: both are there, and more can be added between", () => {
    concurrently(
      tableOf(2, 1),
      (a) => a.change((table) => table.addRow(a.row(0), "after")),
      (b) => b.change((table) => table.addRow(b.row(0), "after")),
      (shape, a) => {
        expect(shape.rows).toHaveLength(4)
        const between = a.change((table) => table.addRow(a.row(1), "after"))
        expect(a.row(2)).toBe(between)
      },
    )
  })

  test("move one row to two places: it is in one of them", () => {
    concurrently(
      tableOf(4, 1),
      (a) => a.change((table) => table.moveRow(a.row(0), a.row(3), "after")),
      (b) => b.change((table) => table.moveRow(b.row(0), b.row(1), "after")),
      (shape) => expect(new Set(shape.rows).size).toBe(4),
    )
  })

  test("delete a row, move it: it stays", () => {
    concurrently(
      tableOf(3, 1),
      (a) => a.change((table) => table.deleteRows([a.row(0)])),
      (b) => b.change((table) => table.moveRow(b.row(0), b.row(2), "after")),
      (shape) => expect(shape.rows).toHaveLength(3),
    )
  })

  test("delete every row between them: one empty row is shown, and is real once somebody writes in it", () => {
    concurrently(
      tableOf(2, 2),
      (a) => a.change((table) => table.deleteRows([a.row(0)])),
      (b) => b.change((table) => table.deleteRows([b.row(1)])),
      (shape, a) => {
        expect(shape.rows).toEqual([FALLBACK])
        a.change((table) => table.keep(FALLBACK, a.column(0)))
        expect(a.change((table) => table.addRow(FALLBACK, "after"))).not.toBeNull()
        expect(a.shape.rows).toHaveLength(2)
        expect(a.row(0)).toBe(FALLBACK)
      },
    )
  })

  test("merge cells, type in a covered one: the word is seen, and the cells are merged again when it goes", () => {
    concurrently(
      tableOf(2, 2),
      (a) => a.change((table) => table.merge(a.cell(0, 0), a.cell(0, 1))),
      (b) => b.type(0, 1, "NEW"),
      (shape, a) => {
        expect(shape.cells[0]).toHaveLength(2)
        a.doc.getText(cellRoot("t", a.row(0), a.column(1))).delete(0, 3)
        expect(a.shape.cells[0]).toHaveLength(1)
      },
    )
  })

  test("merge overlapping cells: one of the two is shown, nothing is covered twice", () => {
    concurrently(
      tableOf(3, 3),
      (a) => a.change((table) => table.merge(a.cell(0, 0), a.cell(1, 1))),
      (b) => b.change((table) => table.merge(b.cell(1, 1), b.cell(2, 2))),
      (shape) => expect(covered(shape)).toBe(9),
    )
  })

  test("merge rows, add a row between them: it is part of the merged cell", () => {
    concurrently(
      tableOf(2, 1),
      (a) => a.change((table) => table.merge(a.cell(0, 0), a.cell(1, 0))),
      (b) => b.change((table) => table.addRow(b.row(0), "after")),
      (shape) => expect(shape.cells[0]?.[0]?.rowspan).toBe(3),
    )
  })
})

function covered(shape: TableShape): number {
  return shape.cells.flat().reduce((sum, { rowspan, colspan }) => sum + rowspan * colspan, 0)
}

describe("a hostile peer", () => {
  test("writes values that make no sense: they count as absent, and the table stays a rectangle", () => {
    const shape = readTable(
      new Map<string, unknown>([
        ["row.a", 7],
        ["row.b", "ok"],
        ["row.b:c", "ok"],
        ["row.", "ok"],
        [`row.${"x".repeat(65)}`, "ok"],
        ["col.a", "z".repeat(10_000)],
        ["col.b", null],
        ["width.a", Number.NaN],
        ["width.b", 1e300],
        ["align.a", "javascript:"],
        ["headerRow", "yes"],
        ["merge.a:a", "all"],
        ["merge.b:b", { row: "a", column: ["a"] }],
        ["merge.nobody:a", { row: "b", column: "b" }],
        ["merge.a:b", { row: "__proto__", column: "constructor" }],
      ]),
      () => true,
    )
    expect(shape.rows).toEqual(["a", "b"])
    expect(shape.columns).toEqual([
      { id: "a", width: null, align: null },
      { id: "b", width: 2000, align: null },
    ])
    expect(shape.headerRow).toBe(false)
    expect(covered(shape)).toBe(4)
  })

  test("writes more rows and columns than anybody can read: the first are shown", () => {
    const values = new Map<string, unknown>()
    for (let i = 0; i < 5000; i++) values.set(`row.${i}`, String(i)).set(`col.${i}`, String(i))
    const { rows, columns } = readTable(values, () => true)
    expect(columns).toHaveLength(MAX_COLUMNS)
    expect(rows).toHaveLength(MAX_CELLS / MAX_COLUMNS)
  })

  test("merges the whole table from everywhere: it is read in a few looks at each cell", () => {
    const values = new Map<string, unknown>()
    for (let i = 100; i < 200; i++) values.set(`row.${i}`, String(i)).set(`col.${i}`, String(i))
    for (let i = 0; i < 9_999; i++) {
      values.set(`merge.${100 + Math.floor(i / 100)}:${100 + (i % 100)}`, { row: "199", column: "199" })
    }
    let asked = 0
    const shape = readTable(values, (row, column) => {
      asked += 1
      return row !== "199" || column !== "199"
    })
    expect(covered(shape)).toBe(10_000)
    expect(asked).toBeLessThan(100_000)
  })
})

describe("many people at random", () => {
  for (let seed = 1; seed <= 60; seed++) {
    test(`seed ${seed}: all see one rectangle in the end, with every row and column that nobody deleted`, () => {
      const random = seededRandom(seed)
      const content = tableOf(1 + random.integer(4), 1 + random.integer(4))
      const people = [11, 22, 33].map((id) => new Author(id, content))
      const deleted = new Set<string>()
      const made = new Set([...(people[0]?.shape.rows ?? []), ...(people[0]?.columns ?? [])])
      for (let i = 0; i < 40; i++) {
        const person = random.pick(people)
        if (random.chance(0.3)) person.receive(random.pick(people))
        else editAtRandom(person, random, made, deleted)
        expect(covered(person.shape)).toBe(person.shape.rows.length * person.shape.columns.length)
      }
      for (const to of people) for (const from of people) to.receive(from)
      const [first, ...others] = people
      for (const other of others) expect(other.shape).toEqual(first?.shape)
      const shown = new Set([...(first?.shape.rows ?? []), ...(first?.columns ?? [])])
      expect([...made].filter((id) => !deleted.has(id) && !shown.has(id))).toEqual([])
    })
  }
})

function editAtRandom(person: Author, random: SeededRandom, made: Set<string>, deleted: Set<string>): void {
  const { rows } = person.shape
  const { columns } = person
  const [row, column] = [random.pick(rows), random.pick(columns)]
  const side = random.pick(["before", "after"] as const)
  const add = (id: string | null): void => void (id !== null && made.add(id))
  const edits = [
    (table: TableModel) => add(table.addRow(row, side)),
    (table: TableModel) => add(table.addColumn(column, side)),
    (table: TableModel) => table.moveRow(row, random.pick(rows), side),
    (table: TableModel) => table.moveColumn(column, random.pick(columns), side),
    (table: TableModel) => table.merge({ row, column }, { row: random.pick(rows), column: random.pick(columns) }),
    (table: TableModel) => table.split({ row, column }),
    (table: TableModel) => {
      table.deleteRows([row])
      deleted.add(row)
    },
    (table: TableModel) => {
      table.deleteColumns([column])
      deleted.add(column)
    },
  ]
  person.change(random.pick(edits))
}
