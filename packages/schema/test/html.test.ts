// @vitest-environment happy-dom
import { DOMParser, DOMSerializer, type Node as DocumentNode, Slice } from "prosemirror-model"
import { describe, expect, test } from "vitest"
import { BLOCK_DEFAULTS, blocksToText, HtmlParser, HtmlSerializer, schema } from "../src/index.ts"

const parser = new HtmlParser(schema)
const serializer = new HtmlSerializer(schema)

describe("reading the HTML of other programs", () => {
  const cases: Record<string, [html: string, blocks: string[]]> = {
    "paragraphs and headings, the deep ones as level 3": [
      "<h1>One</h1><p>Two <b>bold</b></p><h5>Three</h5>",
      ["heading 1: One", "Two **bold**", "heading 3: Three"],
    ],
    "nested lists": [
      "<ul><li>a<ol><li>b</li><li>c<ul><li>d</li></ul></li></ol></li><li>e</li></ul>",
      ["bullet: a", "ordered +1: b", "ordered +1: c", "bullet +2: d", "bullet: e"],
    ],
    "a list directly in a list, as Google Docs copies it": [
      "<ul><li><p>a</p></li><ul><li><p>b</p></li></ul></ul>",
      ["bullet: a", "bullet +1: b"],
    ],
    "a second paragraph in an item is indented under it": [
      "<ul><li><p>a</p><p>b</p></li><li><p>c</p></li></ul>",
      ["bullet: a", "+1: b", "bullet: c"],
    ],
    "a list that starts at 5": [
      '<ol start="5"><li>five</li><li>six</li></ol>',
      ["ordered restart 5: five", "ordered: six"],
    ],
    "tasks by checkbox": [
      '<ul><li><input type="checkbox" checked> done</li><li><input type="checkbox"> open</li></ul>',
      ["task checked: done", "task: open"],
    ],
    "tasks by role": ['<ul><li role="checkbox" aria-checked="true"><p>x</p></li></ul>', ["task checked: x"]],
    quotes: ["<blockquote><p>a</p><ul><li>b</li></ul></blockquote><p>c</p>", ["quote: a", "bullet quote: b", "c"]],
    "code keeps its lines and names its language": [
      '<pre><code class="language-js">let a\n  b()\n</code></pre>',
      ["code js: let a⏎  b()"],
    ],
    "lines of a code editor": [
      '<div style="font-family: Menlo, monospace; white-space: pre"><div><span>if (a) {</span></div><div>  b</div></div>',
      ["code: if (a) {⏎  b"],
    ],
    rules: ["<p>a</p><hr><p>b</p>", ["a", "rule:", "b"]],
    "Google Docs' wrapper is not bold, what is inside may be": [
      '<b style="font-weight:normal" id="docs-internal-guid-1"><p><span style="font-weight:700">a</span> b</p><br></b>',
      ["**a** b"],
    ],
    "Word's list paragraphs": [
      `<p class=MsoListParagraph style="mso-list:l0 level1 lfo1"><span style="mso-list:Ignore">·<span>&nbsp; </span></span>a</p>
       <p class=MsoListParagraph style="mso-list:l0 level2 lfo1"><span style="mso-list:Ignore">1.<span> </span></span>b</p>
       <p class=MsoNormal>c<o:p></o:p></p>`,
      ["bullet: a", "ordered +1: b", "c"],
    ],
    "white space of the source is not text": ["<p>\n  a\n  <b> b </b>\n  c\n</p>\n\n<p>d</p>\n", ["a **b **c", "d"]],
    "line breaks inside, but not the one at the end": ["<p>a<br>b<br></p>", ["a↵b"]],
    "text beside blocks": ["before<p>a</p>after", ["before", "a", "after"]],
    "a table of one cell only arranges the page": ["<table><tr><td><p>a</p><p>b</p></td></tr></table>", ["a", "b"]],
    "an image leaves its description": ['<p>see <img src="https://example.org/a.png" alt="a cat"></p>', ["see a cat"]],
    "scripts and styles are no text": ["<style>p{}</style><script>alert(1)</script><p>a</p>", ["a"]],
    "an empty paragraph stays": ["<p>a</p><p><br></p><p>b</p>", ["a", "", "b"]],
  }
  test.each(Object.entries(cases))("%s", (_name, [html, blocks]) => {
    expect(describeBlocks(parser.parse(dom(html)))).toEqual(blocks)
  })

  test("a phrase without blocks stays a phrase", () => {
    const slice = parser.parseSlice(dom("some <b>bold</b> words"))
    expect(slice.content.child(0).isInline).toBe(true)
    expect(slice.content.textBetween(0, slice.content.size)).toBe("some bold words")
  })

  test("unsafe addresses are no links", () => {
    const doc = parser.parse(dom('<p><a href="javascript:alert(1)">a</a> <a href="https://example.org/">b</a></p>'))
    expect(describeBlocks(doc)).toEqual(["a [b](https://example.org/)"])
  })
})

