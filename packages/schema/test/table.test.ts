// @vitest-environment happy-dom
import type { Node as DocumentNode } from "prosemirror-model"
import { describe, expect, test } from "vitest"
import { blocksToText, HtmlParser, HtmlSerializer, schema, tableWidths } from "../src/index.ts"

const parser = new HtmlParser(schema)
const serializer = new HtmlSerializer(schema)

function read(html: string): DocumentNode {
  const element = document.createElement("div")
  element.innerHTML = html
  return parser.parse(element)
}

function written(doc: DocumentNode): string {
  const element = document.createElement("div")
  serializer.serializeFragment(doc.content, { document }, element)
  return element.innerHTML
}

/** Rows of cells; "=" before a header, the spans before those that have some, "¶" between blocks. */
function cells(doc: DocumentNode): string[][] {
  const rows: string[][] = []
  doc.descendants((node) => {
    if (node.type.name === "table_row") rows.push(node.children.map(describeCell))
    return !node.isTextblock
  })
  return rows
}

function describeCell({ attrs, children }: DocumentNode): string {
  const spans = attrs["rowspan"] > 1 || attrs["colspan"] > 1 ? `${attrs["rowspan"]}x${attrs["colspan"]} ` : ""
  return `${attrs["header"] === null ? "" : "="}${spans}${children.map((block) => block.textContent).join("¶")}`
}

describe("tables of other programs", () => {
  const cases: Record<string, [html: string, rows: string[][]]> = {
    "plain, with a head": [
      "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table>",
      [
        ["=a", "=b"],
        ["1", "2"],
      ],
    ],
    "Excel: columns, classes and empty cells": [
      '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><body><!--StartFragment--><table border=0 width=128><col width=64 span=2>' +
        "<tr height=20><td height=20 class=xl65 width=64>Name</td><td width=64>Sum</td></tr>" +
        "<tr><td></td><td align=right>12.5</td></tr></table><!--EndFragment--></body></html>",
      [
        ["Name", "Sum"],
        ["", "12.5"],
      ],
    ],
    "Google Sheets: a table beside its style": [
      '<google-sheets-html-origin><style type="text/css">td {border: 1px}</style><table xmlns="http://www.w3.org/1999/xhtml" dir="ltr">' +
        '<colgroup><col width="100"/><col width="50"/></colgroup><tbody><tr style="height:21px;"><td data-sheets-value="{}">x</td>' +
        '<td colspan="1" rowspan="2">y</td></tr><tr><td>z</td></tr></tbody></table></google-sheets-html-origin>',
      [["x", "2x1 y"], ["z"]],
    ],
    "Word: paragraphs in cells": [
      "<table class=MsoTableGrid><tr><td><p class=MsoNormal>one</p><p class=MsoNormal>two</p></td><td><p class=MsoNormal>&nbsp;</p></td></tr></table>",
      [["one¶two", ""]],
    ],
    "a table in a cell becomes lines": [
      "<table><tr><td>a</td><td><table><tr><td>b</td><td>c</td></tr></table></td></tr></table>",
      [["a", "b¶c"]],
    ],
    "spans that make no sense": [
      '<table><tr><td colspan="-3" rowspan="1e9">a</td><td colspan="99999999">b</td></tr></table>',
      [["1000x1 a", "1x1000 b"]],
    ],
  }
  test.each(Object.entries(cases))("%s", (_name, [html, rows]) => {
    const doc = read(html)
    doc.check()
    expect(cells(doc)).toEqual(rows)
  })

  test("widths and alignment come along", () => {
    const doc = read(
      '<table><colgroup><col width="120"><col></colgroup><tr><td align="right">1</td><td>2</td></tr></table>',
    )
    const table = doc.firstChild?.firstChild
    expect(table == null ? [] : tableWidths(table)).toEqual([120, null])
    expect(table?.firstChild?.firstChild?.attrs["align"]).toBe("right")
  })

  test("a caption, of the table or of its figure", () => {
    const words = "<tr><td>a</td><td>b</td></tr>"
    expect(read(`<table><caption>one</caption>${words}</table>`).firstChild?.lastChild?.textContent).toBe("one")
    const figure = read(`<figure><table>${words}</table><figcaption><p>two</p> <p>lines</p></figcaption></figure>`)
    expect(figure.firstChild?.lastChild?.textContent).toBe("two lines")
  })

  test("text around a table stays around it", () => {
    const doc = read("before<table><tr><td>a</td><td>b</td></tr></table><p>behind</p>")
    expect(doc.children.map(({ type, textContent }) => `${type.name} ${textContent}`)).toEqual([
      "block before",
      "table_island ab",
      "block behind",
    ])
  })

  test("a page of thousands of cells comes as lines", () => {
    const doc = read(`<table>${"<tr><td>a</td><td>b</td></tr>".repeat(2501)}</table>`)
    expect(doc.childCount).toBe(5002)
  })
})

describe("a table for other programs", () => {
  const html =
    '<table><caption>Sums</caption><colgroup><col width="90"><col></colgroup><tbody>' +
    "<tr><th>a</th><th>b</th></tr>" +
    '<tr><td colspan="2" align="right"><p>one</p><ul><li>two</li></ul></td></tr></tbody></table>'

  test("is a table with what belongs to it", () => {
    expect(written(read(html))).toBe(html)
  })

  test("comes back from it", () => {
    expect(read(written(read(html))).toJSON()).toEqual(read(html).toJSON())
  })

  test("as text: tabs between cells, lines between rows", () => {
    const doc = read(`<p>before</p>${html}<p>behind</p>`)
    expect(blocksToText(doc.content)).toBe("before\n\na\tb\none - two\n\nSums\n\nbehind")
  })

  test("some cells of it are rows", () => {
    const rows = read(html).firstChild?.firstChild?.content
    const body = document.createElement("tbody")
    if (rows !== undefined) serializer.serializeFragment(rows.cut(0, rows.firstChild?.nodeSize), { document }, body)
    expect(body.innerHTML).toBe("<tr><th>a</th><th>b</th></tr>")
    expect(rows === undefined ? "" : blocksToText(rows)).toBe("a\tb\none - two")
  })
})
