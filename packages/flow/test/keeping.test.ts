import { viewSchema as schema } from "@ligature/schema"
import type { Node } from "prosemirror-model"
import { describe, expect, test } from "vitest"
import * as Y from "yjs"
import { bindFlow } from "../src/index.ts"
import { blockAt, blocksOf, showTheSame } from "./blocks.ts"
import { stateOf } from "./random-editing.ts"
import { Peer, startingWith, syncAll, write } from "./peers.ts"

/** A document as a newer version, or somebody else, wrote it. */
function foreignDocument(): Y.Doc {
  const doc = new Y.Doc()
  const text = doc.getText("flow")
  text.applyDelta([
    { insert: "first\n" },
    { insert: { b: "blk-1" } },
    { insert: "Call " },
    { insert: "me", attributes: { bold: true, spoiler: { level: 3 }, link: "not an object", italic: "yes" } },
    { insert: { type: "formula", attrs: { source: "x^2" } } },
    { insert: { type: "hard_break", attrs: { unknown: 1 } } },
    { insert: { anything: [1, 2] } },
    { insert: "\n" },
    { insert: { b: "blk-2" } },
    { insert: "in a callout\u2028of two lines\n" },
  ])
  text.insertEmbed(text.length, new Y.Map([["nested", true]]))
  doc.getMap("attrs").set("blk-1.kind", "callout")
  doc.getMap("attrs").set("blk-1.tone", "warning")
  doc.getMap("attrs").set("blk-2.kind", "code")
  doc.getMap("attrs").set("nonsense", 1)
  return doc
}

function unknownFormula(value: unknown): Node {
  return schema.nodes.unsupported_inline.create({ name: "formula", value })
}

describe("what this version does not know", () => {
  test("is shown as unsupported and stays as it is, byte for byte, when it is opened", () => {
    const doc = foreignDocument()
    const before = stateOf(doc)
    const peer = new Peer(5, Y.encodeStateAsUpdate(doc))
    const names: string[] = []
    peer.state.doc.descendants((node) => {
      if (node.type.name === "unsupported_inline") names.push(`<${node.attrs["name"]}>`)
      for (const mark of node.marks)
        names.push(mark.type.name === "unsupported" ? `?${mark.attrs["name"]}` : mark.type.name)
    })
    expect(names).toEqual(["bold", "?italic", "?link", "?spoiler", "<formula>", "<hard_break>", "<>", "<y-type>"])
    expect(peer.texts).toEqual(["first", "Call me***", "in a callout\nof two lines*"])
    expect(blockAt(peer.state.doc, 1).node.attrs).toMatchObject({ id: "blk-1", kind: "callout" })
    expect(stateOf(peer.doc)).toBe(before)
  })

  test("survives editing around it", () => {
    const peer = new Peer(5, Y.encodeStateAsUpdate(foreignDocument()))
    peer.type(peer.at(1, 5), "X")
    peer.change((tr) => tr.split(peer.at(1, 7)))
    peer.change((tr) => tr.setNodeAttribute(peer.at(1) - 1, "indent", 2))
    peer.change((tr) =>
      tr.setNodeMarkup(peer.at(1) - 1, undefined, { ...blockAt(peer.state.doc, 1).node.attrs, kind: "heading" }),
    )
    expect(peer.doc.getMap("attrs").get("blk-1.tone")).toBe("warning")
    const delta: { insert: unknown; attributes?: object }[] = peer.doc.getText("flow").toDelta()
    expect(delta).toContainEqual({ insert: { type: "formula", attrs: { source: "x^2" } } })
    expect(
      delta.filter(({ attributes }) => attributes !== undefined).map(({ attributes }) => attributes),
    ).toContainEqual({
      bold: true,
      spoiler: { level: 3 },
      link: "not an object",
      italic: "yes",
    })
  })

  test("an inline thing of another version is copied with its raw value, but never as a block's beginning", () => {
    const peer = new Peer(5)
    peer.change((tr) => tr.insert(peer.at(0), unknownFormula({ type: "formula", attrs: { source: "y" } })))
    peer.change((tr) => tr.insert(peer.at(0, 1), unknownFormula({ b: "blk-9" })))
    expect(blocksOf(peer.state.doc)).toHaveLength(1)
    expect(peer.doc.getText("flow").toDelta()).toEqual([
      { insert: "\n" },
      { insert: { type: "formula", attrs: { source: "y" } } },
      { insert: { type: "formula" } },
      { insert: "\n" },
    ])
    expect(showTheSame(peer.state.doc, peer.binding.read())).toBe(true)
  })
})

