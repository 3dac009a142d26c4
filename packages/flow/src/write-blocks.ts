import type { Node } from "prosemirror-model"
import type * as Y from "yjs"
import type { BlockAttributes } from "./block-attributes.ts"
import type { BlockIndex } from "./block-index.ts"
import type { ChangedBlocks } from "./changed-blocks.ts"
import { FlowCursor, type Piece } from "./flow-cursor.ts"
import { FENCE, toFlowText } from "./grammar.ts"
import { islandOf } from "./island.ts"
import type { SchemaMap } from "./schema-map.ts"
import { markerIdOf } from "./yjs-items.ts"

/** Where one change is written: the transaction and what it works on. */
export interface WriteContext {
  readonly transaction: Y.Transaction
  readonly text: Y.Text
  readonly map: SchemaMap
  readonly index: BlockIndex
  readonly attributes: BlockAttributes
  /** Ids that new blocks may have: those given out for them, and those of blocks that this change has deleted so far, for to put one of these in again is to move it. */
  readonly freed: Set<string>
}

/** A place inside a block of the index: units counted from the block's beginning. */
export interface PlaceInBlock {
  readonly block: number
  readonly unit: number
}

/** What is inserted of one block. */
interface Segment {
  readonly pieces: readonly Piece[]
  /** The id that the view's block has. */
  readonly id: string | null
  readonly isIsland: boolean
}

/** What is inserted: one segment, or several with a break between each two. */
export type Segments = readonly Segment[]

const NOTHING: Segment = { pieces: [], id: null, isIsland: false }

/** Puts `segments` in the place of what lies between two places, which may be in different blocks. */
export function replaceInside(write: WriteContext, from: PlaceInBlock, to: PlaceInBlock, segments: Segments): void {
  const last = segments.at(-1) ?? NOTHING
  if (from.block < to.block && segments.length > 1) {
    // Both sides have a break: the last one stays, so that the block behind it keeps its marker and whatever is typed in it now.
    replaceInside(write, { block: to.block, unit: 0 }, to, [last])
    const end = { block: to.block - 1, unit: write.index.at(to.block - 1).units }
    replaceInside(write, from, end, segments.slice(0, -1))
    return
  }
  const block = write.index.at(from.block)
  const cursor = FlowCursor.inside(write.transaction, write.text, write.map, block)
  cursor.advance(from.unit)
  deleteBetween(write, cursor.copy(), from, to)
  if (block.marker === null && from.unit === 0) cursor.ensureOpeningFence()
  if (segments.length < 2) {
    cursor.insertUnits(last.pieces)
    if (last.pieces.length > 0) cursor.ensureFence()
  } else if (cursor.isAtEndOfText()) {
    // Behind the fence: what others type at this block's end has its last unit to the left, and the fence keeps it out of the new block.
    cursor.insertUnits(segments[0]?.pieces ?? [])
    cursor.toEndOfBlock()
    for (const segment of segments.slice(1)) insertBlock(write, cursor, segment)
  } else if (from.unit === 0 && block.marker !== null && block.body === 0) {
    // Before the marker: the block's identity, and what others type in it now, stay with its text. An island stays where it is.
    const before = FlowCursor.before(write.transaction, write.text, write.map, block)
    before.ensureFenceBehind()
    for (const segment of segments.slice(0, -1)) insertBlock(write, before, segment)
    cursor.insertUnits(last.pieces)
  } else if (from.unit === 0 && cursor.isBehindOpeningFence()) {
    insertBlocks(write, 0, segments.slice(0, -1))
    cursor.insertUnits(last.pieces)
  } else {
    cursor.insertUnits(segments[0]?.pieces ?? [])
    for (const segment of segments.slice(1)) {
      cursor.insertFence()
      cursor.insertMarker(idFor(write, segment))
      cursor.insertUnits(segment.pieces)
    }
  }
  if (block.marker === null) keepFirstBlock(write)
}

/** Inserts whole blocks before a block of the index, or behind the last. */
export function insertBlocks(write: WriteContext, before: number, blocks: Segments): void {
  if (before > 0) {
    const cursor = FlowCursor.inside(write.transaction, write.text, write.map, write.index.at(before - 1))
    cursor.toEndOfBlock()
    for (const segment of blocks) insertBlock(write, cursor, segment)
    return
  }
  const next = write.index.at(0)
  const cursor = FlowCursor.before(write.transaction, write.text, write.map, next)
  if (next.marker !== null) {
    for (const segment of blocks) insertBlock(write, cursor, segment)
    return
  }
  // Nothing can stand before a block without marker: the first new block takes its place, and the old text gets a marker. One that
  // was moved there keeps its own marker all the same.
  for (const [i, segment] of blocks.entries()) {
    const id = idFor(write, segment)
    if (i > 0 || segment.isIsland || id !== undefined) cursor.insertMarker(id)
    else cursor.insertFence()
    cursor.insertUnits(segment.pieces)
    cursor.insertFence()
  }
  const marker = cursor.insertMarker()
  const id = markerIdOf(marker) ?? next.id
  for (const [key, value] of write.attributes.of(next.id)) {
    write.attributes.write(id, key, value)
    write.attributes.write(next.id, key, undefined)
  }
  if (cursor.isAtEndOfText()) cursor.ensureFence()
}

