import type { Node } from "prosemirror-model"
import { AddMarkStep, AttrStep, RemoveMarkStep, type Step, type Transform } from "prosemirror-transform"
import type * as Y from "yjs"
import type { BlockAttributes } from "./block-attributes.ts"
import { Block } from "./block.ts"
import type { BlockIndex } from "./block-index.ts"
import { ChangedBlocks } from "./changed-blocks.ts"
import { FlowCursor, FlowFault } from "./flow-cursor.ts"
import { formatEdits, sameUnits } from "./format-edits.ts"
import { type Formats, NO_FORMATS, sameFormats, sameValue } from "./formats.ts"
import { extentOf, islandOf } from "./island.ts"
import type { Islands } from "./islands.ts"
import { readBlock } from "./read-block.ts"
import { readBlocks } from "./read-flow.ts"
import type { SchemaMap } from "./schema-map.ts"
import { containerAt } from "./sections.ts"
import { type ChangedRange, keepPairs, rangeOfStep, unitAt } from "./step-ranges.ts"
import { commonEnds } from "./tokens.ts"
import { insertBlocks, replaceBlocks, replaceInside, segmentsBetween } from "./write-blocks.ts"
import { firstItem } from "./yjs-items.ts"

/**
 * Writes ProseMirror steps into the flow, inside one Yjs transaction. After every step the blocks it touched are read
 * back, compared with the view's document, and the index is brought up to date; the next step builds on that.
 */
export class StepWriter {
  readonly #transaction: Y.Transaction
  readonly #text: Y.Text
  readonly #map: SchemaMap
  readonly #index: BlockIndex
  readonly #attributes: BlockAttributes
  readonly #islands: Islands | null
  readonly #freed: Set<string>
  /** Blocks that the view shows otherwise than they are stored now: new ids, characters that cannot be stored as they came. */
  readonly toRedraw: Set<Block> = new Set()
  /** Islands that have to be stored under the ids of their blocks, as the view shows them. */
  readonly newIslands: Map<Block, Node> = new Map()

  constructor(
    transaction: Y.Transaction,
    text: Y.Text,
    map: SchemaMap,
    index: BlockIndex,
    attributes: BlockAttributes,
    islands: Islands | null = null,
    freed: Set<string> = new Set(),
  ) {
    this.#freed = freed
    this.#transaction = transaction
    this.#text = text
    this.#map = map
    this.#index = index
    this.#attributes = attributes
    this.#islands = islands
  }

  write(change: Transform): void {
    for (const [i, step] of change.steps.entries()) {
      const before = change.docs[i]
      const after = change.docs[i + 1] ?? change.doc
      if (before !== undefined && before !== after) this.writeStep(step, before, after)
    }
  }

  /** Writes one step that changes nothing but what the flow has: blocks of its container, and whole islands between them. */
  writeStep(step: Step, before: Node, after: Node): void {
    const { start } = this.#index
    const changed = new ChangedBlocks(this.#index, this.#map, containerAt(before, start), containerAt(after, start))
    this.#writeChange(step, changed)
    changed.takeSections()
  }

  #writeChange(step: Step, changed: ChangedBlocks): void {
    if (step instanceof AttrStep) {
      const { index, offset } = this.#index.locate(step.pos)
      if (offset === 0) return this.#settle(index, index, changed)
      return this.#replace({ from: step.pos, to: step.pos + 1, newTo: step.pos + 1 }, changed)
    }
    const range = rangeOfStep(step)
    if (range !== null) return this.#replace(range, changed)
    if (step instanceof AddMarkStep || step instanceof RemoveMarkStep) {
      if (step instanceof AddMarkStep) this.#addMark(step, changed)
      const first = this.#index.locate(step.from).index
      const last = Math.min(this.#index.locate(step.to).index, this.#index.length - 1)
      return first > last ? undefined : this.#settle(first, last, changed)
    }
    const differing = changed.differing()
    if (differing !== null) this.#settle(differing.first, differing.last, changed)
  }

  /** Formats whole ranges at once where the mark now covers them: fewer items, and others' words inside get the mark too. */
  #addMark(step: AddMarkStep, changed: ChangedBlocks): void {
    const { key, value } = this.#map.keyOf(step.mark)
    const last = this.#index.locate(step.to)
    for (let i = this.#index.locate(step.from).index; i <= last.index && i < this.#index.length; i++) {
      const block = changed.after(i)
      const start = this.#index.positionOf(i) + this.#index.at(i).lead
      const from = Math.max(0, step.from - start)
      const to = Math.min(block.content.size, step.to - start)
      if (to <= from) continue
      let covered = true
      block.nodesBetween(from, to, (node) => {
        covered &&= step.mark.isInSet(node.marks)
      })
      if (!covered) continue
      const cursor = FlowCursor.inside(this.#transaction, this.#text, this.#map, this.#index.at(i))
      cursor.advance(from)
      cursor.formatUnits(to - from, key, value)
    }
  }

  #replace(positions: ChangedRange, changed: ChangedBlocks): void {
    const index = this.#index
    const { added } = changed
    const range = this.#flatten(positions, changed)
    if (range.from === range.to && range.from === range.newTo) return
    const whole = this.#keepPairs(range, changed)
    const first = index.locateFlat(whole.from).index
    const end = index.locateFlat(whole.to)
    const last = Math.min(end.index, index.length - 1)
    const { from, to, newTo } = this.#wholeIslands(this.#withoutCommonEnds(whole, changed), changed)
    const start = index.locateFlat(from)
    const stop = index.locateFlat(to)
    const write = {
      transaction: this.#transaction,
      text: this.#text,
      map: this.#map,
      index,
      attributes: this.#attributes,
      freed: this.#freed,
    }
    const base = index.flatOf(start.index)
    const isInside = start.offset > 0
    if (from === to && from === newTo) return this.#settle(first, last, changed)
    if (isInside) {
      const segments = segmentsBetween(changed, start.index, base, from, newTo)
      const isOneBlock = start.index === stop.index && segments.length < 2
      const place = { block: start.index, unit: start.offset - 1 }
      replaceInside(write, place, { block: stop.index, unit: stop.offset - 1 }, segments)
      if (isOneBlock) return this.#settle(first, last, changed, added)
    } else {
      const blocks = newTo > from ? segmentsBetween(changed, start.index, base, from, newTo) : []
      if (stop.offset > 0) {
        // The last block stays, with its marker, what follows in it, and what others type there now; only its beginning is another one.
        const end = { block: stop.index, unit: stop.offset - 1 }
        replaceInside(write, { block: stop.index, unit: 0 }, end, blocks.slice(-1))
      }
      const others = stop.offset > 0 ? blocks.slice(0, -1) : blocks
      if (stop.index === start.index) insertBlocks(write, start.index, others)
      else replaceBlocks(write, start.index, stop.index, others)
    }
    this.#settle(Math.min(first, Math.max(0, start.index - 1)), last, changed, added)
  }

