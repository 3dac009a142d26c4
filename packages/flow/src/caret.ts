import * as Y from "yjs"
import type { Block } from "./block.ts"
import type { BlockIndex } from "./block-index.ts"
import type { CompositionHold } from "./composition-hold.ts"
import { FENCE, FIRST_BLOCK } from "./grammar.ts"
import {
  findUnit,
  firstItem,
  idOf,
  isLiveMarker,
  kindOf,
  markerBefore,
  type UnitId,
  visibleLength,
} from "./yjs-items.ts"

/** A place between two units of a block, with the block's marker; null for what is not there. */
export interface UnitPlace {
  readonly left: UnitId | null
  readonly right: UnitId | null
  readonly marker: UnitId | null
  /** The block and how many of its units lie before the place: for when it is moved, which makes all of its units new ones. */
  readonly inBlock?: { readonly id: string; readonly unit: number }
}

/** A position that survives other people's edits: behind (-1) or before (1) a unit; side 0 is the start of the flow. */
export interface FlowPosition {
  readonly client: number
  readonly clock: number
  readonly side: -1 | 0 | 1
  /** The name of the root at whose start it is, for an inner flow without a unit. */
  readonly root?: string
}

/** Positions of the view as units of one flow and back. Each answer costs one block. */
export class Places {
  readonly #doc: Y.Doc
  readonly #text: Y.Text
  readonly #index: BlockIndex
  /** The block that the view shows as it was, while somebody composes in it. */
  readonly #hold: CompositionHold | null

  constructor(doc: Y.Doc, text: Y.Text, index: BlockIndex, hold: CompositionHold | null) {
    this.#hold = hold
    this.#doc = doc
    this.#text = text
    this.#index = index
  }

  placeAt(position: number): UnitPlace {
    const last = this.#index.length - 1
    if (last < 0) return { left: null, right: null, marker: null }
    const { index, offset } = this.#index.locate(Math.max(0, position))
    const block = this.#index.at(Math.min(index, last))
    const unit = index > last ? block.units : Math.min(Math.max(0, offset - block.lead), block.units)
    if (this.#hold?.block === block) return { ...this.#hold.placeAt(unit), marker: idOf(block.marker) }
    return { ...unitsAround(this.#text, block, unit), inBlock: { id: block.id, unit } }
  }

  /** The position next to a unit of the place that still lives, the left one before the right one; null when none does. */
  besideUnits({ left, right }: UnitPlace): number | null {
    return this.#besideLiving(left, -1) ?? this.#besideLiving(right, 1)
  }

  /** The position where the place was, in a block that is still there or was moved; null when that is gone, too. */
  inBlockOf(place: UnitPlace): number | null {
    if (this.#besideLiving(place.marker, -1) !== null) return this.fromFlow(flowOf(place))
    const { inBlock } = place
    return inBlock === undefined ? null : this.#inBlock(inBlock.id, inBlock.unit)
  }

  #besideLiving(unit: UnitId | null, side: -1 | 1): number | null {
    return unit === null ? null : this.#beside(unit, side, true)
  }

  toFlow(position: number): FlowPosition {
    return flowOf(this.placeAt(position))
  }

  /** Where a position is now; beside what was deleted, where it stood. Null for what is no position, or not known here yet. */
  fromFlow(value: unknown): number | null {
    if (!isFlowPosition(value)) return null
    if (value.side === 0) return this.#index.length === 0 ? null : this.#index.positionOf(0) + this.#index.at(0).lead
    return this.#beside(value, value.side, false)
  }

  #beside(unit: UnitId, side: -1 | 1, mustLive: boolean): number | null {
    const found = findUnit(this.#doc, this.#text, unit)
    if (found === null || (mustLive && found.item.deleted)) return null
    const { item, offset } = found
    if (isLiveMarker(item)) {
      const block = this.#index.ofMarker(item)
      return block === undefined ? null : this.#index.positionOf(block.at) + block.lead
    }
    const { marker, units } = markerBefore(item)
    const block = marker === null ? this.#first() : this.#index.ofMarker(marker)
    if (block === undefined) return null
    const start = this.#index.positionOf(block.at) + block.lead
    // Something deleted before the first marker, where no block is any more.
    if (marker === null && block.marker !== null) return start
    const inside = item.deleted ? 0 : visibleBefore(item, side === -1 ? offset + 1 : offset)
    return Math.min(start + units + inside, start + block.units)
  }

  #inBlock(id: string, unit: number): number | null {
    if (id === FIRST_BLOCK) return null
    for (const { at, lead, units } of this.#index.ofId(id))
      return this.#index.positionOf(at) + lead + Math.min(unit, units)
    return null
  }

  #first(): Block | undefined {
    return this.#index.length === 0 ? undefined : this.#index.at(0)
  }
}

/** The start of a flow. */
export const START: FlowPosition = { client: 0, clock: 0, side: 0 }

function flowOf({ left, right, marker }: UnitPlace): FlowPosition {
  if (left === null && right !== null) return { ...right, side: 1 }
  const unit = left ?? marker
  return unit === null ? START : { ...unit, side: -1 }
}

function unitsAround(text: Y.Text, block: Block, unit: number): UnitPlace {
  const marker = idOf(block.marker)
  let left: UnitId | null = null
  let rest = unit
  for (let item = block.marker === null ? firstItem(text) : block.marker.right; item !== null; item = item.right) {
    const kind = kindOf(item)
    if (kind === "marker") break
    const length = visibleLength(item)
    if (length === 0) continue
    const { client, clock } = item.id
    if (rest < length) {
      if (rest > 0) left = { client, clock: clock + elementOf(item, rest - 1) }
      return { left, right: { client, clock: clock + elementOf(item, rest) }, marker }
    }
    rest -= length
    left = { client, clock: clock + elementOf(item, length - 1) }
  }
  return { left, right: null, marker }
}

/** The place in an item of its visible unit number `unit`: fences count as elements, not as units. */
function elementOf(item: Y.Item, unit: number): number {
  if (kindOf(item) !== "mixed" || !(item.content instanceof Y.ContentString)) return unit
  const { str } = item.content
  let rest = unit
  for (let at = 0; at < str.length; at++) if (str[at] !== FENCE && rest-- === 0) return at
  return str.length
}

function visibleBefore(item: Y.Item, element: number): number {
  if (!(item.content instanceof Y.ContentString)) return Math.min(element, visibleLength(item))
  return item.content.str.slice(0, element).replaceAll(FENCE, "").length
}

export function isFlowPosition(value: unknown): value is FlowPosition {
  if (typeof value !== "object" || value === null) return false
  if (!("client" in value && "clock" in value && "side" in value)) return false
  const { client, clock, side } = value
  if ("root" in value && typeof value.root !== "string") return false
  return Number.isSafeInteger(client) && Number.isSafeInteger(clock) && (side === -1 || side === 0 || side === 1)
}
