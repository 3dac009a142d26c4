// @vitest-environment happy-dom
import { seededRandom } from "@ligature/testing"
import { TextSelection } from "prosemirror-state"
import { beforeAll, afterEach, describe, expect, test } from "vitest"
import * as Y from "yjs"
import { bindXml } from "../src/bind-xml.ts"
import type { Binding } from "../src/index.ts"
import { loadXmlBinding } from "../src/choose-binding.ts"
import { placeIn, show, showMarks, showText } from "./notation.ts"
import { bytesOf, peerOn, press, TwoPeers, typeKeys } from "./peers.ts"

beforeAll(async () => {
  await loadXmlBinding()
})

let peers: TwoPeers | null = null
afterEach(() => {
  peers?.destroy()
  peers = null
})

function meet(seed?: (doc: Y.Doc) => void): TwoPeers {
  peers = new TwoPeers({}, seed)
  return peers
}

/** A block as this editor writes it. */
function block(text: string, attributes: Record<string, unknown> = {}): Y.XmlElement {
  const element = new Y.XmlElement("block")
  for (const [name, value] of Object.entries({ kind: "paragraph", ...attributes })) setAttribute(element, name, value)
  if (text !== "") element.insert(0, [new Y.XmlText(text)])
  return element
}

/** Yjs declares attributes as strings, yet stores any JSON, and editors do. */
function setAttribute(element: Y.XmlElement, name: string, value: unknown): void {
  const loose: { setAttribute(name: string, value: unknown): void } = element
  loose.setAttribute(name, value)
}

function xml(
  name: string,
  attributes: Record<string, unknown>,
  children: (Y.XmlElement | Y.XmlText)[] = [],
): Y.XmlElement {
  const element = new Y.XmlElement(name)
  for (const [key, value] of Object.entries(attributes)) setAttribute(element, key, value)
  element.insert(0, children)
  return element
}

function formatted(runs: { insert: string; attributes?: Record<string, unknown> }[]): Y.XmlText {
  const text = new Y.XmlText()
  text.applyDelta(runs)
  return text
}

describe("two people", () => {
  test("see each other's typing, splitting and formats", () => {
    const { a, b } = meet()
    typeKeys(a.editor, "# Title")
    press(a.editor, "Enter")
    typeKeys(a.editor, "some **bold** words")
    expect(showMarks(b.editor.view.state.doc)).toEqual(["h1: Title", "some **bold** words"])
    b.type("more ", placeIn(b.editor.view.state.doc, 0, 0))
    expect(showMarks(a.editor.view.state.doc)).toEqual(["h1: more Title", "some **bold** words"])
  })

  test("typing in different paragraphs while apart keeps both", () => {
    const { a, b } = meet((doc) => doc.getXmlFragment("body").insert(0, [block("one"), block("two")]))
    peers?.apart(() => {
      a.type("!", 4)
      b.type("?", 9)
    })
    expect(showText(a.editor.view.state.doc)).toEqual(["one!", "two?"])
    expect(showMarks(b.editor.view.state.doc)).toEqual(showMarks(a.editor.view.state.doc))
  })

  test("one converts, the other types: both happen", () => {
    const { a, b } = meet((doc) => doc.getXmlFragment("body").insert(0, [block("one")]))
    peers?.apart(() => {
      a.editor.run("bulletList")
      b.type(" more", 4)
    })
    expect(showText(a.editor.view.state.doc)).toEqual(["bullet: one more"])
    expect(showText(b.editor.view.state.doc)).toEqual(["bullet: one more"])
  })

  test("the caret stays with its text when others write before it", () => {
    const { a, b } = meet((doc) => doc.getXmlFragment("body").insert(0, [block("one"), block("two")]))
    const { view } = a.editor
    view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, 8)))
    b.type("aa ", 6)
    b.type("new ", 1)
    expect(show(view.state)).toEqual(["new one", "aa tw|o"])
  })

  test("a remote change keeps the DOM of what it does not touch", () => {
    const { a, b } = meet((doc) => doc.getXmlFragment("body").insert(0, [block("one"), block("two"), block("three")]))
    const [first, second, third] = a.editor.view.dom.children
    b.type("!", 9)
    expect([...a.editor.view.dom.children]).toEqual([first, second, third])
    expect(second?.textContent).toBe("two!")
  })

  test("undo takes back one's own words only", () => {
    const { a, b } = meet((doc) => doc.getXmlFragment("body").insert(0, [block("start")]))
    a.type(" mine", 6)
    b.type("theirs ", 1)
    expect(a.editor.run("undo")).toBe(true)
    expect(showText(a.editor.view.state.doc)).toEqual(["theirs start"])
    expect(a.editor.run("undo")).toBe(false)
    a.editor.run("redo")
    expect(showText(b.editor.view.state.doc)).toEqual(["theirs start mine"])
  })

  test("undo of a new block keeps what another person wrote into it", () => {
    const { a, b } = meet((doc) => doc.getXmlFragment("body").insert(0, [block("one")]))
    const { view } = a.editor
    view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, 4)))
    press(a.editor, "Enter")
    b.type("theirs", 6)
    a.editor.run("undo")
    expect(showText(a.editor.view.state.doc).join(" ")).toContain("theirs")
    expect(showMarks(b.editor.view.state.doc)).toEqual(showMarks(a.editor.view.state.doc))
  })
})