describe("nobody writes by looking", () => {
  test("an empty document shows one empty paragraph and is written to by the first key", () => {
    const peer = new Peer(5)
    expect(peer.texts).toEqual([""])
    expect(peer.updates).toHaveLength(0)
    peer.type(peer.at(0), "a")
    expect(peer.updates).toHaveLength(1)
  })

  test("one key is one update, one Enter too", () => {
    const peer = new Peer(
      5,
      startingWith((author) => write(author, ["one", "two"])),
    )
    peer.type(peer.at(1, 1), "x")
    peer.change((tr) => tr.split(peer.at(1, 2)))
    expect(peer.updates).toHaveLength(2)
  })

  test("a transaction that changes nothing in the end writes nothing", () => {
    const peer = new Peer(
      5,
      startingWith((author) => write(author, ["one", "two"])),
    )
    const before = stateOf(peer.doc)
    peer.change((tr) => tr.setNodeMarkup(peer.at(0) - 1, undefined, blockAt(peer.state.doc, 0).node.attrs))
    peer.change((tr) => tr.replaceWith(0, tr.doc.content.size, tr.doc.content))
    peer.change((tr) => tr.removeMark(0, tr.doc.content.size))
    expect(stateOf(peer.doc)).toBe(before)
  })

  test("attributes at their defaults are not stored", () => {
    const peer = new Peer(
      5,
      startingWith((author) => write(author, ["one"])),
    )
    peer.change((tr) => tr.setNodeAttribute(peer.at(0) - 1, "kind", "heading"))
    expect(peer.doc.getMap("attrs").toJSON()).toEqual({ "first.kind": "heading" })
    peer.change((tr) => tr.setNodeAttribute(peer.at(0) - 1, "kind", "paragraph"))
    expect(peer.doc.getMap("attrs").toJSON()).toEqual({})
  })
})

test("a block put before the very first leaves the old one what it is, unknown attributes too", () => {
  const content = startingWith((author) => {
    write(author, ["one", "two"])
    author.change((tr) => tr.setNodeAttribute(author.at(0) - 1, "kind", "heading"))
    author.doc.getMap("attrs").set("first.tone", "warm")
  })
  const peer = new Peer(5, content)
  peer.change((tr) => tr.insert(peer.at(0) - 1, schema.nodes.block.create({ quote: true }, schema.text("TOP"))))
  expect(peer.texts).toEqual(["TOP", "one", "two"])
  const id = String(blockAt(peer.state.doc, 1).node.attrs["id"])
  expect(blockAt(peer.state.doc, 1).node.attrs["kind"]).toBe("heading")
  expect(peer.doc.getMap("attrs").toJSON()).toEqual({
    "first.quote": true,
    [`${id}.kind`]: "heading",
    [`${id}.tone`]: "warm",
  })
  peer.undo()
  expect(showTheSame(peer.state.doc, peer.binding.read())).toBe(true)
  expect(peer.doc.getMap("attrs").toJSON()).toEqual({ "first.kind": "heading", "first.tone": "warm" })
})

