import { viewSchema } from "@ligature/schema"
import { Fragment, Slice } from "prosemirror-model"
import { TextSelection } from "prosemirror-state"
import { ReplaceAroundStep } from "prosemirror-transform"
import { describe, expect, test } from "vitest"
import * as Y from "yjs"
import { showTheSame } from "./blocks.ts"
import { Peer, startingWith, syncAll, textsOf, write } from "./peers.ts"
import {
  captionOf,
  cellAt,
  cellTexts,
  editsTable,
  inCaption,
  newTable,
  tableAt,
  tablesOf,
  typesInCell,
} from "./tables.ts"

const WORDS = [
  ["a", "b"],
  ["c", "d"],
]

/** A paragraph, a table of four cells, a paragraph. */
function withTable(caption = ""): Uint8Array {
  return startingWith((author) => {
    write(author, ["before", "behind"])
    author.change((tr) => tr.insert(author.at(1) - 1, newTable(WORDS, caption)))
  })
}

function two(content: Uint8Array = withTable()): [Peer, Peer] {
  return [new Peer(100, content), new Peer(200, content)]
}

function expectSound(...peers: readonly Peer[]): void {
  for (const peer of peers) {
    expect(peer.state.doc.toJSON()).toEqual(peer.rebuilt().toJSON())
    peer.state.doc.check()
  }
  const [first, ...others] = peers
  for (const other of others) expect(first !== undefined && showTheSame(first.state.doc, other.state.doc)).toBe(true)
}

/** Enter in a caption: the end of the table, and the beginning of a paragraph. */
function splitsCaption(peer: Peer, unit: number): void {
  const { nodes } = viewSchema
  const from = inCaption(peer.state.doc, unit)
  const end = peer.state.doc.resolve(from).end()
  const island = nodes.table_island.create(null, nodes.table_caption.create())
  const slice = new Slice(Fragment.from([island, nodes.block.create()]), 2, 0)
  peer.change((tr) => tr.step(new ReplaceAroundStep(from, end + 2, from, end, slice, 3, true)))
}

/** The table is cut, and pasted between two blocks. */
function movesTable(peer: Peer, to: number): void {
  const { node, pos } = tableAt(peer.state.doc)
  peer.change((tr) => {
    tr.delete(pos, pos + node.nodeSize)
    tr.insert(tr.mapping.map(to), node)
  })
}

function deletesTable(peer: Peer): void {
  const { node, pos } = tableAt(peer.state.doc)
  peer.change((tr) => tr.deleteRange(pos, pos + node.nodeSize))
}