describe("random editing converges", () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])("seed %i", (seed) => {
    const { a, b } = meet((doc) => doc.getXmlFragment("body").insert(0, [block("one"), block("two"), block("three")]))
    const random = seededRandom(seed)
    const act = ({ editor }: typeof a): void => {
      const { view } = editor
      const size = view.state.doc.content.size
      const at = TextSelection.near(view.state.doc.resolve(random.integer(size + 1)))
      const to = TextSelection.near(view.state.doc.resolve(Math.min(size, at.from + random.integer(6))))
      view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, at.from, to.to)))
      const actions = [
        () => typeKeys(editor, "word "),
        () => press(editor, "Enter"),
        () => press(editor, "Backspace"),
        () => view.dispatch(view.state.tr.deleteSelection()),
        () => editor.run("bold"),
        () => editor.run("bulletList"),
        () => editor.run("heading2"),
        () => editor.run("indent"),
        () => editor.run("undo"),
      ]
      random.pick(actions)()
    }
    for (let round = 0; round < 8; round++) {
      peers?.apart(() => {
        for (let index = 0; index < 3; index++) {
          act(a)
          act(b)
        }
      })
      expect(showMarks(a.editor.view.state.doc), `round ${round}`).toEqual(showMarks(b.editor.view.state.doc))
      expect(Y.encodeStateVector(a.doc)).toEqual(Y.encodeStateVector(b.doc))
      expect(a.doc.getXmlFragment("body").toJSON()).toBe(b.doc.getXmlFragment("body").toJSON())
    }
    // What the editor shows is what a newcomer reads.
    const newcomer = new Y.Doc()
    Y.applyUpdate(newcomer, Y.encodeStateAsUpdate(a.doc))
    const fresh = peerOn(newcomer)
    expect(showMarks(fresh.editor.view.state.doc)).toEqual(showMarks(a.editor.view.state.doc))
    fresh.editor.destroy()
  })
})

describe("opening never writes", () => {
  const layouts: Record<string, (doc: Y.Doc) => void> = {
    "an empty document": () => {},
    "a document of our own": (doc) =>
      doc.getXmlFragment("body").insert(0, [block("a", { kind: "heading", level: 2 }), block("")]),
    "blocks without attributes": (doc) => doc.getXmlFragment("body").insert(0, [new Y.XmlElement("block")]),
    "unknown kinds, nodes, marks and attributes": seedUnknown,
    "a Tiptap document": seedTiptap,
    "a document of ProseMirror's basic schema": seedBasic,
    "an object in text, which nothing here can hold": seedEmbed,
    "text outside of any block": (doc) => doc.getXmlFragment("body").insert(0, [new Y.XmlText("loose")]),
    "two texts side by side": (doc) =>
      doc
        .getXmlFragment("body")
        .insert(0, [xml("block", { kind: "paragraph" }, [new Y.XmlText("a"), new Y.XmlText("b")])]),
    "one name used for a block and in a line": (doc) =>
      doc
        .getXmlFragment("body")
        .insert(0, [xml("thing", {}), xml("block", {}, [new Y.XmlText("a"), xml("thing", {})])]),
  }
  test.each(Object.entries(layouts))("%s", (_name, seed) => {
    const doc = new Y.Doc()
    seed(doc)
    const before = bytesOf(doc)
    const { editor } = peerOn(doc)
    const { view } = editor
    view.dispatch(view.state.tr.setSelection(TextSelection.atEnd(view.state.doc)))
    for (const command of Object.values(editor.commands)) command.run(view.state)
    editor.destroy()
    expect(bytesOf(doc)).toBe(before)
  })

  test("nor does loading after the editor is there", () => {
    const stored = new Y.Doc()
    seedTiptap(stored)
    const doc = new Y.Doc()
    const { editor } = peerOn(doc)
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(stored))
    expect(showText(editor.view.state.doc)).toContain("an item")
    expect(bytesOf(doc)).toBe(bytesOf(stored))
    editor.destroy()
  })
})