describe("writing clean HTML", () => {
  const cases: Record<string, [blocks: DocumentNode[], html: string]> = {
    "nested lists with a paragraph under an item": [
      [
        block("a", { list: "bullet" }),
        block("b", { list: "ordered", indent: 1, restart: 3 }),
        block("more", { indent: 2 }),
        block("c", { list: "bullet" }),
        block("d", { list: "task", checked: true }),
      ],
      '<ul><li>a<ol start="3"><li>b<p>more</p></li></ol></li><li>c</li></ul>' +
        '<ul><li><input type="checkbox" disabled="" checked="">d</li></ul>',
    ],
    "quotes around equal neighbours": [
      [block("a", { quote: true }), block("b", { quote: true, list: "bullet" }), block("c")],
      "<blockquote><p>a</p><ul><li>b</li></ul></blockquote><p>c</p>",
    ],
    "code, heading, rule": [
      [
        block("let a\nb", { kind: "code", language: "js" }),
        block("x", { kind: "heading", level: 2 }),
        block("", { kind: "rule" }),
      ],
      '<pre><code class="language-js">let a\nb</code></pre><h2>x</h2><hr>',
    ],
    "a kind of the future": [[block("x", { kind: "callout" })], '<div data-kind="callout">x</div>'],
    "an indented paragraph": [[block("x", { indent: 2 })], '<p data-indent="2">x</p>'],
  }
  test.each(Object.entries(cases))("%s", (_name, [blocks, html]) => {
    const doc = schema.node("doc", null, blocks)
    expect(htmlOf(doc)).toBe(html)
    expect(parser.parse(dom(html)).toJSON(), "and reads it back").toEqual(doc.toJSON())
  })

  test("a copied phrase is only the phrase", () => {
    const slice = schema.node("doc", null, [block("hello world")]).slice(3, 8)
    const holder = document.createElement("div")
    holder.append(serializer.serializeFragment(slice.content))
    expect(holder.innerHTML).toBe("llo w")
  })

  test("text inside grouping nodes is found", () => {
    const group = new Slice(schema.node("doc", null, [block("a"), block("b")]).content, 0, 0)
    expect(blocksToText(group.content)).toBe("a\n\nb")
  })
})

test("plain text marks lists and numbers", () => {
  const doc = schema.node("doc", null, [
    block("intro"),
    block("a", { list: "ordered" }),
    block("b", { list: "bullet", indent: 1 }),
    block("c", { list: "ordered" }),
    block("d", { list: "task" }),
    block("code\nlines", { kind: "code" }),
  ])
  expect(blocksToText(doc.content)).toBe("intro\n\n1. a\n  - b\n2. c\n[ ] d\n\ncode\nlines")
})