describe("a table in the view", () => {
  test("is stored as it was put in, and read back", () => {
    const [a] = two(withTable("the caption"))
    expect(cellTexts(a.state.doc)).toEqual(WORDS)
    expect(captionOf(a.state.doc)).toBe("the caption")
    expect(textsOf(a.state.doc)).toEqual(["before", "a", "b", "c", "d", "behind"])
    expectSound(a)
  })

  test("is stored once, as it is when all that was done to it at once is done", () => {
    const a = new Peer(7)
    a.change((tr) => {
      tr.insert(3, newTable(WORDS))
      tr.insertText("more", cellAt(tr.doc, 1, 1).pos + 2)
      tr.delete(1, 3).insert(tr.doc.content.size - 1, viewSchema.nodes.block.create())
    })
    expect(cellTexts(a.state.doc)).toEqual([
      ["a", "b"],
      ["c", "dmore"],
    ])
    expectSound(a)
  })

  test("the caret stays where it was put in a table that is new", () => {
    const a = new Peer(7)
    a.change((tr) => {
      tr.insert(3, newTable(WORDS))
      tr.setSelection(TextSelection.create(tr.doc, cellAt(tr.doc, 1, 0).pos + 2))
    })
    expect(a.state.selection.from).toBe(cellAt(a.state.doc, 1, 0).pos + 2)
  })

  test("opening it writes nothing", () => {
    const [a] = two()
    expect(a.updates).toEqual([])
  })

  test("can be the first and the only thing of a document", () => {
    const peer = new Peer(7)
    peer.change((tr) => tr.replaceWith(1, 3, newTable([["x", ""]])))
    expect(cellTexts(peer.state.doc)).toEqual([["x", ""]])
    expectSound(peer)
    peer.undo()
    expect(textsOf(peer.state.doc)).toEqual([""])
    expectSound(peer)
  })

  test("typing in a cell, its caption and around it comes to the other as single steps", () => {
    const [a, b] = two()
    typesInCell(a, 0, 1, "X", 1)
    a.type(inCaption(a.state.doc), "cap")
    a.type(a.endOf(5), "Z")
    a.type(a.at(0), "A")
    let steps = 0
    const before = b.view.dispatch.bind(b.view)
    b.view.dispatch = (tr) => {
      steps += tr.steps.length
      before(tr)
    }
    b.receive(a)
    expect(steps).toBe(4)
    expect(cellTexts(b.state.doc)).toEqual([
      ["a", "bX"],
      ["c", "d"],
    ])
    expect(captionOf(b.state.doc)).toBe("cap")
    expect(textsOf(b.state.doc).at(0)).toBe("Abefore")
    expect(textsOf(b.state.doc).at(-1)).toBe("behindZ")
    expectSound(a, b)
  })

  test("several blocks, kinds and formats in a cell", () => {
    const [a, b] = two()
    const { pos } = cellAt(a.state.doc, 1, 0)
    a.change((tr) => tr.split(pos + 2))
    a.change((tr) => tr.insertText("more", pos + 4))
    a.change((tr) => tr.setNodeAttribute(pos, "kind", "heading").setNodeAttribute(pos, "level", 2))
    a.change((tr) => tr.setNodeAttribute(pos + 3, "list", "bullet"))
    a.change((tr) => tr.addMark(pos + 1, pos + 2, viewSchema.marks.bold.create()))
    b.receive(a)
    const cell = cellAt(b.state.doc, 1, 0).node
    expect(cell.children.map(({ attrs, textContent }) => [attrs["kind"], attrs["list"], textContent])).toEqual([
      ["heading", null, "c"],
      ["paragraph", "bullet", "more"],
    ])
    expect(cell.firstChild?.firstChild?.marks.map(({ type }) => type.name)).toEqual(["bold"])
    expectSound(a, b)
    const there = cellAt(b.state.doc, 1, 0).pos
    b.change((tr) => tr.setNodeAttribute(there + 3, "list", "ordered"))
    a.receive(b)
    expectSound(a, b)
  })

  test("rows and columns come and go, and the selection stays at its word", () => {
    const [a, b] = two()
    b.change((tr) => tr.setSelection(TextSelection.create(tr.doc, cellAt(tr.doc, 1, 1).pos + 2)))
    editsTable(a, (table, at) => table.addRow(at.row(0), "before"))
    editsTable(a, (table, at) => table.addColumn(at.column(0), "after"))
    editsTable(a, (table, at) => table.moveRow(at.row(2), at.row(0), "before"))
    b.receive(a)
    expect(cellTexts(b.state.doc)).toEqual([
      ["c", "", "d"],
      ["", "", ""],
      ["a", "", "b"],
    ])
    expect(b.state.selection.$head.parent.textContent).toBe("d")
    editsTable(a, (table, at) => table.deleteColumns([at.column(0)]))
    b.receive(a)
    expect(cellTexts(b.state.doc)[0]).toEqual(["", "d"])
    expectSound(a, b)
    a.undo()
    b.receive(a)
    expect(cellTexts(b.state.doc)[0]).toEqual(["c", "", "d"])
    expectSound(a, b)
  })

  test("merged cells are one while the covered ones are empty", () => {
    const [a, b] = two()
    const d = cellAt(a.state.doc, 1, 1)
    a.change((tr) => tr.delete(d.pos + 1, d.pos + 2))
    editsTable(a, (table, at) => table.merge(at.cell(1, 0), at.cell(1, 1)))
    b.receive(a)
    expect(cellTexts(b.state.doc)[1]).toEqual(["c"])
    expect(cellAt(b.state.doc, 1, 0).node.attrs["colspan"]).toBe(2)
    a.undo()
    a.undo()
    b.receive(a)
    expect(cellTexts(b.state.doc)[1]).toEqual(["c", "d"])
    expectSound(a, b)
  })

  test("looks: headers, widths, alignment", () => {
    const [a, b] = two()
    editsTable(a, (table, at) => {
      table.setHeaderRow(true)
      table.setHeaderColumn(true)
      table.setWidth(at.column(1), 120)
      table.setAlign(at.column(1), "right")
    })
    b.receive(a)
    const { node } = tableAt(b.state.doc)
    expect(node.firstChild?.attrs["widths"]).toEqual([null, 120])
    expect(cellAt(b.state.doc, 0, 1).node.attrs).toMatchObject({ header: "column", align: "right" })
    expect(cellAt(b.state.doc, 1, 0).node.attrs).toMatchObject({ header: "row", align: null })
    expectSound(a, b)
  })

  test("a table that is deleted comes back with its words, and with those typed meanwhile", () => {
    const [a, b] = two()
    const { pos, node } = tableAt(a.state.doc)
    a.change((tr) => tr.delete(pos, pos + node.nodeSize))
    typesInCell(b, 0, 0, "NEW", 1)
    syncAll([a, b])
    expect(textsOf(b.state.doc)).toEqual(["before", "behind"])
    a.undo()
    syncAll([a, b])
    expect(cellTexts(b.state.doc)[0]).toEqual(["aNEW", "b"])
    expectSound(a, b)
  })

  test("a table that is moved stays the one it is: words typed in it meanwhile are in it", () => {
    const [a, b] = two()
    const { pos, node } = tableAt(a.state.doc)
    a.change((tr) => {
      tr.delete(pos, pos + node.nodeSize)
      tr.insert(1, node)
    })
    typesInCell(b, 1, 1, "NEW", 1)
    syncAll([a, b])
    expect(tablesOf(b.state.doc)[0]?.pos).toBe(1)
    expect(cellTexts(b.state.doc)[1]).toEqual(["c", "dNEW"])
    expectSound(a, b)
  })

  test("a copy of a table is another one", () => {
    const [a, b] = two()
    const { node } = tableAt(a.state.doc)
    a.change((tr) => tr.insert(tr.doc.content.size - 1, node))
    typesInCell(a, 0, 0, "X", 0, 1)
    b.receive(a)
    expect([cellTexts(b.state.doc)[0], cellTexts(b.state.doc, 1)[0]]).toEqual([
      ["a", "b"],
      ["Xa", "b"],
    ])
    expectSound(a, b)
  })

  test("Enter in the caption: what follows is a paragraph, and what others type in it goes along", () => {
    const [a, b] = two(withTable("one two"))
    b.type(inCaption(b.state.doc, 7), "NEW")
    splitsCaption(a, 4)
    syncAll([a, b])
    expect(captionOf(b.state.doc)).toBe("one ")
    expect(textsOf(b.state.doc).slice(-2)).toEqual(["twoNEW", "behind"])
    expectSound(a, b)
  })

  test("joining a paragraph to the table puts its words into the caption", () => {
    const [a, b] = two()
    a.change((tr) => tr.delete(inCaption(tr.doc), a.at(5)))
    typesInCell(b, 0, 0, "X")
    b.type(b.at(5), "NEW")
    syncAll([a, b])
    expect(captionOf(b.state.doc)).toBe("NEWbehind")
    expectSound(a, b)
  })

  test("deleting from text over the whole table leaves what stands behind it", () => {
    const [a, b] = two()
    a.change((tr) => tr.delete(a.at(0, 3), a.at(5, 2)))
    b.receive(a)
    expect(textsOf(b.state.doc)).toEqual(["befhind"])
    expectSound(a, b)
  })

  test("a change across the border of a table or of a cell is refused", () => {
    const [a] = two()
    const before = a.state.doc
    a.change((tr) => tr.delete(a.at(0, 3), a.at(2, 1)))
    a.change((tr) => tr.delete(a.at(1), a.at(2, 1)))
    const { pos } = tableAt(a.state.doc)
    a.change((tr) => tr.setNodeAttribute(pos + 1, "widths", [10]))
    a.change((tr) =>
      tr.replace(cellAt(tr.doc, 0, 1).pos + 1, undefined, new Slice(Fragment.from(newTable(WORDS)), 0, 0)),
    )
    expect(a.state.doc).toBe(before)
    expectSound(a)
  })

  test("a marker with an id that can be no part of a root's name is no table", () => {
    const doc = new Y.Doc()
    doc.getText("flow").insertEmbed(0, { b: "a:b" })
    doc.getText("flow").insert(1, "words")
    doc.getMap("attrs").set("a:b.kind", "table")
    const peer = new Peer(9, Y.encodeStateAsUpdate(doc))
    expect(tablesOf(peer.state.doc)).toEqual([])
    expect(textsOf(peer.state.doc)).toEqual(["words"])
  })

  test("awareness positions in cells, also in empty ones, survive others' work", () => {
    const [a, b] = two()
    const inD = cellAt(a.state.doc, 1, 1).pos + 2
    const relative = JSON.parse(JSON.stringify(a.binding.toRelative(a.state, inD))) as unknown
    editsTable(b, (table, at) => table.addRow(at.row(0), "after"))
    a.receive(b)
    const empty = cellAt(a.state.doc, 1, 0).pos + 1
    const inEmpty = JSON.parse(JSON.stringify(a.binding.toRelative(a.state, empty))) as unknown
    b.receive(a)
    expect(b.binding.toAbsolute(b.state, relative)).toBe(cellAt(b.state.doc, 2, 1).pos + 2)
    expect(b.binding.toAbsolute(b.state, inEmpty)).toBe(cellAt(b.state.doc, 1, 0).pos + 1)
    expect(b.binding.toAbsolute(b.state, { client: 0, clock: 0, side: 0, root: "cell:a:b:c" })).toBeNull()
    expect(b.binding.toAbsolute(b.state, { client: 0, clock: 0, side: 0, root: 7 })).toBeNull()
  })

  test("the first table of a document comes while somebody composes: their block stays as it is until they are done", () => {
    const plain = startingWith((author) => write(author, ["before", "behind"]))
    const [a, b] = two(plain)
    a.change((tr) => tr.setSelection(TextSelection.create(tr.doc, a.at(0, 3))))
    a.view.composing = true
    a.change((tr) => tr.insertText("x", a.at(0, 3)))
    b.type(b.at(0), "NEW")
    b.change((tr) => tr.insert(b.at(1) - 1, newTable(WORDS)))
    a.receive(b)
    expect(textsOf(a.state.doc)[0]).toBe("befxore")
    expect(a.state.selection.head).toBe(a.at(0, 4))
    a.change((tr) => tr.insertText("y", a.at(0, 4)))
    expect(textsOf(a.state.doc)[0]).toBe("befxyore")
    a.view.composing = false
    a.view.dispatch(a.state.tr)
    syncAll([a, b])
    expect(textsOf(a.state.doc)[0]).toBe("NEWbefxyore")
    expect(a.state.selection.head).toBe(a.at(0, 8))
    expect(cellTexts(a.state.doc)).toEqual(WORDS)
    expectSound(a, b)
  })

  test("a document without tables, and one tries to put one in while composing: what others wrote there is shown afterwards", () => {
    const plain = startingWith((author) => write(author, ["before", "behind"]))
    const [a, b] = two(plain)
    a.change((tr) => tr.setSelection(TextSelection.create(tr.doc, a.at(0, 3))))
    a.view.composing = true
    b.type(b.at(0), "NEW")
    a.receive(b)
    a.change((tr) => tr.insertText("x", a.at(0, 3)))
    a.change((tr) => tr.insert(a.at(1) - 1, newTable(WORDS)))
    expect(tablesOf(a.state.doc)).toHaveLength(0)
    expect(textsOf(a.state.doc)[0]).toBe("befxore")
    a.view.composing = false
    a.view.dispatch(a.state.tr)
    expect(textsOf(a.state.doc)).toEqual(["NEWbefxore", "behind"])
    expect(a.state.selection.head).toBe(a.at(0, 7))
    syncAll([a, b])
    expectSound(a, b)
  })

  test("covered cells that somebody empties are covered at once, by deletion, by undo, and by another person", () => {
    const [a, b] = two()
    editsTable(a, (table, at) => table.merge(at.cell(1, 0), at.cell(1, 1)))
    expect(cellTexts(a.state.doc)[1]).toEqual(["c", "d"])
    b.receive(a)
    const d = cellAt(a.state.doc, 1, 1)
    a.change((tr) => tr.delete(d.pos + 1, d.pos + 2))
    expect(cellTexts(a.state.doc)[1]).toEqual(["c"])
    expectSound(a)
    b.receive(a)
    expect(cellTexts(b.state.doc)[1]).toEqual(["c"])
    a.undo()
    expect(cellTexts(a.state.doc)[1]).toEqual(["c", "d"])
    expectSound(a)
    // Somebody types in it where it is still shown, and takes it back.
    b.receive(a)
    typesInCell(b, 1, 1, "e", 1)
    a.receive(b)
    const de = cellAt(a.state.doc, 1, 1)
    a.change((tr) => tr.delete(de.pos + 1, de.pos + 3))
    expect(cellTexts(a.state.doc)[1]).toEqual(["c"])
    b.receive(a)
    expectSound(a, b)
  })

  test("composing in a cell: what others do in the table waits, and is there afterwards", () => {
    const [a, b] = two()
    const { pos } = cellAt(a.state.doc, 0, 0)
    a.change((tr) => tr.setSelection(TextSelection.create(tr.doc, pos + 2)))
    a.view.composing = true
    a.change((tr) => tr.insertText("x", pos + 2))
    typesInCell(b, 0, 0, "NEW", 1)
    typesInCell(b, 1, 1, "!", 1)
    editsTable(b, (table, at) => table.addRow(at.row(0), "before"))
    a.receive(b)
    const shown = a.state.doc
    expect(cellTexts(shown)).toEqual([
      ["ax", "b"],
      ["c", "d"],
    ])
    a.change((tr) => tr.insertText("y", pos + 3))
    expect(cellTexts(a.state.doc)[0]).toEqual(["axy", "b"])
    a.view.composing = false
    a.view.dispatch(a.state.tr)
    syncAll([a, b])
    expect(cellTexts(a.state.doc)[0]).toEqual(["", ""])
    expect(cellTexts(a.state.doc)[1]?.[0]).toMatch(/^a(xyNEW|NEWxy)$/)
    expect(cellTexts(a.state.doc)[2]).toEqual(["c", "d!"])
    expectSound(a, b)
  })

  test("composing in a table that another person has moved too: it is shown once, and all that is composed is in it", () => {
    const [a, b] = two()
    movesTable(b, b.at(0) - 1)
    movesTable(a, a.endOf(1) + 1)
    const { pos } = cellAt(a.state.doc, 0, 0)
    a.change((tr) => tr.setSelection(TextSelection.create(tr.doc, pos + 2)))
    a.view.composing = true
    a.change((tr) => tr.insertText("x", pos + 2))
    a.receive(b)
    expect(tablesOf(a.state.doc)).toHaveLength(1)
    const { head } = a.state.selection
    a.change((tr) => tr.insertText("y", head))
    expect(cellTexts(a.state.doc)[0]).toEqual(["axy", "b"])
    a.view.composing = false
    a.view.dispatch(a.state.tr)
    syncAll([a, b])
    expect(tablesOf(a.state.doc)).toHaveLength(1)
    expect(cellTexts(a.state.doc)[0]).toEqual(["axy", "b"])
    expectSound(a, b)
  })

  test("another table that is pasted from a paragraph into the caption comes in the place of the whole table", () => {
    const [a, b] = two(withTable("caption"))
    const pasted = Fragment.from([viewSchema.nodes.block.create(), newTable([["x", "y", "z"]], "other ")])
    const end = inCaption(a.state.doc, 4)
    a.change((tr) => tr.replace(a.at(0, 3), end, new Slice(pasted, 1, 2)))
    expect(tablesOf(a.state.doc)).toHaveLength(1)
    expect(cellTexts(a.state.doc)).toEqual([["x", "y", "z"]])
    expect(captionOf(a.state.doc)).toBe("other ion")
    syncAll([a, b])
    expectSound(a, b)
  })
})

