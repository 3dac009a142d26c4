import type { Mark, Node } from "prosemirror-model"
import * as Y from "yjs"
import type { Block } from "./block.ts"
import { type Formats, NO_FORMATS, sameFormats, sameValue, withFormat } from "./formats.ts"
import { blockId, FENCE } from "./grammar.ts"
import type { SchemaMap } from "./schema-map.ts"
import { firstItem, formatContent, insertItem, type ItemKind, kindOf, nextClock, splitItem } from "./yjs-items.ts"

/** Something to insert inside a block: text as the flow stores it, or an inline node. */
export interface Piece {
  readonly content: string | Node
  readonly marks: readonly Mark[]
}

/** A place between two items of the flow, inside a Yjs transaction, that walks to the right and writes. */
export class FlowCursor {
  readonly #transaction: Y.Transaction
  readonly #text: Y.Text
  readonly #map: SchemaMap
  #left: Y.Item | null
  #formats: Formats

  private constructor(transaction: Y.Transaction, text: Y.Text, map: SchemaMap, left: Y.Item | null, formats: Formats) {
    this.#transaction = transaction
    this.#text = text
    this.#map = map
    this.#left = left
    this.#formats = formats
  }

  /** Right behind a block's marker; for the block without one behind its opening fence, or where that is missing at the start of the flow. */
  static inside(transaction: Y.Transaction, text: Y.Text, map: SchemaMap, block: Block): FlowCursor {
    if (block.marker !== null) return new FlowCursor(transaction, text, map, block.marker, block.startFormats)
    const cursor = new FlowCursor(transaction, text, map, null, NO_FORMATS)
    cursor.#passOpeningFence()
    return cursor
  }

  /** Right before a block's marker; at the start of the flow for the block without one. */
  static before(transaction: Y.Transaction, text: Y.Text, map: SchemaMap, block: Block): FlowCursor {
    if (block.marker === null) return new FlowCursor(transaction, text, map, null, NO_FORMATS)
    return new FlowCursor(transaction, text, map, block.marker.left, block.startFormats)
  }

  /** Right behind an item, with the formats that are in force there. */
  static behind(transaction: Y.Transaction, text: Y.Text, map: SchemaMap, item: Y.Item, formats: Formats): FlowCursor {
    return new FlowCursor(transaction, text, map, item, formats)
  }

  copy(): FlowCursor {
    return new FlowCursor(this.#transaction, this.#text, this.#map, this.#left, this.#formats)
  }

  moveTo(other: FlowCursor): void {
    this.#left = other.#left
    this.#formats = other.#formats
  }

  get #right(): Y.Item | null {
    return this.#left === null ? firstItem(this.#text) : this.#left.right
  }

  /** What stands to the right; a text item with fences in it is cut, so that it is never "mixed". */
  #peek(): { kind: ItemKind; item: Y.Item } | null {
    const item = this.#right
    if (item === null) return null
    const kind = kindOf(item)
    if (kind !== "mixed" || !(item.content instanceof Y.ContentString)) return { kind, item }
    const { str } = item.content
    const startsWithFence = str.startsWith(FENCE)
    let at = 1
    while (str.startsWith(FENCE, at) === startsWithFence) at++
    splitItem(this.#transaction, item, at)
    return { kind: startsWithFence ? "fence" : "text", item }
  }