  /** Where an island comes in the place of a block, or the reverse, they may have their ends in common; they are not the same all the same. */
  #wholeIslands(range: ChangedRange, changed: ChangedBlocks): ChangedRange {
    const { from, to, newTo } = range
    const stop = this.#index.locateFlat(to)
    if (stop.offset === 0 || this.#index.locateFlat(from).offset > 0) return range
    const [before, after] = [changed.before(stop.index), changed.after(stop.index + changed.added)]
    const isSame =
      islandOf(before) === null ? islandOf(after) === null : islandOf(after)?.attrs["id"] === before.attrs["id"]
    if (isSame) return range
    const rest = this.#index.flatOf(stop.index + 1) - to
    return { from, to: to + rest, newTo: newTo + rest }
  }

  /** In flat positions: what follows the range is the same before and after, apart from borders between sections. */
  #flatten({ from, to }: ChangedRange, changed: ChangedBlocks): ChangedRange {
    const end = this.#index.flatten(to)
    return { from: this.#index.flatten(from), to: end, newTo: end + changed.growth }
  }

  #keepPairs(range: ChangedRange, changed: ChangedBlocks): ChangedRange {
    const index = this.#index
    const start = index.locateFlat(range.from)
    const end = index.locateFlat(range.to)
    // Positions in the new document: at the beginning they are the old ones, at the end they are moved by the difference.
    const unitBefore = (position: number): number => {
      if (position < 0) return 0
      const place = index.locateFlat(position)
      return place.index < index.length ? unitAt(changed.before(place.index), place.offset - 1) : 0
    }
    const unitAfter = (position: number): number => {
      if (position === range.from) {
        return start.offset === 0 ? 0 : unitAt(changed.after(start.index), start.offset - 1)
      }
      if (end.offset === 0) return 0
      return unitAt(changed.after(end.index + changed.added), position - (range.newTo - end.offset) - 1)
    }
    return keepPairs(range, unitBefore, unitAfter)
  }

  #withoutCommonEnds(range: ChangedRange, changed: ChangedBlocks): ChangedRange {
    const { from, to, newTo } = range
    if (from === to || from === newTo) return range
    const first = this.#index.locateFlat(from).index
    const end = this.#index.locateFlat(to)
    const last = end.offset === 0 ? end.index - 1 : end.index
    const base = this.#index.flatOf(first)
    const before: Node[] = []
    for (let i = first; i <= last; i++) before.push(changed.before(i))
    const common = commonEnds(
      before,
      { from: from - base, to: to - base },
      changed.blocks(first, last + changed.added),
      { from: from - base, to: newTo - base },
    )
    return { from: from + common.start, to: to - common.end, newTo: newTo - common.end }
  }

  /**
   * Reads the blocks `first` to `last` of the old numbering again, of which there are now `added` more, and makes the flow's
   * attributes and formats what the view shows. Goes on behind them while formats run on changed.
   */
  #settle(first: number, last: number, changed: ChangedBlocks, added = 0): void {
    const index = this.#index
    const from = first === 0 ? null : index.at(first)
    const stop = last + 1 < index.length ? index.at(last + 1).marker : null
    const start =
      from === null || from.marker === null ? null : { marker: from.marker, startFormats: from.startFormats }
    const { found } = readBlocks(this.#text, this.#map, index, start, stop)
    const count = last - first + 1 + added
    if (found.length !== count) {
      throw new FlowFault(`the flow has ${found.length} blocks where the view has ${count}`)
    }
    const nodes = changed.blocks(first, first + count - 1)
    const isNew = found.map(({ block }) => !index.has(block))
    changed.takeBlocks(
      first,
      last,
      found.map(({ block }) => block),
      nodes.map(extentOf),
    )
    let formats = found[0]?.startFormats ?? NO_FORMATS
    for (const [i, node] of nodes.entries()) {
      const block = this.#settleAttributes(index.at(first + i), node, isNew[i] === true)
      formats = this.#settleContent(
        block,
        formats,
        node,
        found[i]?.content ?? null,
        found[i]?.startFormats,
        found[i]?.endFormats,
      )
    }
    for (let i = first + count; i < index.length; i++) {
      const block = index.at(i)
      if (sameFormats(block.startFormats, formats)) break
      formats = this.#settleContent(block, formats, changed.after(i), null)
    }
  }

  /** Makes what a block shows equal to the view, by formatting; returns the formats in force behind it. */
  #settleContent(
    block: Block,
    startFormats: Formats,
    node: Node,
    content: Node["content"] | null,
    readWith?: Formats,
    endFormats?: Formats,
  ): Formats {
    block.startFormats = startFormats
    if (content !== null && readWith === startFormats && endFormats !== undefined && content.eq(node.content))
      return endFormats
    let read = this.#read(block)
    if (read.content.eq(node.content)) return read.endFormats
    if (!sameUnits(read.content, node.content, this.#map)) {
      throw new FlowFault(
        `block ${block.id} holds ${JSON.stringify(read.content)} where the view shows ${JSON.stringify(node.content)}`,
      )
    }
    for (const edit of formatEdits(read.content, node.content, this.#map)) {
      const cursor = FlowCursor.inside(this.#transaction, this.#text, this.#map, block)
      cursor.advance(edit.from)
      cursor.formatUnits(edit.to - edit.from, edit.key, edit.value)
    }
    read = this.#read(block)
    if (!read.content.eq(node.content)) this.toRedraw.add(block)
    return read.endFormats
  }

  #read(block: Block): ReturnType<typeof readBlock> {
    const first = block.marker === null ? firstItem(this.#text) : block.marker.right
    return readBlock(first, block.startFormats, this.#map)
  }

  /** Stores the attributes that the view shows otherwise; returns the block, which is a new one if it was a twin and had to change. */
  #settleAttributes(block: Block, node: Node, isNew: boolean): Block {
    const island = islandOf(node)
    // What another island says than the one that was here would come to what is stored of that.
    const isOther = island !== null && node.attrs["id"] !== block.id && !this.newIslands.has(block)
    let current = isOther && this.#islands?.isIsland(block) === true ? this.#separate(block, new Map()) : block
    const shown = this.#map.blockAttrs(null, this.#attributes.of(current.id))
    for (const name of this.#map.attributeNames) {
      const fallback = this.#map.attributeDefault(name)
      const value: unknown = node.attrs[name]
      if (sameValue(Object.hasOwn(shown, name) ? shown[name] : fallback, value)) continue
      if (current === block && this.#index.isTwin(block)) {
        current = this.#separate(block, this.#attributes.of(block.id))
      }
      this.#attributes.write(current.id, name, sameValue(value, fallback) ? undefined : value)
      for (const twin of this.#index.ofId(current.id)) if (twin !== current) this.toRedraw.add(twin)
    }
    if (node.attrs["id"] !== (current.marker === null ? null : current.id)) this.toRedraw.add(current)
    if (island !== null && this.#islands !== null) {
      if (node.attrs["id"] !== current.id) this.newIslands.set(current, island)
      // Whatever came into the view as this island, and be it as it was some time ago: what is stored of it counts.
      if (isNew) this.#islands.distrust(current.id, island)
      this.toRedraw.add(current)
    }
    return current
  }

  /** Gives a block that shares its id with another one an id of its own. */
  #separate(block: Block, attributes: ReadonlyMap<string, unknown>): Block {
    const marker = FlowCursor.inside(this.#transaction, this.#text, this.#map, block).insertMarker()
    FlowCursor.before(this.#transaction, this.#text, this.#map, block).deleteMarker()
    const own = new Block(marker, block.startFormats)
    for (const [key, value] of attributes) this.#attributes.write(own.id, key, value)
    this.#index.splice(block.at, 1, [own], [{ size: block.size, body: block.body }])
    return own
  }
}
