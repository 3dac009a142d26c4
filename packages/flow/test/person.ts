import type { Node } from "prosemirror-model"
import type { EditorState, Transaction } from "prosemirror-state"
import * as Y from "yjs"
import { moveBlocks } from "../src/index.ts"
import { blockAt } from "./blocks.ts"

/** What one person can do in a document, whatever binds it. Blocks and units are counted from 0. */
export interface Person {
  readonly doc: Y.Doc
  readonly state: EditorState
  change(edit: (transaction: Transaction) => unknown): void
  undo(): boolean
  /** The document as somebody sees it who opens it now. */
  rebuilt(): Node
  destroy(): void
}

/** Each gets what the other has. */
export function exchange(a: Person, b: Person): void {
  const fromA = Y.encodeStateAsUpdate(a.doc, Y.encodeStateVector(b.doc))
  const fromB = Y.encodeStateAsUpdate(b.doc, Y.encodeStateVector(a.doc))
  Y.applyUpdate(b.doc, fromA, a)
  Y.applyUpdate(a.doc, fromB, b)
}

function place(person: Person, block: number, unit: number): number {
  return blockAt(person.state.doc, block).pos + 1 + unit
}

export function lengthOf(person: Person, block: number): number {
  return blockAt(person.state.doc, block).node.content.size
}

export function types(person: Person, block: number, unit: number, text: string): void {
  person.change((tr) => tr.insertText(text, place(person, block, unit)))
}

export function pressesEnter(person: Person, block: number, unit: number, attrs?: Record<string, unknown>): void {
  const { type } = blockAt(person.state.doc, block).node
  const types = attrs === undefined ? undefined : [{ type, attrs }]
  person.change((tr) => tr.split(place(person, block, unit), 1, types))
}

export function joins(person: Person, block: number): void {
  const before = blockAt(person.state.doc, block - 1)
  person.change((tr) => tr.delete(before.pos + before.node.nodeSize - 1, place(person, block, 0)))
}

export function sets(person: Person, block: number, attrs: Record<string, unknown>): void {
  person.change((tr) => {
    for (const [name, value] of Object.entries(attrs)) tr.setNodeAttribute(place(person, block, 0) - 1, name, value)
  })
}

export function deletes(person: Person, from: [block: number, unit: number], to: [block: number, unit: number]): void {
  person.change((tr) => tr.delete(place(person, ...from), place(person, ...to)))
}

export function deletesBlock(person: Person, block: number): void {
  const { node, pos } = blockAt(person.state.doc, block)
  person.change((tr) => tr.deleteRange(pos, pos + node.nodeSize))
}

/** Takes some blocks away and puts them before another one, or behind the last: what dragging and its keys do. */
export function movesBlocks(person: Person, first: number, count: number, before: number): void {
  const { node, pos } = blockAt(person.state.doc, first + count - 1)
  const from = blockAt(person.state.doc, first).pos
  person.change((tr) => moveBlocks(tr, from, pos + node.nodeSize, borderBefore(person.state.doc, before)))
}

/** The position before a block; for the number behind the last, the one behind that. */
function borderBefore(doc: Node, block: number): number {
  if (block === 0) return blockAt(doc, 0).pos
  const { node, pos } = blockAt(doc, block - 1)
  return pos + node.nodeSize
}

export function marks(person: Person, mark: "bold" | "italic", block: number, from: number, to: number): void {
  person.change((tr) =>
    tr.addMark(place(person, block, from), place(person, block, to), person.state.schema.mark(mark)),
  )
}

export function insertsBreak(person: Person, block: number, unit: number): void {
  person.change((tr) => tr.insert(place(person, block, unit), person.state.schema.node("hard_break")))
}

export function undoesAll(person: Person): void {
  while (person.undo());
}

export function marksOf(doc: Node, word: string): string[] {
  const names = new Set<string>()
  doc.descendants((node) => {
    if (node.isText && node.text?.includes(word) === true) for (const mark of node.marks) names.add(mark.type.name)
  })
  return [...names].sort()
}