/** Puts others in the place of whole blocks of the index. */
export function replaceBlocks(write: WriteContext, first: number, behind: number, blocks: Segments): void {
  if (blocks.length > 0) {
    const cursor = FlowCursor.inside(write.transaction, write.text, write.map, write.index.at(behind - 1))
    cursor.toEndOfBlock()
    for (const segment of blocks) insertBlock(write, cursor, segment)
  }
  deleteBlocks(write, first, behind)
}

function deleteBlocks(write: WriteContext, first: number, behind: number): void {
  const cursor = FlowCursor.before(write.transaction, write.text, write.map, write.index.at(first))
  for (let i = first; i < behind; i++) {
    const block = write.index.at(i)
    if (block.marker !== null) cursor.deleteMarker()
    write.freed.add(block.id)
    cursor.deleteContent(block.units)
  }
}

/** The content of a range, in flat positions after a change, block by block, beginning in the block `first`, which begins at `start`. */
export function segmentsBetween(
  changed: ChangedBlocks,
  first: number,
  start: number,
  from: number,
  to: number,
): Segments {
  const segments: Segment[] = []
  let before = start
  for (let i = first; i < changed.length && (before < to || i === first); i++) {
    const block = changed.after(i)
    const end = before + block.nodeSize
    const pieces = piecesBetween(block, Math.max(from, before + 1) - before - 1, Math.min(to, end - 1) - before - 1)
    const id: unknown = block.attrs["id"]
    segments.push({ pieces, id: typeof id === "string" ? id : null, isIsland: islandOf(block) !== null })
    before = end
  }
  return segments
}

/** The content of a range of a block, in units. */
export function piecesBetween(block: Node, from: number, to: number): Piece[] {
  const pieces: Piece[] = []
  if (to <= from) return pieces
  block.nodesBetween(from, to, (node, at) => {
    if (!node.isText) pieces.push({ content: node, marks: node.marks })
    else {
      const text = (node.text ?? "").slice(Math.max(0, from - at), to - at)
      if (text !== "") pieces.push({ content: toFlowText(text), marks: node.marks })
    }
  })
  return pieces
}

/**
 * The id under which a block is put in: its own if the same change has taken it away elsewhere, for then it was moved and its attributes
 * are still there; an island's also whenever it is gone. A copy of what is still there becomes another block.
 */
function idFor({ index, attributes, freed }: WriteContext, { id, isIsland }: Segment): string | undefined {
  if (id === null) return undefined
  // Also where a second marker of it is left: a copy would have the words of its cells twice.
  if (isIsland && freed.delete(id)) return id
  for (const { marker } of index.ofId(id)) if (marker === null || !marker.deleted) return undefined
  if (isIsland) return attributes.of(id).size === 0 ? undefined : id
  return freed.delete(id) ? id : undefined
}

function insertBlock(write: WriteContext, cursor: FlowCursor, segment: Segment): void {
  const { pieces } = segment
  cursor.insertMarker(idFor(write, segment))
  const last = pieces.at(-1)
  if (last !== undefined && typeof last.content === "string" && cursor.hasInForce(last.marks)) {
    // Text and fence as one item: Yjs would join them anyway, and joining is slow where there are thousands.
    cursor.insertUnits([...pieces.slice(0, -1), { content: last.content + FENCE, marks: last.marks }])
  } else {
    cursor.insertUnits(pieces)
    cursor.insertFence()
  }
}

function deleteBetween(write: WriteContext, cursor: FlowCursor, from: PlaceInBlock, to: PlaceInBlock): void {
  for (let i = from.block; i <= to.block; i++) {
    const start = i === from.block ? from.unit : 0
    const end = i === to.block ? to.unit : write.index.at(i).units
    if (i > from.block) {
      cursor.deleteClose()
      cursor.deleteMarker()
      write.freed.add(write.index.at(i).id)
    }
    cursor.deleteUnits(end - start)
  }
}

/** The block without a marker vanishes with its last unit and fence; where the view keeps it, it needs a fence. */
function keepFirstBlock(write: WriteContext): void {
  const start = FlowCursor.inside(write.transaction, write.text, write.map, write.index.at(0))
  if (start.isAtMarker()) start.insertFence()
}
