import { type Node, type NodeSpec, Schema } from "prosemirror-model"
import { tableNodes } from "prosemirror-tables"
import { describe, expect, test } from "vitest"
import { prosemirrorToYDoc } from "y-prosemirror"
import * as Y from "yjs"
import { convertXml, fromXml, readDocument, toHtml } from "../src/index.ts"

/** Documents as prosemirror-tables makes them, and as Tiptap and BlockNote name them. */
const names = {
  "prosemirror-tables": { row: "table_row", cell: "table_cell", header: "table_header", line: "paragraph" },
  Tiptap: { row: "tableRow", cell: "tableCell", header: "tableHeader", line: "paragraph" },
  BlockNote: { row: "tableRow", cell: "tableCell", header: "tableHeader", line: "tableParagraph" },
} as const

interface Cell {
  readonly text?: string
  readonly content?: readonly Node[]
  readonly header?: boolean
  readonly attrs?: Readonly<Record<string, unknown>>
}

describe.each(Object.entries(names))("a table of %s", (_editor, { row, cell, header, line }) => {
  const specs = tableNodes({ tableGroup: "block", cellContent: "block+", cellAttributes: {} })
  const cellSpec = { ...specs.table_cell, attrs: { ...specs.table_cell.attrs, align: { default: null } } }
  const nodes: Record<string, NodeSpec> = {
    doc: { content: "block+" },
    paragraph: { group: "block", content: "inline*" },
    ...(line === "paragraph" ? {} : { [line]: { group: "block", content: "inline*" } }),
    bulletList: { group: "block", content: "listItem+" },
    listItem: { content: "block+" },
    text: { group: "inline" },
    hardBreak: { group: "inline", inline: true },
    table: { ...specs.table, content: `${row}+` },
    [row]: { ...specs.table_row, content: `(${cell} | ${header})*` },
    [cell]: cellSpec,
    [header]: { ...cellSpec, tableRole: "header_cell" },
  }
  const theirs = new Schema({
    nodes,
    marks: { bold: {} },
  })

  const inLine = (text: string): Node => theirs.node(line, null, text === "" ? [] : [theirs.text(text)])
  const paragraph = (text: string): Node => theirs.node("paragraph", null, [theirs.text(text)])
  const table = (...rows: readonly (readonly Cell[])[]): Node =>
    theirs.node(
      "table",
      null,
      rows.map((cells) =>
        theirs.node(
          row,
          null,
          cells.map((each) =>
            theirs.node(each.header === true ? header : cell, each.attrs, each.content ?? [inLine(each.text ?? "")]),
          ),
        ),
      ),
    )
  const converted = (...content: readonly Node[]): Node => {
    const doc = prosemirrorToYDoc(theirs.node("doc", null, content), "prosemirror")
    expect(fromXml(doc.getXmlFragment("prosemirror")).unsupported).toEqual([])
    const made = new Y.Doc()
    Y.applyUpdate(made, convertXml(doc, "prosemirror").update)
    const read = readDocument(made)
    read.check()
    return read
  }

  test("stays one, between its paragraphs, with header cells", () => {
    const read = converted(
      paragraph("before"),
      table(
        [
          { text: "a", header: true },
          { text: "b", header: true },
        ],
        [{ text: "1" }, { text: "" }],
      ),
      paragraph("behind"),
    )
    expect(toHtml(read)).toBe(
      "<p>before</p><table><tbody><tr><th>a</th><th>b</th></tr><tr><td>1</td><td></td></tr></tbody></table><p>behind</p>",
    )
  })

  test("keeps spans, widths, alignment and a column of headers, which begins in the first row", () => {
    const read = converted(
      table(
        [
          { text: "wide", attrs: { colspan: 2, colwidth: [120, 80] } },
          { text: "x", attrs: { align: "right" } },
        ],
        [
          { text: "tall", header: true, attrs: { rowspan: 2 } },
          { text: "y" },
          { text: "z", attrs: { align: "right" } },
        ],
        [{ text: "u" }, { text: "v", attrs: { align: "right" } }],
      ),
    )
    expect(cellsOf(read)).toEqual([
      ["=wide 2×1", "x right"],
      ["=tall 1×2", "y", "z right"],
      ["u", "v right"],
    ])
    expect(tableOf(read).attrs["widths"]).toEqual([120, 80, null])
  })

  test("has in its cells what they had: formats, breaks, paragraphs, lists", () => {
    const { marks } = theirs
    const lines = theirs.node(line, null, [
      theirs.text("one "),
      theirs.text("bold", [marks["bold"]?.create() ?? theirs.mark("bold")]),
      theirs.node("hardBreak"),
      theirs.text("two"),
    ])
    const list = theirs.node("bulletList", null, [theirs.node("listItem", null, [paragraph("item")])])
    const read = converted(table([{ content: [lines, inLine("three"), list] }, { text: "b" }]))
    expect(toHtml(read)).toBe(
      "<table><tbody><tr><td><p>one <strong>bold</strong><br>two</p><p>three</p><ul><li>item</li></ul></td><td>b</td></tr></tbody></table>",
    )
  })

  test("in the cell of another one leaves its words there, one below the other", () => {
    const inner = table([{ text: "1" }, { text: "2" }], [{ text: "3" }, { text: "4" }])
    const doc = prosemirrorToYDoc(
      theirs.node("doc", null, [table([{ content: [inLine("a"), inner] }, { text: "b" }])]),
      "prosemirror",
    )
    const { document, unsupported } = fromXml(doc.getXmlFragment("prosemirror"))
    expect(cellsOf(document)).toEqual([["a↵1↵2↵3↵4", "b"]])
    expect(unsupported).toEqual([{ name: "table", count: 1 }])
  })

  test("in a list is one between the items", () => {
    const items = ["first", "second"].map((text, i) =>
      theirs.node("listItem", null, i === 0 ? [paragraph(text), table([{ text: "a" }])] : [paragraph(text)]),
    )
    expect(converted(theirs.node("bulletList", null, items)).children.map(({ type }) => type.name)).toEqual([
      "block",
      "table_island",
      "block",
    ])
  })

  test("with spans that say anything loses no word", () => {
    const spans = [
      [
        { text: "a", attrs: { rowspan: 9, colspan: 3 } },
        { text: "b", attrs: { colspan: 1000 } },
      ],
      [{ text: "c", attrs: { rowspan: 2 } }],
      [{ text: "d" }, { text: "e" }, { text: "f", attrs: { colspan: 2 } }],
      [],
      [{ text: "g", attrs: { colspan: -1, rowspan: 0.5 } }],
    ]
    const doc = prosemirrorToYDoc(theirs.node("doc", null, [table(...spans)]), "prosemirror")
    const made = new Y.Doc()
    Y.applyUpdate(made, convertXml(doc, "prosemirror").update)
    expect(readDocument(made).textContent.split("").sort().join("")).toBe("abcdefg")
  })

  test("that is larger than tables can be is a paragraph for each cell", () => {
    const many = Array.from({ length: 101 }, (_, i) => ({ text: String(i) }))
    const doc = prosemirrorToYDoc(theirs.node("doc", null, [table(many)]), "prosemirror")
    const { document, unsupported } = fromXml(doc.getXmlFragment("prosemirror"))
    expect(document.children.map(({ textContent }) => textContent)).toEqual(many.map(({ text }) => text))
    expect(unsupported).toEqual([{ name: "table", count: 1 }])
  })
})

