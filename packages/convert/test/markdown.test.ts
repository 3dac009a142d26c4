import { BLOCK_DEFAULTS, type BlockAttributes, schema } from "@ligature/schema"
import type { Node } from "prosemirror-model"
import { describe, expect, test } from "vitest"
import { fromMarkdown, takeTitle, toMarkdown } from "../src/index.ts"

describe("what is written", () => {
  test.each<[string, Node[], string]>([
    ["a heading", [block({ kind: "heading", level: 2 }, "Plan")], "## Plan\n"],
    ["items in items", [item("a"), item("b", 1), item("c", 1, "ordered"), item("d")], "- a\n  - b\n\n  1. c\n- d\n"],
    ["tasks", [item("done", 0, "task", { checked: true }), item("open", 0, "task")], "- [x] done\n- [ ] open\n"],
    ["a numbering", [item("a", 0, "ordered"), item("b", 0, "ordered")], "1. a\n2. b\n"],
    [
      "a numbering that begins anew",
      [item("a", 0, "ordered"), item("b", 0, "ordered", { restart: 5 })],
      "1. a\n\n5) b\n",
    ],
    [
      "a quote",
      [block({ quote: true }, "one"), block({ quote: true }, "two"), block({}, "three")],
      "> one\n>\n> two\n\nthree\n",
    ],
    ["what stands below an item", [item("a"), block({ indent: 1 }, "more")], "- a\n\n  more\n"],
    [
      "code that holds a fence",
      [block({ kind: "code", language: "md" }, "```\nx\n```")],
      "````md\n```\nx\n```\n````\n",
    ],
    ["a rule", [block({}, "a"), block({ kind: "rule" }), block({}, "b")], "a\n\n---\n\nb\n"],
    ["a task that is a heading", [item("x", 0, "task", { kind: "heading", level: 1 })], "- [ ]\n  # x\n"],
    ["an item below nothing", [item("deep", 2)], "- - - deep\n"],
    ["an empty document", [block({})], ""],
  ])("%s", (_, blocks, markdown) => {
    const document = schema.nodes.doc.create(null, blocks)
    expect(toMarkdown(document)).toBe(markdown)
    expect(fromMarkdown(markdown).eq(document)).toBe(true)
  })

  test("formats take the usual signs, and tags where the signs would not be read", () => {
    const line = block({}, "")
    const content = [
      text("bold", "bold"),
      text(" and "),
      text("both", "bold", "italic"),
      text(" in"),
      text("word", "italic"),
      text("s "),
      text(" loose ", "strike"),
      text("under", "underline"),
      text(" x"),
      text("`tick`", "code"),
    ]
    const document = schema.nodes.doc.create(null, line.type.create(line.attrs, content))
    const markdown = "**bold** and **_both_** in<em>word</em>s <del> loose </del><u>under</u> x`` `tick` ``\n"
    expect(toMarkdown(document)).toBe(markdown)
    expect(fromMarkdown(markdown).eq(document)).toBe(true)
  })

  test.each([
    "1. no list",
    "# no heading",
    "- no item",
    "> no quote",
    "---",
    "no\u00a0*format* or _format_ or ~~format~~ or `code`",
    "[no link](https://example.com) ![no image](x)",
    "no &amp; entity, no <b>tag</b>, no <https://example.com>",
    "[no definition]: https://example.com",
    "[ ] no task",
    "snake_case_names and 2 < 3 & 4 > 3",
    String.raw`back\slash \* at the end \ `.trim(),
  ])("plain text stays plain: %s", (words) => {
    for (const attributes of [
      {},
      { list: "bullet" as const },
      { kind: "heading", level: 1 as const },
      { quote: true },
    ]) {
      const document = schema.nodes.doc.create(null, block(attributes, words))
      expect(fromMarkdown(toMarkdown(document)).toJSON()).toEqual(document.toJSON())
    }
  })

  test("ordinary words are written without a backslash", () => {
    const words = "Well (yes): a-b, 3 < 4 & 5 > 2; snake_case! 100% \"so\" 'what' #tag e.g. +1 = 2?"
    expect(toMarkdown(schema.nodes.doc.create(null, block({}, words)))).toBe(`${words}\n`)
  })

  test("what newer versions know keeps its text", () => {
    const glow = schema.marks.unsupported.create({ name: "glow", value: 1 })
    const formula = schema.nodes.unsupported_inline.create({ name: "formula", value: { tex: "x" } })
    const callout = block({ kind: "callout" }, "").type.create({ ...BLOCK_DEFAULTS, kind: "callout" }, [
      schema.text("see ", [glow]),
      formula,
    ])
    expect(toMarkdown(schema.nodes.doc.create(null, callout))).toBe("see \\[formula\\]\n")
  })

  test("an address that is not safe is not written", () => {
    const link = schema.marks.link.create({ href: "javascript:alert(1)" })
    const line = schema.nodes.block.create(null, schema.text("click", [link]))
    expect(toMarkdown(schema.nodes.doc.create(null, line))).toBe("click\n")
  })
})

describe("a title", () => {
  test("goes before the text and comes back from there", () => {
    const document = fromMarkdown("## Part\n\ntext\n")
    const markdown = toMarkdown(document, { title: "  1. *Plan*  for #us# " })
    expect(markdown).toBe("# 1. \\*Plan\\* for #us\\#\n\n## Part\n\ntext\n")
    const taken = takeTitle(fromMarkdown(markdown))
    expect(taken.title).toBe("1. *Plan* for #us#")
    expect(taken.document.eq(document)).toBe(true)
  })

  test("alone leaves an empty document", () => {
    const { title, document } = takeTitle(fromMarkdown("# Plan\n"))
    expect([title, toMarkdown(document)]).toEqual(["Plan", ""])
  })

  test.each(["text\n\n# later\n", "## second level\n", "> # quoted\n", "- # item\n", "#\n", ""])(
    "is not taken from %j",
    (markdown) => {
      const { title, document } = takeTitle(fromMarkdown(markdown))
      expect([title, toMarkdown(document)]).toEqual(["", markdown])
    },
  )
})