describe("in the middle of what is done to a table, another person's work comes in", () => {
  test("who deletes it has the words that were joined to its caption behind the block before", () => {
    const [a, b] = two(withTable("caption"))
    b.change((tr) => tr.delete(inCaption(tr.doc, 7), b.endOf(5) - 6))
    expect(captionOf(b.state.doc)).toBe("captionbehind")
    a.view.meanwhile = () => a.receive(b)
    deletesTable(a)
    expect(textsOf(a.state.doc)).toEqual(["beforebehind"])
    syncAll([a, b])
    expectSound(a, b)
  })

  test("where no block is before it, it stays, with the words that its author did not see", () => {
    const content = startingWith((author) => {
      write(author, ["", "behind"])
      author.change((tr) => tr.replaceWith(author.at(0) - 1, author.endOf(0) + 1, newTable(WORDS, "caption")))
    })
    const [a, b] = two(content)
    b.change((tr) => tr.delete(inCaption(tr.doc, 7), b.endOf(4) - 6))
    expect(captionOf(b.state.doc)).toBe("captionbehind")
    a.view.meanwhile = () => a.receive(b)
    deletesTable(a)
    expect(cellTexts(a.state.doc)).toEqual(WORDS)
    expect(captionOf(a.state.doc)).toBe("behind")
    syncAll([a, b])
    expectSound(a, b)
  })

  test("who deletes a range takes the table along, and leaves what came in around it", () => {
    const [a, b] = two(withTable("caption"))
    b.type(b.at(0, 4), "NEW")
    typesInCell(b, 0, 0, "hidden", 1)
    a.view.meanwhile = () => a.receive(b)
    a.change((tr) => tr.delete(a.at(0, 2), a.at(5, 3)))
    expect(textsOf(a.state.doc)).toEqual(["beNEW", "ind"])
    syncAll([a, b])
    expectSound(a, b)
    a.undo()
    expect(cellTexts(a.state.doc)[0]).toEqual(["ahidden", "b"])
  })

  test("who moves it finds in it what was typed meanwhile", () => {
    const [a, b] = two()
    typesInCell(b, 0, 1, "NEW", 1)
    a.view.meanwhile = () => a.receive(b)
    movesTable(a, a.endOf(5) + 1)
    expect(cellTexts(a.state.doc)[0]).toEqual(["a", "bNEW"])
    syncAll([a, b])
    expectSound(a, b)
  })
})
