import { ReplaceStep } from "prosemirror-transform"
import type { Transaction } from "prosemirror-state"
import type { Block } from "./block.ts"
import type { BlockIndex } from "./block-index.ts"
import { FlowCursor } from "./flow-cursor.ts"
import { type Formats, NO_FORMATS, withFormat } from "./formats.ts"
import { extentOf } from "./island.ts"
import { piecesBetween, type WriteContext } from "./write-blocks.ts"
import * as Y from "yjs"
import { FENCE } from "./grammar.ts"
import { findUnit, firstItem, idOf, isLiveMarker, kindOf, nextClock, splitItem, type UnitId } from "./yjs-items.ts"

/** An inner flow in which somebody composes, as the view shows it. */
export interface HeldInner {
  readonly root: string
  readonly text: Y.Text
  readonly index: BlockIndex
  /** How far behind the island's beginning it begins. */
  readonly offset: number
}

/**
 * While somebody composes (an IME, a dead key, most keyboards of phones), the browser owns the text node: nothing may redraw
 * the block. What others change there waits, and what is composed meanwhile is written next to the units that the view
 * still shows, wherever these are in the flow by now.
 */
export class CompositionHold {
  readonly block: Block
  /** The block of the main flow that it is, or that it stands in, and then where it does. */
  readonly outer: Block
  readonly inner: HeldInner | null
  /** The blocks of the main flow that wait: the composed one, and those that change together with it. */
  range: { readonly first: Block; readonly last: Block }
  /** What the view shows of the block, unit by unit; some may be deleted in the flow. */
  readonly #units: UnitId[]
  readonly #marker: UnitId | null

  constructor(
    block: Block,
    units: readonly UnitId[],
    held: { readonly outer: Block; readonly inner: HeldInner } | null,
  ) {
    this.block = block
    this.outer = held?.outer ?? block
    this.inner = held?.inner ?? null
    this.#marker = idOf(block.marker)
    this.range = { first: this.outer, last: this.outer }
    this.#units = [...units]
  }

  /** The units beside a place in the block as the view shows it. */
  placeAt(unit: number): { left: UnitId | null; right: UnitId | null } {
    return { left: this.#units[unit - 1] ?? null, right: this.#units[unit] ?? null }
  }

  /** Whether these changes are only text put into the block or taken out of it. */
  canWrite(changes: readonly Transaction[], index: BlockIndex): boolean {
    const start = index.positionOf(this.block.at) + this.block.lead
    let size = this.block.units
    for (const change of changes) {
      for (const step of change.steps) {
        if (!(step instanceof ReplaceStep) || step.from < start || step.to > start + size) return false
        const { slice } = step
        const isFlat = slice.openStart === 0 && slice.openEnd === 0
        if (!isFlat || (slice.content.firstChild !== null && !slice.content.firstChild.isInline)) return false
        size += slice.size - (step.to - step.from)
      }
    }
    return true
  }

  write(context: WriteContext, changes: readonly Transaction[]): void {
    const { index } = context
    const start = index.positionOf(this.block.at)
    for (const change of changes) {
      for (const [i, step] of change.steps.entries()) {
        const after = (change.docs[i + 1] ?? change.doc).nodeAt(start)
        if (!(step instanceof ReplaceStep) || after === null) continue
        const { slice } = step
        const from = step.from - start - this.block.lead
        this.#replace(context, from, from + step.to - step.from, () =>
          piecesBetween(context.map.flat(after), from, from + slice.size),
        )
        index.resize(this.block, extentOf(after))
      }
    }
  }

  #replace(
    context: WriteContext,
    from: number,
    to: number,
    pieces: () => Parameters<FlowCursor["insertUnits"]>[0],
  ): void {
    const { transaction, text } = context
    const { doc } = transaction
    for (const run of runsOf(this.#units.slice(from, to))) deleteRun(transaction, text, run)
    const cursor = cursorBehind(context, this.#units[from - 1] ?? this.#marker, this.block)
    const before = nextClock(doc)
    cursor.insertUnits(pieces())
    this.#units.splice(from, to - from, ...unitsSince(doc, text, before))
  }
}

/** The units of a block as they are now, in order. */
export function unitsOf(text: Y.Text, block: Block): UnitId[] {
  const units: UnitId[] = []
  let item = block.marker === null ? firstItem(text) : block.marker.right
  for (; item !== null && !isLiveMarker(item); item = item.right) addUnits(item, units)
  return units
}

function addUnits(item: Y.Item, units: UnitId[]): void {
  const { client, clock } = item.id
  const kind = kindOf(item)
  if (kind === "atom") units.push({ client, clock })
  if ((kind !== "text" && kind !== "mixed") || !(item.content instanceof Y.ContentString)) return
  for (const [at, unit] of item.content.str.split("").entries()) {
    if (unit !== FENCE) units.push({ client, clock: clock + at })
  }
}

function unitsSince(doc: Y.Doc, text: Y.Text, clock: number): UnitId[] {
  const units: UnitId[] = []
  for (let next = clock; next < nextClock(doc);) {
    const found = findUnit(doc, text, { client: doc.clientID, clock: next })
    if (found === null) next++
    else {
      addUnits(found.item, units)
      next = found.item.id.clock + found.item.length
    }
  }
  return units
}

/** Units that follow each other in one writer's history: deleted together, so that no surrogate pair is cut. */
interface UnitRun extends UnitId {
  length: number
}

function runsOf(units: readonly UnitId[]): UnitRun[] {
  const runs: UnitRun[] = []
  for (const { client, clock } of units) {
    const last = runs.at(-1)
    if (last !== undefined && last.client === client && last.clock + last.length === clock) last.length++
    else runs.push({ client, clock, length: 1 })
  }
  return runs
}

function deleteRun(transaction: Y.Transaction, text: Y.Text, run: UnitRun): void {
  for (let done = 0; done < run.length;) {
    const found = findUnit(transaction.doc, text, { client: run.client, clock: run.clock + done })
    if (found === null) {
      done++
      continue
    }
    const length = Math.min(run.length - done, found.item.length - found.offset)
    done += length
    if (found.item.deleted) continue
    const item = found.offset === 0 ? found.item : splitItem(transaction, found.item, found.offset)
    if (item.length > length) splitItem(transaction, item, length)
    item.delete(transaction)
  }
}

/** A cursor directly behind a unit, wherever it is now. */
function cursorBehind(context: WriteContext, unit: UnitId | null, block: Block): FlowCursor {
  const { transaction, text, map, index } = context
  // Found by its id, also where it is the marker: a deleted item may have become a part of another one.
  const found = unit === null ? null : findUnit(transaction.doc, text, unit)
  if (found === null) return FlowCursor.inside(transaction, text, map, block)
  if (found.offset + 1 < found.item.length) splitItem(transaction, found.item, found.offset + 1)
  return FlowCursor.behind(transaction, text, map, found.item, formatsBehind(text, index, found.item))
}

function formatsBehind(text: Y.Text, index: BlockIndex, item: Y.Item): Formats {
  let start: Y.Item | null = item
  let formats = NO_FORMATS
  while (start !== null) {
    const known = isLiveMarker(start) ? index.ofMarker(start) : undefined
    if (known !== undefined) {
      formats = known.startFormats
      break
    }
    start = start.left
  }
  for (let walk = start ?? firstItem(text); walk !== null; walk = walk.right) {
    if (!walk.deleted && walk.content instanceof Y.ContentFormat) {
      formats = withFormat(formats, walk.content.key, walk.content.value)
    }
    if (walk === item) break
  }
  return formats
}
