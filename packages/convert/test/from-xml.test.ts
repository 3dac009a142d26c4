import { seededRandom, type SeededRandom } from "@ligature/testing"
import { describe, expect, test } from "vitest"
import * as Y from "yjs"
import { convertXml, fromXml, readDocument, toMarkdown } from "../src/index.ts"

describe("a document of Tiptap", () => {
  const fragment = documentOf(
    element("heading", { level: 4, textAlign: "center" }, "Plan"),
    element("paragraph", {}, "Some ", ["bold", { bold: {} }], element("hardBreak"), "and ", [
      "a link",
      { link: { href: "https://example.com/", target: "_blank" } },
    ]),
    element(
      "bulletList",
      {},
      element(
        "listItem",
        {},
        element("paragraph", {}, "one"),
        element("paragraph", {}, "below one"),
        element("orderedList", { start: 3 }, element("listItem", {}, element("paragraph", {}, "three"))),
      ),
      element("listItem", {}, element("paragraph")),
    ),
    element("orderedList", {}, element("listItem", {}, element("paragraph", {}, "first"))),
    element("orderedList", {}, element("listItem", {}, element("paragraph", {}, "first again"))),
    element("taskList", {}, element("taskItem", { checked: true }, element("paragraph", {}, "done"))),
    element("blockquote", {}, element("paragraph", {}, "said")),
    element("codeBlock", { language: "ts" }, "let a\nlet b"),
    element("horizontalRule"),
  )

  test("reads as Markdown says it", () => {
    expect(toMarkdown(fromXml(fragment).document)).toBe(
      [
        "### Plan",
        "",
        "Some **bold**\\",
        "and [a link](https://example.com/)",
        "",
        "- one",
        "",
        "  below one",
        "",
        "  3. three",
        "",
        "-",
        "",
        "1. first",
        "",
        "1) first again",
        "",
        "- [x] done",
        "",
        "> said",
        "",
        "```ts",
        "let a",
        "let b",
        "```",
        "",
        "---",
        "",
      ].join("\n"),
    )
  })

  test("has nothing that Ligature does not know", () => {
    expect(fromXml(fragment).unsupported).toEqual([])
  })
})

test("a document of BlockNote nests by groups", () => {
  const fragment = documentOf(
    element(
      "blockGroup",
      {},
      container(element("heading", { level: 1 }, "Plan")),
      container(
        element("bulletListItem", {}, "one"),
        element("blockGroup", {}, container(element("checkListItem", { checked: true }, "inside one"))),
      ),
      container(element("numberedListItem", { start: 2 }, "two")),
      container(element("paragraph", {}, "text"), element("blockGroup", {}, container(element("quote", {}, "below")))),
      container(element("codeBlock", { language: "js" }, "x")),
      container(element("image", { url: "https://example.com/a.png", caption: "A" })),
    ),
  )
  const { document, unsupported } = fromXml(fragment)
  expect(blocksOf(document)).toEqual([
    "heading 1: Plan",
    "bullet: one",
    "task done +1: inside one",
    "ordered from 2: two",
    "text",
    "quoted +1: below",
    "code js: x",
    "*",
  ])
  expect(unsupported).toEqual([{ name: "image", count: 1 }])
})

test("a document of Ligature that was bound to XML keeps its attributes", () => {
  const fragment = documentOf(
    element("block", { kind: "heading", level: 2 }, "Plan"),
    element("block", { list: "task", checked: true, indent: 2, id: "old" }, "done"),
    element("block", { quote: true, indent: 99, kind: "code" }, "x"),
  )
  expect(blocksOf(fromXml(fragment).document)).toEqual(["heading 2: Plan", "task done +2: done", "quoted code +8: x"])
})