describe("what this version does not know", () => {
  test("is shown, and stays as it is while one types elsewhere", () => {
    const { a, b } = meet(seedUnknown)
    const kept = unknownsIn(a.doc)
    expect(kept.length).toBeGreaterThan(4)
    expect(a.editor.view.dom.textContent).toContain("inside the callout")
    expect(a.editor.view.dom.querySelector("[data-unsupported=callout]")?.getAttribute("contenteditable")).toBe("false")
    a.type("typed ", 1)
    b.type("too ", 1)
    expect(showText(a.editor.view.state.doc)[0]).toBe("too typed known")
    expect(unknownsIn(a.doc)).toEqual(kept)
    expect(unknownsIn(b.doc)).toEqual(kept)
  })

  test("stays when one types into the text that has it", () => {
    const { a } = meet(seedUnknown)
    const at = a.editor.view.state.doc.content.size - 2
    a.type("X", at)
    const runs = unknownsIn(a.doc).filter(
      (fact) => fact.includes("comment") || fact.includes("mention") || fact.includes("flavour"),
    )
    expect(runs).toEqual(
      unknownsIn(meetAgain(seedUnknown)).filter(
        (fact) => fact.includes("comment") || fact.includes("mention") || fact.includes("flavour"),
      ),
    )
  })

  test("may arrive while the editor is open, from another peer", () => {
    const { a, b } = meet((doc) => doc.getXmlFragment("body").insert(0, [block("one")]))
    // A newer version on the other side, which knows more.
    b.doc.transact(() => {
      const body = b.doc.getXmlFragment("body")
      body.insert(1, [xml("callout", { tone: "calm" }, [block("inside")])])
      const first = body.get(0)
      if (first instanceof Y.XmlElement) {
        setAttribute(first, "flavour", { sweet: 1 })
        const text = first.get(0)
        if (text instanceof Y.XmlText) text.format(0, 2, { sparkle: { colour: "red" } })
      }
    })
    expect(a.editor.view.dom.textContent).toContain("inside")
    expect(a.editor.view.dom.querySelector("[data-unsupported-mark=sparkle]")?.textContent).toBe("on")
    a.type("!", 4)
    press(a.editor, "Enter")
    expect(Y.encodeStateVector(b.doc)).toEqual(Y.encodeStateVector(a.doc))
    expect(a.doc.getXmlFragment("body").toJSON()).toContain("callout")
    expect(a.doc.getXmlFragment("body").toJSON()).toContain("flavour")
    expect(a.doc.getXmlFragment("body").toJSON()).toContain("sparkle")
    expect(a.editor.isEditable).toBe(true)
    expect(a.editor.run("undo")).toBe(true)
  })

  test("makes the document read-only where no schema can hold it, and says why", () => {
    const { a, b } = meet((doc) => doc.getXmlFragment("body").insert(0, [block("one")]))
    let told = 0
    a.editor.onUpdate(() => {
      told += 1
    })
    b.doc.transact(() => seedEmbed(b.doc))
    expect(a.editor.isEditable).toBe(false)
    expect(a.editor.readOnlyReason).toBe("unrepresentable")
    const notice = a.editor.view.dom.parentElement?.querySelector("[role=status]")
    expect(notice?.textContent).toBe(a.editor.strings.unrepresentable)
    expect(told).toBeGreaterThan(0)
    expect(a.editor.view.dom.textContent).toContain("with")
    const before = bytesOf(a.doc)
    expect(a.editor.run("bold")).toBe(false)
    a.type("lost?", 1)
    expect(bytesOf(a.doc)).toBe(before)
    expect(a.editor.view.dom.textContent).not.toContain("lost?")
  })
})