  #step(item: Y.Item): void {
    if (!item.deleted && item.content instanceof Y.ContentFormat) {
      this.#formats = withFormat(this.#formats, item.content.key, item.content.value)
    }
    this.#left = item
  }

  /** The first fence is an opening one if anything of the block follows it: alone, it is the end of an empty block. */
  #passOpeningFence(): void {
    const walk = this.copy()
    let here = walk.#peek()
    while (here !== null && takesNoRoom(here.kind)) {
      walk.#step(here.item)
      here = walk.#peek()
    }
    if (here?.kind !== "fence") return
    if (here.item.length > 1) splitItem(this.#transaction, here.item, 1)
    walk.#step(here.item)
    if (walk.#isBlockAhead()) this.moveTo(walk)
  }

  /** Opens the block without marker with a fence, if nothing lives there yet: so that something can be put before it later. */
  ensureOpeningFence(): void {
    if (this.#left === null && !this.#isBlockAhead()) this.insertFence()
  }

  /** Whether anything of this block follows that keeps it alive: a unit or a fence. */
  #isBlockAhead(): boolean {
    const ahead = withRoom(this.#right, "right")
    return ahead !== null && ahead !== "marker"
  }

  /** Passes this many units and stands directly behind the last of them: formats and fences that follow are still to the right. */
  advance(units: number): void {
    let rest = units
    while (rest > 0) {
      const here = this.#peek()
      if (here === null || here.kind === "marker")
        throw new FlowFault(`a block ends ${rest} units before the place looked for`)
      if (here.kind === "text") {
        if (here.item.length > rest) splitItem(this.#transaction, here.item, rest)
        rest -= here.item.length
      } else if (here.kind === "atom") rest--
      this.#step(here.item)
    }
  }

  /** Deletes all of the block's units, which must be so many, and all its fences. Stops before the next marker. */
  deleteContent(units: number): void {
    for (
      let here = this.#peek();
      here?.kind === "fence" || here?.kind === "deleted" || here?.kind === "format";
      here = this.#peek()
    ) {
      if (here.kind === "fence") here.item.delete(this.#transaction)
      this.#step(here.item)
    }
    this.deleteUnits(units)
    this.deleteClose()
  }

  /** Deletes the next units of the block, and the fences between them. */
  deleteUnits(units: number): void {
    let rest = units
    while (rest > 0) {
      const here = this.#peek()
      if (here === null || here.kind === "marker")
        throw new FlowFault(`a block ends ${rest} units before the end of a deletion`)
      if (here.kind === "text") {
        if (here.item.length > rest) splitItem(this.#transaction, here.item, rest)
        rest -= here.item.length
        here.item.delete(this.#transaction)
      } else if (here.kind === "atom") {
        rest--
        here.item.delete(this.#transaction)
      } else if (here.kind === "fence" && rest < units) here.item.delete(this.#transaction)
      this.#step(here.item)
    }
  }

  /** Deletes the fences up to the next marker, where it stops; nothing else may live there. */
  deleteClose(): void {
    for (let here = this.#peek(); here !== null && here.kind !== "marker"; here = this.#peek()) {
      if (here.kind === "text" || here.kind === "atom")
        throw new FlowFault("a block is longer than the end of it that was deleted")
      if (here.kind === "fence") here.item.delete(this.#transaction)
      this.#step(here.item)
    }
  }

  /** Deletes the marker to the right. */
  deleteMarker(): void {
    let here = this.#peek()
    while (here !== null && (here.kind === "fence" || takesNoRoom(here.kind))) {
      this.#step(here.item)
      here = this.#peek()
    }
    if (here?.kind !== "marker") throw new FlowFault("a block that was deleted has no marker")
    here.item.delete(this.#transaction)
    this.#step(here.item)
  }

  /** Opens a block here, with a new id unless it has one, and returns its marker. */
  insertMarker(id?: string): Y.Item {
    const { doc } = this.#transaction
    return this.#insert(new Y.ContentEmbed({ b: id ?? blockId(doc.clientID, nextClock(doc)) }))
  }

  insertFence(): void {
    this.#insert(new Y.ContentString(FENCE))
  }

  /**
   * Inserts into the block, at the leftmost place of the gap between two units where the first piece's formats are already
   * in force, else here with format items around it. What follows keeps its formats.
   */
  insertUnits(pieces: readonly Piece[]): void {
    const [first] = pieces
    if (first === undefined) return
    const place = this.#placeFor(this.#map.formatsOf(first.marks))
    if (place !== null) this.moveTo(place)
    const natural = this.#formats
    for (const piece of pieces) {
      this.#setFormats(this.#map.formatsOf(piece.marks))
      const { content } = piece
      this.#insert(
        typeof content === "string" ? new Y.ContentString(content) : new Y.ContentEmbed(this.#map.embedOf(content)),
      )
    }
    for (const key of new Set([...natural.keys(), ...this.#formats.keys()])) this.setFormat(key, natural.get(key))
  }

  /** Whether text put here, with no format items of its own, shows with these marks. */
  hasInForce(marks: readonly Mark[]): boolean {
    return sameFormats(this.#map.canonical(this.#formats), this.#map.formatsOf(marks))
  }

  /** Gives the block a fence here if nothing of it follows. */
  ensureFence(): void {
    if (!this.#isBlockAhead()) this.insertFence()
  }

  /** Gives what lies to the left a fence here, unless it ends with one or nothing lies there. */
  ensureFenceBehind(): void {
    for (let item = this.#left; item !== null; item = item.left) {
      const kind = kindOf(item)
      if (takesNoRoom(kind)) continue
      if (item.content instanceof Y.ContentString && item.content.str.endsWith(FENCE)) return
      return this.insertFence()
    }
  }

  /** Moves directly behind the block's last fence, which is made if the block does not end with one. */
  toEndOfBlock(): void {
    let fence: FlowCursor | null = null
    const walk = this.copy()
    let last = this.copy()
    for (let here = walk.#peek(); here !== null && here.kind !== "marker"; here = walk.#peek()) {
      walk.#step(here.item)
      if (here.kind === "fence") fence = walk.copy()
      else if (here.kind === "text" || here.kind === "atom") {
        fence = null
        last = walk.copy()
      }
    }
    this.moveTo(fence ?? last)
    if (fence === null) this.insertFence()
  }

  /** Whether this is the beginning of a block without marker that has an opening fence. */
  isBehindOpeningFence(): boolean {
    return withRoom(this.#left, "left") === "fence"
  }

  /** Whether the block has no more units to the right. */
  isAtEndOfText(): boolean {
    for (let item = this.#right; item !== null; item = item.right) {
      const kind = kindOf(item)
      if (kind === "marker") return true
      if (kind === "text" || kind === "mixed" || kind === "atom") {
        if (kind !== "mixed" || !isFences(item)) return false
      }
    }
    return true
  }

  /** Whether nothing that keeps a block alive stands between here and the next marker, which must exist. */
  isAtMarker(): boolean {
    return withRoom(this.#right, "right") === "marker"
  }

  /** Gives the next `units` units a value for one format (undefined takes it away), and what follows its own one back. */
  formatUnits(units: number, key: string, value: unknown): void {
    // Same-key formats in the gap before the range have no text of their own any more: the range's value replaces them.
    let natural = this.#formats.get(key)
    let here = this.#peek()
    while (here !== null && (here.kind === "fence" || takesNoRoom(here.kind))) {
      if (here.kind === "format" && here.item.content instanceof Y.ContentFormat && here.item.content.key === key) {
        natural = here.item.content.value
        here.item.delete(this.#transaction)
      }
      this.#step(here.item)
      here = this.#peek()
    }
    this.setFormat(key, value)
    let rest = units
    while (rest > 0) {
      here = this.#peek()
      if (here === null || here.kind === "marker")
        throw new FlowFault(`a block ends ${rest} units before the end of a format`)
      if (here.kind === "text") {
        if (here.item.length > rest) splitItem(this.#transaction, here.item, rest)
        rest -= here.item.length
      } else if (here.kind === "atom") rest--
      else if (
        here.kind === "format" &&
        here.item.content instanceof Y.ContentFormat &&
        here.item.content.key === key
      ) {
        natural = here.item.content.value
        here.item.delete(this.#transaction)
      }
      this.#step(here.item)
    }
    if (!this.#isFormatAhead(key)) this.setFormat(key, natural)
  }

  /** Puts a format item here unless the value is already in force. */
  setFormat(key: string, value: unknown): void {
    const wanted = value ?? null
    if (sameValue(this.#formats.get(key) ?? null, wanted)) return
    this.#insert(formatContent(key, wanted))
  }

  #setFormats(wanted: Formats): void {
    const current = this.#map.canonical(this.#formats)
    if (current === wanted) return
    for (const key of new Set([...current.keys(), ...wanted.keys()])) {
      if (!sameValue(current.get(key), wanted.get(key))) this.setFormat(key, wanted.get(key))
    }
  }

  #insert(content: Y.ContentString | Y.ContentEmbed | Y.ContentFormat): Y.Item {
    const item = insertItem(this.#transaction, this.#text, this.#left, this.#right, content)
    this.#step(item)
    return item
  }

  #placeFor(wanted: Formats): FlowCursor | null {
    const place = this.copy()
    for (;;) {
      if (sameFormats(this.#map.canonical(place.#formats), wanted)) return place
      const here = place.#peek()
      if (here === null || !takesNoRoom(here.kind)) return null
      place.#step(here.item)
    }
  }

  /** Whether a format item for this key follows before the next unit, fence or marker. */
  #isFormatAhead(key: string): boolean {
    for (let item = this.#right; item !== null; item = item.right) {
      const kind = kindOf(item)
      if (kind === "format" && item.content instanceof Y.ContentFormat && item.content.key === key) return true
      if (!takesNoRoom(kind)) return false
    }
    return false
  }
}

/** The kind of the first item, from one on to a side, that is a marker, a fence or something people see; null when none is. */
function withRoom(from: Y.Item | null, side: "left" | "right"): ItemKind | null {
  for (let item = from; item !== null; item = item[side]) {
    const kind = kindOf(item)
    if (!takesNoRoom(kind)) return kind
  }
  return null
}

function takesNoRoom(kind: ItemKind): boolean {
  return kind === "deleted" || kind === "format" || kind === "other"
}

function isFences(item: Y.Item): boolean {
  return item.content instanceof Y.ContentString && item.content.str.replaceAll(FENCE, "") === ""
}

/** The flow and the view do not agree where they must: a fault of this package, never of a person or a peer. */
export class FlowFault extends Error {
  readonly code = "FLOW_FAULT"
}