describe("what Ligature does not know", () => {
  const fragment = documentOf(
    element("paragraph", {}, "Ask ", element("mention", { id: "u1", label: "Ada" }), [
      " now",
      { highlight: { color: "red" }, "comment--A1b2C3d4": { thread: 7 } },
    ]),
    element("callout", { tone: "warning" }, "Careful"),
    element("details", {}, element("summary", {}, "More"), element("paragraph", {}, "inside")),
    element("widget", { data: { deep: [1, { two: 2 }] } }),
    element(
      "table",
      {},
      element("tableRow", {}, element("tableCell", {}, element("paragraph", {}, "a1")), element("tableCell", {}, "b1")),
    ),
  )
  const { document, unsupported } = fromXml(fragment)

  test("is kept with its values", () => {
    const atoms: unknown[] = []
    const marks = new Map<unknown, unknown>()
    document.descendants((node) => {
      if (node.type.name === "unsupported_inline") atoms.push(node.attrs["value"])
      for (const mark of node.marks) marks.set(mark.attrs["name"], mark.attrs["value"])
    })
    expect(atoms).toEqual([
      { type: "mention", attrs: { id: "u1", label: "Ada" } },
      { type: "widget", attrs: { data: { deep: [1, { two: 2 }] } } },
    ])
    expect(Object.fromEntries(marks)).toEqual({ highlight: { color: "red" }, "comment--A1b2C3d4": { thread: 7 } })
  })

  test("leaves its words where they were", () => {
    expect(blocksOf(document)).toEqual(["Ask * now", "callout: Careful", "summary: More", "inside", "*", "a1", "b1"])
  })

  test("is named", () => {
    expect(unsupported.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["mention", "highlight", "comment", "callout", "widget"]),
    )
  })

  test("survives in the new document", () => {
    const { doc } = fragment
    if (doc === null) throw new Error("a fragment of no document")
    const made = new Y.Doc()
    Y.applyUpdate(made, convertXml(doc, "text").update)
    expect(made.getText("flow").toDelta()).toContainEqual({
      insert: { type: "mention", attrs: { id: "u1", label: "Ada" } },
    })
  })
})

test("a document of Slate, where blocks are texts in a text, keeps its words in order", () => {
  const doc = new Y.Doc()
  const fragment = doc.getXmlFragment("text")
  const root = new Y.XmlText()
  fragment.push([root])
  for (const [i, words] of ["one", "two"].entries()) {
    const block = new Y.XmlText(words)
    root.insertEmbed(i, block)
  }
  expect(blocksOf(fromXml(fragment).document)).toEqual(["one", "two"])
})

describe("the new document", () => {
  test("has the old title; else the first heading is its title", () => {
    const titled = new Y.Doc()
    titled.getText("title").insert(0, "Named")
    titled.getXmlFragment("text").push([element("heading", { level: 1 }, "Plan"), element("paragraph", {}, "a")])
    expect(convertXml(titled, "text").title).toBe("Named")
    const { doc } = documentOf(element("heading", { level: 1 }, "Plan"), element("paragraph", {}, "a"))
    if (doc === null) throw new Error("a fragment of no document")
    const { title, update } = convertXml(doc, "text")
    const made = new Y.Doc()
    Y.applyUpdate(made, update)
    expect([title, made.getText("title").toJSON(), ...blocksOf(readDocument(made))]).toEqual(["Plan", "Plan", "a"])
  })

  test("is made without a write to the old one", () => {
    const { doc } = documentOf(element("paragraph", {}, "a"))
    if (doc === null) throw new Error("a fragment of no document")
    const before = Y.encodeStateAsUpdate(doc)
    convertXml(doc, "text")
    expect(Y.encodeStateAsUpdate(doc)).toEqual(before)
  })
})

test("nesting deeper than the stack loses no word", () => {
  const fragment = documentOf(element("box"), element("paragraph", {}, "after"))
  let inner: Y.XmlFragment = fragment
  for (let i = 0; i < 3000; i++) {
    const box = i === 0 ? inner.get(0) : element(i % 2 === 0 ? "blockquote" : "box")
    if (!(box instanceof Y.XmlElement)) throw new Error("not a box")
    if (i > 0) inner.insert(0, [box])
    inner = box
  }
  inner.insert(0, [element("paragraph", {}, "deepest")])
  expect(fromXml(fragment).document.textContent).toBe("deepestafter")
})

test("names and values of any kind are read without an error", () => {
  const odd = new Y.XmlElement("constructor")
  const untyped: { setAttribute(name: string, value: unknown): void } = odd
  untyped.setAttribute("toString", new Uint8Array([1]))
  untyped.setAttribute("level", { deep: true })
  const fragment = documentOf(odd, element("heading", { level: "x" }, "a"), element("orderedList", { start: "x" }))
  expect(blocksOf(fromXml(fragment).document)).toEqual(["*", "heading 1: a"])
})