describe("characters", () => {
  test("one emoji for another that begins with the same half", () => {
    const [a, b] = [new Peer(5), new Peer(6)]
    a.type(a.at(0), "x😀y")
    syncAll([a, b])
    // As reading the DOM gives it: only the second half differs.
    a.change((tr) => tr.insertText("\uDE01", a.at(0, 2), a.at(0, 3)))
    b.type(b.at(0, 3), "B")
    syncAll([a, b])
    expect([a.texts, b.texts]).toEqual([["x😁By"], ["x😁By"]])
    expect(showTheSame(a.rebuilt(), a.state.doc)).toBe(true)
  })

  test("half a pair is stored and shown as the replacement character, alike for all", () => {
    const [a, b] = [new Peer(5), new Peer(6)]
    a.type(a.at(0), "x\uD83Dy")
    syncAll([a, b])
    expect([a.texts, b.texts]).toEqual([["x\uFFFDy"], ["x\uFFFDy"]])
  })

  test("line breaks in a block are characters of it, for everybody; a pasted U+2028 becomes one", () => {
    const [a, b] = [new Peer(5), new Peer(6)]
    a.change((tr) => tr.setNodeAttribute(a.at(0) - 1, "kind", "code").insertText("if\n  go\u2028end", a.at(0)))
    syncAll([a, b])
    expect(b.texts).toEqual(["if\n  go\nend"])
    expect(a.texts).toEqual(b.texts)
    b.change((tr) => tr.insertText("\n", b.at(0, 2)))
    syncAll([a, b])
    expect(a.texts).toEqual(["if\n\n  go\nend"])
    expect(a.doc.getText("flow").toJSON()).toBe("\nif\u2028\u2028  go\u2028end\n")
  })

  test("a very long block is edited in its middle", () => {
    const [a, b] = [new Peer(5), new Peer(6)]
    a.type(a.at(0), "word ".repeat(40_000))
    syncAll([a, b])
    b.type(b.at(0, 100_000), "B")
    a.type(a.at(0, 100_000), "A")
    a.change((tr) => tr.delete(a.at(0, 50_000), a.at(0, 50_010)))
    syncAll([a, b])
    expect(a.texts[0]).toHaveLength(200_000 + 2 - 10)
    expect(showTheSame(a.state.doc, b.state.doc)).toBe(true)
  })
})

function twins(): [Peer, Peer] {
  const content = startingWith((author) => write(author, ["one", "two", "three"]))
  const [a, b] = [new Peer(5, content), new Peer(6, content)]
  // Both take the block away and both bring it back: its marker is there twice.
  for (const peer of [a, b]) {
    peer.change((tr) => tr.join(peer.at(1) - 1))
    peer.undo()
  }
  syncAll([a, b])
  return [a, b]
}

describe("two blocks with one id", () => {
  test("look alike, for everybody", () => {
    const [a, b] = twins()
    const ids = [1, 2].map((i): unknown => blockAt(a.state.doc, i).node.attrs["id"])
    expect(ids[0]).toBe(ids[1])
    a.change((tr) => tr.setNodeAttribute(a.at(1) - 1, "kind", "heading"))
    syncAll([a, b])
    expect([1, 2].map((i): unknown => blockAt(b.state.doc, i).node.attrs["kind"])).toEqual(["heading", "heading"])
    expect(showTheSame(a.state.doc, b.state.doc)).toBe(true)
  })

  test("part when the later one is changed", () => {
    const [a, b] = twins()
    a.change((tr) => tr.setNodeAttribute(a.at(2) - 1, "kind", "heading"))
    syncAll([a, b])
    expect([1, 2].map((i): unknown => blockAt(b.state.doc, i).node.attrs["kind"])).toEqual(["paragraph", "heading"])
    expect(blockAt(a.state.doc, 1).node.attrs["id"]).not.toBe(blockAt(a.state.doc, 2).node.attrs["id"])
    expect(showTheSame(a.state.doc, b.state.doc)).toBe(true)
  })
})

test("a schema without what a flow needs is refused by name", () => {
  expect(() => bindFlow({ doc: new Y.Doc(), schema, block: "paragraph" })).toThrow(TypeError)
})