test("what stands in a table beside its rows and cells is not lost", () => {
  const fragment = new Y.Doc().getXmlFragment("text")
  const [table, row, cell] = ["table", "tableRow", "tableCell"].map((name) => new Y.XmlElement(name))
  if (table === undefined || row === undefined || cell === undefined) throw new Error("no table")
  cell.insert(0, [new Y.XmlText("in a cell")])
  row.insert(0, [cell, new Y.XmlText("beside a cell")])
  table.insert(0, [row])
  fragment.push([table])
  const { document } = fromXml(fragment)
  expect(document.children.map(({ textContent }) => textContent)).toEqual(["in a cell", "beside a cell"])
})

function tableOf(document: Node): Node {
  const table = document.children.find(({ type }) => type.name === "table_island")?.firstChild
  if (table == null) throw new Error("there is no table")
  return table
}

/** The cells row by row: "=" before a header, then the text, spans and alignment. */
function cellsOf(document: Node): string[][] {
  return tableOf(document).children.map((row) =>
    row.children.map((cell) => {
      const { colspan, rowspan, align, header } = cell.attrs
      const text = cell.textBetween(0, cell.content.size, "↵", "⏎")
      const span = colspan === 1 && rowspan === 1 ? "" : ` ${String(colspan)}×${String(rowspan)}`
      return `${header === null ? "" : "="}${text}${span}${align === null ? "" : ` ${String(align)}`}`
    }),
  )
}