for (let seed = 1; seed <= 60; seed++) {
  test(`every character of a random document comes along once and in order, seed ${seed}`, () => {
    const random = seededRandom(seed)
    const typed: string[] = []
    const fragment = documentOf(...Array.from({ length: 6 }, () => randomElement(random, typed, 4)))
    const { document } = fromXml(fragment)
    document.check()
    expect(wordsOf(document)).toBe(typed.join(""))
    const { doc } = fragment
    if (doc === null) throw new Error("a fragment of no document")
    const made = new Y.Doc()
    Y.applyUpdate(made, convertXml(doc, "text").update)
    expect(made.getText("title").toJSON().replaceAll(" ", "") + wordsOf(readDocument(made))).toBe(typed.join(""))
  })
}

type Piece = string | readonly [text: string, formats: Record<string, object>] | Y.XmlElement

function element(name: string, attributes: Readonly<Record<string, unknown>> = {}, ...pieces: Piece[]): Y.XmlElement {
  const made = new Y.XmlElement(name)
  const untyped: { setAttribute(name: string, value: unknown): void } = made
  for (const [key, value] of Object.entries(attributes)) untyped.setAttribute(key, value)
  made.insert(
    0,
    pieces.map((piece) => {
      if (piece instanceof Y.XmlElement) return piece
      const text = new Y.XmlText()
      if (typeof piece === "string") text.insert(0, piece)
      else text.insert(0, piece[0], piece[1])
      return text
    }),
  )
  return made
}

function container(...children: Y.XmlElement[]): Y.XmlElement {
  return element("blockContainer", { id: "x" }, ...children)
}

function documentOf(...children: Y.XmlElement[]): Y.XmlFragment {
  const fragment = new Y.Doc().getXmlFragment("text")
  fragment.push(children)
  return fragment
}

/** A line for each block: what it is, and its text. */
function blocksOf(document: ReturnType<typeof fromXml>["document"]): string[] {
  const lines: string[] = []
  document.descendants((node) => {
    if (node.type.name !== "block") return true
    const { kind, level, list, indent, checked, quote, language, restart } = node.attrs
    const words = [
      quote === true ? "quoted" : "",
      kind === "paragraph" ? "" : String(kind),
      level === null ? "" : String(level),
      language === null ? "" : String(language),
      list === null ? "" : String(list),
      restart === null ? "" : `from ${String(restart)}`,
      checked === true ? "done" : "",
      indent === 0 ? "" : `+${String(indent)}`,
    ].filter((word) => word !== "")
    const text = node.textBetween(0, node.content.size, undefined, "*")
    lines.push(words.length === 0 ? text : `${words.join(" ")}: ${text}`)
    return false
  })
  return lines
}

/** The text without line breaks. */
function wordsOf(document: ReturnType<typeof fromXml>["document"]): string {
  return document.textContent.replaceAll(/\s/g, "")
}

function randomElement(random: SeededRandom, typed: string[], depth: number): Y.XmlElement {
  const word = (): string => {
    const text = String.fromCodePoint(0x4e00 + typed.length)
    typed.push(text)
    return text
  }
  const line = (): Piece[] =>
    Array.from({ length: random.integer(4) }, (): Piece => {
      if (random.chance(0.2)) return element(random.pick(["hardBreak", "mention", "hard_break"]))
      return random.chance(0.4) ? [word(), { [random.pick(["bold", "em", "glow", "x--abcdefgh"])]: {} }] : word()
    })
  if (depth === 0 || random.chance(0.4)) {
    return element(random.pick(["paragraph", "heading", "codeBlock", "callout", "listItem", "block"]), {}, ...line())
  }
  const name = random.pick([
    "bulletList",
    "orderedList",
    "listItem",
    "blockquote",
    "box",
    "blockContainer",
    "blockGroup",
  ])
  return element(
    name,
    {},
    ...Array.from({ length: 1 + random.integer(3) }, () => randomElement(random, typed, depth - 1)),
  )
}