describe("the view's own drawing", () => {
  const blocks = [
    block("p"),
    block("h", { kind: "heading", level: 3 }),
    block("a\n\n b", { kind: "code", language: "c++" }),
    block("", { kind: "rule" }),
    block("typed by others", { kind: "rule" }),
    block("t", { list: "task", checked: true, indent: 3 }),
    block("ht", { kind: "heading", level: 1, list: "task" }),
    block("o", { list: "ordered", restart: 7, indent: 1 }),
    block("q", { quote: true, list: "bullet" }),
    block("?", { kind: "callout" }),
  ]
  for (const original of blocks) {
    test(`${original.attrs["kind"]} ${original.attrs["list"] ?? ""} is read back`, () => {
      const holder = document.createElement("div")
      holder.append(DOMSerializer.fromSchema(schema).serializeNode(original))
      const doc = DOMParser.fromSchema(schema).parse(holder)
      expect(doc.child(0).toJSON()).toEqual(original.toJSON())
    })
  }

  test("an ordered item that starts anew says its number in CSS", () => {
    const drawn = draw(block("x", { list: "ordered", indent: 1, restart: 7 }))
    expect(drawn.getAttribute("style")).toContain("counter-set: ligature-1 7")
  })

  test("unsafe addresses in a document are drawn as text, and kept", () => {
    const bad = schema.node("block", null, [schema.text("x", [schema.mark("link", { href: "javascript:alert(1)" })])])
    const drawn = draw(bad)
    expect(drawn.querySelector("a")).toBeNull()
    expect(drawn.textContent).toBe("x")
  })

  test("attributes out of range are drawn as their defaults", () => {
    const odd = schema.node(
      "block",
      { kind: 7, level: "9", list: "evil", indent: 1e9, language: "<b>", restart: -1 },
      [],
    )
    const drawn = draw(odd)
    expect(drawn.outerHTML).toBe('<p data-kind="paragraph" dir="auto" data-indent="8"></p>')
  })

  test("unknown marks and inline nodes keep their raw value through the DOM", () => {
    const original = schema.node("block", null, [
      schema.text("x", [
        schema.mark("unsupported", { name: "comment", value: { id: 1 } }),
        schema.mark("unsupported", { name: "color", value: "red" }),
      ]),
      schema.node("unsupported_inline", { name: "mention", value: { user: "Ann" } }),
    ])
    const holder = document.createElement("div")
    holder.append(DOMSerializer.fromSchema(schema).serializeNode(original))
    expect(holder.textContent).toBe("xmention")
    expect(DOMParser.fromSchema(schema).parse(holder).child(0).toJSON()).toEqual(original.toJSON())
    expect(describeBlocks(parser.parse(dom(htmlOf(schema.node("doc", null, [original])))))).toEqual(["x{mention}"])
  })
})

function draw(node: DocumentNode): Element {
  const holder = document.createElement("div")
  holder.append(DOMSerializer.fromSchema(schema).serializeNode(node))
  const { firstElementChild } = holder
  if (firstElementChild === null) throw new Error("nothing was drawn")
  return firstElementChild
}

function dom(html: string): HTMLElement {
  const holder = document.createElement("div")
  holder.innerHTML = html
  return holder
}

function htmlOf(doc: DocumentNode): string {
  const holder = document.createElement("div")
  holder.append(serializer.serializeFragment(doc.content))
  return holder.innerHTML
}

function block(text: string, attrs: object = {}): DocumentNode {
  return schema.node("block", { ...BLOCK_DEFAULTS, ...attrs }, text === "" ? [] : [schema.text(text)])
}

/** One line for each block: what differs from a plain paragraph, then its text with marks in Markdown's manner. */
function describeBlocks(doc: DocumentNode): string[] {
  return doc.children.map((node) => {
    const { kind, level, list, indent, checked, quote, language, restart } = node.attrs
    const what = [
      list,
      kind === "paragraph" ? null : kind,
      level,
      language,
      indent > 0 ? `+${indent}` : null,
      checked === true ? "checked" : null,
      restart === null ? null : `restart ${restart}`,
      quote === true ? "quote" : null,
    ].filter((word) => word !== null)
    const text = node.children
      .map((child) => {
        if (child.type.name === "hard_break") return "↵"
        if (!child.isText) return `{${child.attrs["name"]}}`
        let run = (child.text ?? "").replaceAll("\n", "⏎")
        for (const mark of child.marks) {
          if (mark.type.name === "bold") run = `**${run}**`
          if (mark.type.name === "link") run = `[${run}](${mark.attrs["href"]})`
        }
        return run
      })
      .join("")
    return what.length === 0 ? text : `${what.join(" ")}:${text === "" ? "" : ` ${text}`}`
  })
}