describe("a hostile peer", () => {
  test.each<[string, (body: Y.XmlFragment) => void]>([
    [
      "nests without end",
      (body) => {
        let inner = xml("deep", {}, [new Y.XmlText("bottom")])
        for (let depth = 0; depth < 500; depth++) inner = xml("deep", {}, [inner])
        body.insert(0, [inner])
      },
    ],
    [
      "invents names without end",
      (body) =>
        body.insert(
          0,
          Array.from({ length: 3000 }, (_, index) => xml(`name${index}`, {}, [])),
        ),
    ],
    [
      "uses names of JavaScript",
      (body) => body.insert(0, [xml("constructor", { toString: 1, valueOf: 2 }, []), xml("__proto__", {}, [])]),
    ],
    [
      "writes attributes of every type",
      (body) =>
        body.insert(0, [
          block("odd", { level: "x", list: { a: 1 }, indent: -5, checked: "yes", language: 7, restart: 1e99, id: [1] }),
          block("odder", { kind: ["heading"], indent: 1e308 }),
        ]),
    ],
    [
      "writes links that are scripts",
      (body) => {
        body.insert(0, [
          xml("block", { kind: "paragraph" }, [
            formatted([
              { insert: "x", attributes: { link: { href: "javascript:alert(1)" } } },
              { insert: "y", attributes: { link: { href: 7 } } },
            ]),
          ]),
        ])
      },
    ],
  ])("that %s does not stop the others from writing or reading", (_name, attack) => {
    const { a, b } = meet((doc) => doc.getXmlFragment("body").insert(0, [block("one")]))
    attack(b.doc.getXmlFragment("body"))
    expect(a.editor.view.dom.textContent).toContain("one")
    expect(a.editor.view.dom.querySelector('[href^="javascript"]')).toBeNull()
    const before = a.doc.getXmlFragment("body").length
    if (a.editor.isEditable) {
      a.type("still ", a.editor.view.state.doc.content.size - 1)
      for (const command of Object.values(a.editor.commands)) command.run(a.editor.view.state)
    }
    expect(a.doc.getXmlFragment("body").length).toBe(before)
  })
})

describe("documents of other editors", () => {
  test("Tiptap's are drawn with their own kinds and can be written in", () => {
    const { a, b } = meet(seedTiptap)
    const { dom } = a.editor.view
    expect(dom.querySelector("h2")?.textContent).toBe("Heading")
    expect(dom.querySelector("ul > li > p")?.textContent).toBe("an item")
    expect(dom.querySelector("p > strong")?.textContent).toBe("bold")
    expect(a.editor.commands.bold.exists(a.editor.view.state)).toBe(true)
    expect(a.editor.commands.taskList.exists(a.editor.view.state)).toBe(false)
    a.type("My ", 1)
    expect(b.editor.view.dom.querySelector("h2")?.textContent).toBe("My Heading")
    expect(b.doc.getXmlFragment("default").toJSON()).toContain("<paragraph>an item</paragraph>")
    a.editor.run("undo")
    expect(b.editor.view.dom.querySelector("h2")?.textContent).toBe("Heading")
  })

  test("Enter and Backspace do in their blocks what they do anywhere", () => {
    const { a } = meet(seedTiptap)
    const { view } = a.editor
    const fragment = (): string => a.doc.getXmlFragment("default").toJSON()
    view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, 5)))
    expect(press(a.editor, "Enter")).toBe(true)
    expect(fragment()).toMatch(/<heading[^>]*>Head<\/heading><heading[^>]*>ing<\/heading>/)
    expect(press(a.editor, "Backspace")).toBe(true)
    expect(fragment()).toMatch(/<heading[^>]*>Heading<\/heading>/)
  })

  test("which of several texts to open is asked for, not guessed", () => {
    const doc = new Y.Doc()
    doc.getXmlFragment("first").insert(0, [xml("paragraph", {}, [new Y.XmlText("1")])])
    doc.getXmlFragment("second").insert(0, [xml("paragraph", {}, [new Y.XmlText("2")])])
    const asked = peerOn(doc)
    expect([asked.editor.isEditable, asked.editor.readOnlyReason]).toEqual([false, "several-layouts"])
    const told = peerOn(doc, { fragment: "second" })
    expect(showText(told.editor.view.state.doc)).toEqual(["2"])
    asked.editor.destroy()
    told.editor.destroy()
  })
})

test("relative positions survive others' edits and refuse nonsense", () => {
  const { a, b } = meet((doc) => doc.getXmlFragment("body").insert(0, [block("one"), block("two")]))
  expect(a.editor.view.state.doc.content.size).toBe(10)
  const states = a.editor.view.state
  for (const nonsense of [
    null,
    7,
    "x",
    {},
    { item: { client: 9, clock: 9 } },
    { tname: "body", item: "?" },
    { type: { client: -1 } },
  ]) {
    expect(bindingOf(a.doc).toAbsolute(states, nonsense)).toSatisfy(
      (at: unknown) => at === null || typeof at === "number",
    )
  }
  const relative = bindingOf(a.doc).toRelative(states, 8)
  b.type("before ", 1)
  expect(bindingOf(a.doc).toAbsolute(a.editor.view.state, JSON.parse(JSON.stringify(relative)))).toBe(15)
})

