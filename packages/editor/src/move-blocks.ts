import { moveBlocks } from "@ligature/flow"
import type { Node, ResolvedPos } from "prosemirror-model"
import { type Command, type EditorState, NodeSelection, TextSelection, type Transaction } from "prosemirror-state"
import { blockAround, type PlacedBlock } from "./blocks.ts"
import { isIsland, islandAround } from "./islands.ts"

/** Moves the selected blocks, with what is nested below them, before the one above with all that is nested below that. */
export const moveUp: Command = (state, dispatch) => move(state, dispatch, "up")

/** The same, behind the one below. */
export const moveDown: Command = (state, dispatch) => move(state, dispatch, "down")

/** A block or table and what is nested below it, in order: what moves when it does. */
export function withNestedBelow(doc: Node, top: PlacedBlock): PlacedBlock[] {
  const blocks = [top]
  if (top.node.attrs["list"] == null) return blocks
  for (let next = neighbour(doc, top, 1); next !== null; next = neighbour(doc, next, 1)) {
    if (indentOf(next) <= indentOf(top)) break
    blocks.push(next)
  }
  return blocks
}

/** The block around a position, or the table if it is not in a cell. */
export function movableAround(position: ResolvedPos): PlacedBlock | null {
  const after = position.nodeAfter
  if (isIsland(after) && after !== null) return { node: after, pos: position.pos }
  return blockAround(position) ?? islandAround(position)
}

/** Puts blocks, which must follow each other, to a border of blocks, in one step of undo. The selection stays in its words. */
export function moveTo(tr: Transaction, blocks: readonly PlacedBlock[], target: number): Transaction {
  const [first, last] = [blocks[0], blocks.at(-1)]
  if (first === undefined || last === undefined) return tr
  const { selection } = tr
  const anchor = offsetIn(blocks, selection.anchor)
  const head = offsetIn(blocks, selection.head)
  const isInside = selection.from >= first.pos && selection.from < endOf(last)
  const at = moveBlocks(tr, first.pos, endOf(last), target)
  if (!isInside) return tr
  return tr.setSelection(
    selection instanceof NodeSelection
      ? NodeSelection.create(tr.doc, at + anchor)
      : TextSelection.between(tr.doc.resolve(at + anchor), tr.doc.resolve(at + head)),
  )
}

function move(state: EditorState, dispatch: ((tr: Transaction) => void) | undefined, way: "up" | "down"): boolean {
  const blocks = movables(state)
  const [first, last] = [blocks[0], blocks.at(-1)]
  if (first === undefined || last === undefined) return false
  const depth = Math.min(...blocks.map(indentOf))
  let beside = way === "up" ? neighbour(state.doc, first, -1) : neighbour(state.doc, last, 1)
  if (beside === null) return false
  if (way === "up") {
    while (indentOf(beside) > depth) {
      const before = neighbour(state.doc, beside, -1)
      if (before === null) break
      beside = before
    }
  } else if (indentOf(beside) >= depth) beside = withNestedBelow(state.doc, beside).at(-1) ?? beside
  dispatch?.(moveTo(state.tr, blocks, way === "up" ? beside.pos : endOf(beside)).scrollIntoView())
  return true
}

/** What the selection touches, with what is nested below; nothing where it reaches over the border of a cell. */
function movables({ doc, selection }: EditorState): PlacedBlock[] {
  const { $from, $to, empty } = selection
  const first = movableAround($from)
  let last = selection instanceof NodeSelection ? first : movableAround($to)
  if (first === null || last === null) return []
  // A range that only reaches a block with its very end does not touch it.
  if (!empty && last.pos > first.pos && $to.pos <= last.pos + 1) last = neighbour(doc, last, -1) ?? last
  const blocks = [first]
  for (let next: PlacedBlock | null = first; next !== null && next.pos < last.pos;) {
    next = neighbour(doc, next, 1)
    if (next !== null) blocks.push(next)
  }
  const reached = blocks.at(-1)
  if (reached?.pos !== last.pos) return []
  const nested = withNestedBelow(doc, reached).slice(1)
  return [...blocks, ...nested]
}

/** The block or table beside another, over the borders of what only groups them; null at the edge of the document or cell. */
function neighbour(doc: Node, { node: { nodeSize }, pos }: PlacedBlock, way: -1 | 1): PlacedBlock | null {
  let at = doc.resolve(way === 1 ? pos + nodeSize : pos)
  while ((way === 1 ? at.nodeAfter : at.nodeBefore) === null && at.depth > 0) {
    if (at.parent.type.spec.isolating === true) return null
    at = doc.resolve(way === 1 ? at.after() : at.before())
  }
  let node = way === 1 ? at.nodeAfter : at.nodeBefore
  let edge = at.pos
  while (node !== null && !node.isTextblock && !isIsland(node)) {
    node = way === 1 ? node.firstChild : node.lastChild
    edge += way
  }
  return node === null ? null : { node, pos: way === 1 ? edge : edge - node.nodeSize }
}

/** How far behind the first block's beginning a position lies when nothing stands between the blocks; at most at the end of the last. */
function offsetIn(blocks: readonly PlacedBlock[], position: number): number {
  let before = 0
  for (const { node, pos } of blocks) {
    if (position >= pos && position < pos + node.nodeSize) return before + position - pos
    before += node.nodeSize
  }
  return before - 1
}

function endOf({ node, pos }: PlacedBlock): number {
  return pos + node.nodeSize
}

function indentOf({ node }: PlacedBlock): number {
  return typeof node.attrs["indent"] === "number" ? node.attrs["indent"] : 0
}