describe("what others have written", () => {
  test.each([
    ["underlined headings", "Title\n=====\n\nPart\n----\n", ["heading 1: Title", "heading 2: Part"]],
    ["other bullets and loose lists", "* a\n\n* b\n\n    + c\n", ["bullet: a", "bullet: b", "bullet 1: c"]],
    ["wrapped lines", "one\ntwo  \nthree\n", ["paragraph: one two⏎three"]],
    ["indented code", "    a\n\n    b\n", ["code: a\n\nb"]],
    ["deep headings", "###### six\n", ["heading 3: six"]],
    ["quotes in quotes", "> a\n> > b\n", ["quote: a", "quote: b"]],
    ["tags of HTML", "<div align=center>\n\n<b>x</b> Vec<T>\n\n</div>\n", ["paragraph: x Vec<T>"]],
    ["comments", "a\n\n<!-- hidden -->\n\nb\n", ["paragraph: a", "paragraph: b"]],
    ["images", "![a cat](https://example.com/cat.png)\n", ["paragraph: a cat"]],
    ["Windows' line ends and a byte order mark", "\uFEFF# a\r\n\r\nb\r\n", ["heading 1: a", "paragraph: b"]],
    ["nothing", "", ["paragraph: "]],
  ])("%s", (_, markdown, blocks) => {
    expect(outline(fromMarkdown(markdown))).toEqual(blocks)
  })

  test("only safe addresses become links; the text of the others stays", () => {
    const document = fromMarkdown(
      "[a](https://example.com) [b](javascript:alert(1)) [c](/relative) ![d](data:x) <mailto:e@f.gh>",
    )
    const links: string[] = []
    document.descendants((node) => {
      for (const mark of node.marks) links.push(`${node.text}: ${mark.attrs["href"]}`)
    })
    expect(links).toEqual(["a: https://example.com", "mailto:e@f.gh: mailto:e@f.gh"])
    expect(document.textContent).toBe("a b c d mailto:e@f.gh")
  })

  test("formats of tags that are never closed end with their block", () => {
    const document = fromMarkdown("<u>a\n\nb</u>")
    expect(document.child(0).firstChild?.marks.length).toBe(1)
    expect(document.child(1).firstChild?.marks.length).toBe(0)
  })
})

describe("hostile text", () => {
  const many = 100_000
  test.each([
    ["quotes in quotes", `${">".repeat(many)} a`],
    ["lists in lists", `${"- ".repeat(many)}a`],
    ["lists in lists, line by line", Array.from({ length: 1000 }, (_, i) => `${"  ".repeat(i)}- a`).join("\n")],
    ["open brackets", "[".repeat(many)],
    ["images in images", "![".repeat(many)],
    ["open formats", "**a _b ~~c ".repeat(many / 10)],
    ["formats inside words", "a*b_c**d~~e".repeat(many / 10)],
    ["backticks of all lengths", Array.from({ length: 1000 }, (_, i) => `a${"`".repeat(i)}`).join("")],
    ["open tags", "<u>".repeat(many)],
    ["open comments", "<!--".repeat(many / 10)],
    ["open angle brackets", "<a href='".repeat(many / 10)],
    ["a line of a megabyte", "x".repeat(1_000_000)],
    ["a line of a million spaces", `a${" ".repeat(1_000_000)}b`],
    ["an open fence", `\`\`\`\n${"a\n".repeat(many)}`],
    ["many definitions", Array.from({ length: 10_000 }, (_, i) => `[${i}]: https://example.com`).join("\n")],
    ["wide tables", `${"|a".repeat(1000)}\n${"|-".repeat(1000)}\n${"|\n".repeat(1000)}`],
    ["control characters", String.fromCharCode(...Array.from({ length: 200 }, (_, i) => i))],
  ])("%s are read", (_, markdown) => {
    const document = fromMarkdown(markdown)
    document.check()
    const again = fromMarkdown(toMarkdown(document))
    expect(again.content.size).toBeGreaterThan(0)
  })
})

function block(attributes: Partial<BlockAttributes>, words = ""): Node {
  return schema.nodes.block.create({ ...BLOCK_DEFAULTS, ...attributes }, words === "" ? [] : [schema.text(words)])
}

function item(
  words: string,
  indent = 0,
  list: BlockAttributes["list"] = "bullet",
  more: Partial<BlockAttributes> = {},
): Node {
  return block({ list, indent, ...more }, words)
}

function text(words: string, ...marks: ("bold" | "italic" | "underline" | "strike" | "code")[]): Node {
  return schema.text(
    words,
    marks.map((name) => schema.marks[name].create()),
  )
}

/** Each block as a line: what it is, how deep, and its text. */
function outline(document: Node): string[] {
  return document.children.map((node) => {
    const { kind, level, list, indent, quote } = node.attrs
    const name = String(list ?? (quote === true ? "quote" : kind))
    const number = level ?? (indent > 0 ? indent : null)
    return `${name}${number === null ? "" : ` ${number}`}: ${node.textBetween(0, node.content.size, "", (leaf) => (leaf.type.name === "hard_break" ? "⏎" : ""))}`
  })
}