function bindingOf(doc: Y.Doc): Binding {
  const binding = bindXml({ doc, fragment: doc.getXmlFragment("body") })
  binding.read()
  return binding
}

function seedUnknown(doc: Y.Doc): void {
  doc.getXmlFragment("body").insert(0, [
    block("known"),
    block("a kind of the future", { kind: "aside", flavour: { sweet: true } }),
    xml("callout", { tone: "calm" }, [block("inside the callout"), xml("chart", { data: [1, 2] })]),
    xml("block", { kind: "paragraph", flavour: "sour" }, [
      formatted([
        {
          insert: "commented",
          attributes: { "comment--YWJjZGVm": { id: "1" }, "comment--Zm9vYmFy": { id: "2" }, bold: {} },
        },
        { insert: " and " },
      ]),
      xml("mention", { user: "ann" }),
      new Y.XmlText(" end"),
    ]),
  ])
}

function seedTiptap(doc: Y.Doc): void {
  doc
    .getXmlFragment("default")
    .insert(0, [
      xml("heading", { level: 2, textAlign: "left" }, [new Y.XmlText("Heading")]),
      xml("paragraph", {}, [
        formatted([
          { insert: "some " },
          { insert: "bold", attributes: { bold: {} } },
          { insert: " link", attributes: { link: { href: "https://example.org", target: "_blank", class: null } } },
        ]),
        xml("hardBreak", {}),
        new Y.XmlText("text"),
      ]),
      xml("bulletList", { tight: true }, [
        xml("listItem", {}, [
          xml("paragraph", {}, [new Y.XmlText("an item")]),
          xml("bulletList", {}, [xml("listItem", {}, [xml("paragraph", {})])]),
        ]),
      ]),
      xml("table", {}, [
        xml("tableRow", {}, [
          xml("tableCell", { colspan: 1, colwidth: [100] }, [xml("paragraph", {}, [new Y.XmlText("cell")])]),
        ]),
      ]),
      xml("horizontalRule", {}),
      xml("codeBlock", { language: "js" }, [new Y.XmlText("let a\nlet b")]),
    ])
}

function seedBasic(doc: Y.Doc): void {
  doc
    .getXmlFragment("prosemirror")
    .insert(0, [
      xml("heading", { level: 1 }, [new Y.XmlText("Basic")]),
      xml("ordered_list", { order: 3 }, [
        xml("list_item", {}, [xml("paragraph", {}, [formatted([{ insert: "x", attributes: { em: {} } }])])]),
      ]),
      xml("blockquote", {}, []),
      xml("paragraph", {}, [xml("image", { src: "https://example.org/a.png", alt: "a" })]),
      xml("code_block", {}, []),
    ])
}

function seedEmbed(doc: Y.Doc): void {
  const text = new Y.XmlText()
  text.insert(0, "with ")
  text.insertEmbed(5, { image: "x" })
  doc.getXmlFragment("body").insert(0, [xml("block", { kind: "paragraph" }, [text])])
}

function meetAgain(seed: (doc: Y.Doc) => void): Y.Doc {
  const doc = new Y.Doc()
  seed(doc)
  return doc
}

/** Every unknown thing in a document with its value, as one line each. */
function unknownsIn(doc: Y.Doc): string[] {
  const facts: string[] = []
  const visit = (parent: Y.XmlFragment): void => {
    for (const child of parent.toArray()) {
      if (child instanceof Y.XmlText) {
        for (const { attributes } of child.toDelta()) {
          for (const [key, value] of Object.entries(attributes ?? {}))
            facts.push(`${key.split("--")[0]}=${JSON.stringify(value)}`)
        }
      } else if (child instanceof Y.XmlElement) {
        const attributes: Record<string, unknown> = child.getAttributes()
        if (child.nodeName !== "block") facts.push(`<${child.nodeName} ${JSON.stringify(attributes)}>`)
        if (attributes["flavour"] !== undefined) facts.push(`flavour=${JSON.stringify(attributes["flavour"])}`)
        visit(child)
      }
    }
  }
  visit(doc.getXmlFragment("body"))
  return [...new Set(facts)].sort()
}
