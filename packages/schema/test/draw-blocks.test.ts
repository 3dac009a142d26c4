// @vitest-environment happy-dom
import { DOMSerializer } from "prosemirror-model"
import { expect, test } from "vitest"
import { drawBlocks } from "../src/draw-blocks.ts"
import { schema } from "../src/index.ts"

const { nodes, marks } = schema
const bold = marks.bold.create()
const italic = marks.italic.create()
const link = marks.link.create({ href: "https://example.org/" })

test("blocks are drawn from data as the view draws them", () => {
  const blocks = [
    nodes.block.create({ kind: "heading", level: 2 }, schema.text("A heading")),
    nodes.block.create(null, [
      schema.text("plain "),
      schema.text("bold ", [bold]),
      schema.text("both", [bold, italic]),
      schema.text(" a link", [link]),
      schema.text(" in it", [link, italic]),
      schema.text("code", [marks.code.create()]),
    ]),
    nodes.block.create({ kind: "code", language: "js" }, schema.text("let a\nb()")),
    nodes.block.create({ list: "task", checked: true, indent: 2 }, schema.text("done")),
    nodes.block.create({ list: "ordered", restart: 4, quote: true }, [
      schema.text("one line"),
      nodes.hard_break.create(),
      schema.text("another"),
    ]),
    nodes.block.create({ kind: "rule" }, schema.text("below")),
    nodes.block.create({ kind: "chart" }, [
      nodes.unsupported_inline.create({ name: "spark", value: { a: 1 } }),
      schema.text("?", [marks.unsupported.create({ name: "glow", value: 3 })]),
    ]),
  ]
  const drawn = drawBlocks(
    document,
    blocks.map((block) => block.toJSON()),
  )
  const byProseMirror = DOMSerializer.fromSchema(schema)
  for (const [at, block] of blocks.entries()) {
    const expected = byProseMirror.serializeNode(block)
    expect(drawn.children[at]?.outerHTML).toBe(expected instanceof HTMLElement ? expected.outerHTML : "")
  }
  expect(drawn.childElementCount).toBe(blocks.length)
})

test("an empty line is as high as one with a word", () => {
  const drawn = drawBlocks(document, [{ type: "block" }])
  expect(drawn.firstElementChild?.innerHTML).toBe("<br>")
})

test("what else was between blocks keeps its room", () => {
  const [space] = drawBlocks(document, [{ type: "space", height: 120.5 }]).children
  expect(space?.outerHTML).toBe('<div style="block-size: 120.5px;"></div>')
})

test("whatever was put into the storage, only text and safe attributes reach the page", () => {
  const hostile: unknown[] = [
    null,
    7,
    "<img src=x onerror=alert(1)>",
    { type: "script", content: [{ type: "text", text: "alert(1)" }] },
    { type: "space", height: "1px;background:url(//evil.test)" },
    { type: "block", attrs: "no", content: "no" },
    {
      type: "block",
      attrs: { kind: "<script>", onclick: "alert(1)" },
      content: [{ type: "text", text: "<b>bold?</b>" }],
    },
    {
      type: "block",
      attrs: { kind: "paragraph", list: "ordered", restart: "1; background: url(//evil.test)", indent: "9" },
      content: [
        { type: "text", text: "one", marks: [{ type: "link", attrs: { href: "javascript:alert(1)" } }] },
        { type: "text", text: "two", marks: [{ type: "constructor" }, { type: "style", attrs: { css: "x" } }, null] },
        { type: "iframe", attrs: { src: "https://evil.test" } },
        { type: "text", text: { toString: "x" } },
      ],
    },
  ]
  const page = document.createElement("div")
  page.append(drawBlocks(document, hostile))
  expect(page.querySelectorAll("script, iframe, img, a, b")).toHaveLength(0)
  expect(page.textContent).toBe("<b>bold?</b>onetwo")
  for (const element of page.querySelectorAll("*")) {
    expect(element.getAttributeNames().filter((name) => name.startsWith("on"))).toEqual([])
    expect(element.getAttribute("style") ?? "").not.toContain("evil")
  }
})
