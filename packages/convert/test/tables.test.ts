import { schema } from "@ligature/schema"
import { seededRandom } from "@ligature/testing"
import type { Node } from "prosemirror-model"
import { describe, expect, test } from "vitest"
import * as Y from "yjs"
import { documentUpdate, fromHtml, fromMarkdown, readDocument, toHtml, toMarkdown, toText } from "../src/index.ts"

function rows(document: Node): string[][] {
  const found: string[][] = []
  document.descendants((node) => {
    if (node.type.name === "table_row") found.push(node.children.map((cell) => describeCell(cell)))
    return !node.isTextblock
  })
  return found
}

function describeCell(cell: Node): string {
  const align = cell.attrs["align"] === null ? "" : ` (${String(cell.attrs["align"])})`
  return `${cell.attrs["header"] === null ? "" : "= "}${cell.textBetween(0, cell.content.size, "¶", "⏎")}${align}`
}

describe("tables in Markdown", () => {
  test("are read with their head, alignment and formats", () => {
    const document = fromMarkdown("before\n\n| a | b |\n|---|--:|\n| 1 | **2** |\n| 3 |\n\nbehind\n")
    expect(document.children.map(({ type }) => type.name)).toEqual(["block", "table_island", "block"])
    expect(rows(document)).toEqual([
      ["= a", "= b (right)"],
      ["1", "2 (right)"],
      ["3", " (right)"],
    ])
    document.check()
  })

  test.each([
    ["with a head", "| a | b |\n| --- | --- |\n| 1 | 2 |\n"],
    ["without a head", "|  |  |\n| --- | --- |\n| 1 | 2 |\n"],
    ["aligned", "| a | b | c |\n| :-- | :-: | --: |\n| 1 | 2 | 3 |\n"],
    ["with the sign between cells in them", "| a\\|b | `c\\|d` |\n| --- | --- |\n| \\\\\\| | \\*x\\* |\n"],
    ["with line breaks", "| a<br>b |\n| --- |\n| [x](https://example.com) |\n"],
    ["between paragraphs", "one\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\ntwo\n"],
  ])("come back as they were: %s", (_, markdown) => {
    expect(toMarkdown(fromMarkdown(markdown))).toBe(markdown)
  })

  test("several blocks in a cell are lines of it, a caption is a paragraph, merged cells are empty but for the first", () => {
    const document = fromHtml(
      "<table><caption>Sums</caption><tr><td colspan=2><p>one</p><ul><li>two</li></ul></td></tr><tr><td>3</td><td><pre>a\nb</pre></td></tr></table>",
    )
    expect(toMarkdown(document)).toBe("|  |  |\n| --- | --- |\n| one<br>• two |  |\n| 3 | `a`<br>`b` |\n\nSums\n")
  })

  test("that are too large are lines", () => {
    const wide = fromMarkdown(`${"|a".repeat(101)}|\n${"|-".repeat(101)}|\n`)
    expect(rows(wide)).toEqual([])
    expect(wide.textContent).toBe(Array.from({ length: 101 }, () => "a").join(" | "))
  })

  for (let seed = 1; seed <= 100; seed++) {
    test(`seed ${seed}: any words in cells come back`, () => {
      const random = seededRandom(seed)
      const signs = [
        "a",
        "|",
        "\\",
        "`",
        "*",
        "_",
        "<",
        ">",
        "&",
        "[x]",
        "~~",
        " b",
        "-",
        "#",
        "1.",
        ":-:",
        "<br>",
        "é",
      ]
      const { nodes } = schema
      const word = (): string =>
        Array.from({ length: random.between(1, 5) }, () => random.pick(signs))
          .join("")
          .trim()
      const cells = Array.from({ length: random.between(2, 4) }, () => Array.from({ length: 2 }, word))
      const table = nodes.table.create(
        null,
        cells.map((texts, y) =>
          nodes.table_row.create(
            null,
            texts.map((text) =>
              nodes.table_cell.create(
                { header: y === 0 ? "column" : null },
                nodes.block.create(null, text === "" ? [] : schema.text(text)),
              ),
            ),
          ),
        ),
      )
      const document = nodes.doc.create(null, nodes.table_island.create(null, [table, nodes.table_caption.create()]))
      const markdown = toMarkdown(document)
      expect({ markdown, rows: rows(fromMarkdown(markdown)) }).toEqual({ markdown, rows: rows(document) })
    })
  }
})

describe("tables in a shared document", () => {
  const html =
    '<p>before</p><table><caption>Sums</caption><colgroup><col width="90"><col></colgroup><tbody><tr><th>a</th><th>b</th></tr>' +
    '<tr><td align="right">1</td><td align="right"><p>2</p><h2>three</h2></td></tr>' +
    '<tr><td colspan="2">merged</td></tr></tbody></table><p>behind</p>'

  test("are stored and read back with all that belongs to them", () => {
    const doc = new Y.Doc()
    Y.applyUpdate(doc, documentUpdate(fromHtml(html)))
    const read = readDocument(doc)
    read.check()
    expect(toHtml(read)).toBe(
      html.replace('<td align="right">1</td><td align="right">', "<td>1</td><td>").replaceAll(' align="right"', ""),
    )
    expect(toText(read)).toBe("before\n\na\tb\n1\t2 three\nmerged\n\nSums\n\nbehind")
  })

  test("of many filled cells make an update that the server takes in one message", () => {
    const filled = `<table>${`<tr>${"<td>cell</td>".repeat(20)}</tr>`.repeat(50)}</table>`
    const update = documentUpdate(fromHtml(filled))
    expect(Y.decodeUpdate(update).structs.length).toBeLessThan(10_000)
    expect(update.length).toBeLessThan(256 * 1024)
  })
})
