import * as Y from "yjs"
import { FENCE, FIRST_BLOCK, markerId } from "./grammar.ts"

/*
 * Everything that knows how Yjs 13.6 keeps a text: a doubly linked list of items, in which deleted ones stay.
 * Y.Text's own methods walk from the start of the type as soon as one format exists anywhere in it; here items are read and
 * made next to a block's marker instead, so that the cost is one block. What is written is plain Yjs: only this file
 * has to be checked when Yjs changes, never a stored document.
 */

/** One unit of the flow, for ever: the item that brought it, and the place in it. */
export interface UnitId {
  readonly client: number
  readonly clock: number
}

export type ItemKind = "text" | "fence" | "mixed" | "atom" | "marker" | "format" | "deleted" | "other"

/**
 * The flow as a Y.Text whose own bookkeeping is off. Search markers would go stale, as items are made beside them; and the
 * clean-up of formats after remote changes walks the whole type and writes deletions from every reader. `firstBlock` stands
 * for the id of its block without a marker.
 */
export function openFlow(doc: Y.Doc, name: string, firstBlock: string = FIRST_BLOCK): Y.Text {
  const text = doc.getText(name)
  firstBlocks.set(text, firstBlock)
  Object.defineProperty(text, "_searchMarker", { get: () => null, set: ignore, configurable: true })
  Object.defineProperty(text, "_hasFormatting", { get: () => false, set: ignore, configurable: true })
  return text
}

const firstBlocks = new WeakMap<Y.Text, string>()

/** What stands for the id of a flow's block without a marker. */
export function firstBlockOf(text: Y.Text): string {
  return firstBlocks.get(text) ?? FIRST_BLOCK
}

/** Yjs sets both when a format comes in. */
function ignore(): void {
  // They stay off.
}

/** A format item's content; null ends the format. */
export function formatContent(key: string, value: unknown): Y.ContentFormat {
  return Object.assign(new Y.ContentFormat(key, {}), { value })
}

export function firstItem(text: Y.Text): Y.Item | null {
  return text._start
}

function isIn(struct: Y.AbstractStruct, text: Y.Text): struct is Y.Item {
  return struct instanceof Y.Item && struct.parent === text && struct.parentSub === null
}

/** What stands in an item. "mixed" is text with a fence somewhere in it; "other" takes no room and is left alone. */
export function kindOf(item: Y.Item): ItemKind {
  if (item.deleted) return "deleted"
  const { content } = item
  if (content instanceof Y.ContentString) {
    const fence = content.str.indexOf(FENCE)
    if (fence === -1) return "text"
    return fence === 0 && content.str === FENCE.repeat(content.str.length) ? "fence" : "mixed"
  }
  if (content instanceof Y.ContentFormat) return "format"
  if (content instanceof Y.ContentEmbed) return markerId(content.embed) === null ? "atom" : "marker"
  return content instanceof Y.ContentType ? "atom" : "other"
}

/** The id in a marker item; null when the item is none. Works for one that was deleted in the running transaction, too. */
export function markerIdOf(item: Y.Item): string | null {
  return item.content instanceof Y.ContentEmbed ? markerId(item.content.embed) : null
}

export function isLiveMarker(item: Y.Item): boolean {
  return !item.deleted && markerIdOf(item) !== null
}

/** How many units people see of this item. */
export function visibleLength(item: Y.Item): number {
  const kind = kindOf(item)
  if (kind === "text") return item.length
  if (kind === "mixed" && item.content instanceof Y.ContentString) return item.content.str.replaceAll(FENCE, "").length
  return kind === "atom" ? 1 : 0
}

/** The first unit of an item, such as a block's marker. */
export function idOf(item: Y.Item | null): UnitId | null {
  return item === null ? null : { client: item.id.client, clock: item.id.clock }
}

/** The nearest live marker to the left of `item`, and the units people see between the two. Null is the flow's start. */
export function markerBefore(item: Y.Item): { marker: Y.Item | null; units: number } {
  let units = 0
  for (let left = item.left; left !== null; left = left.left) {
    if (left.deleted) continue
    if (markerIdOf(left) !== null) return { marker: left, units }
    units += visibleLength(left)
  }
  return { marker: null, units }
}

/** Cuts an item in two before its `offset`-th element and returns the right part. Never inside a surrogate pair. */
export function splitItem(transaction: Y.Transaction, item: Y.Item, offset: number): Y.Item {
  return Y.getItemCleanStart(transaction, Y.createID(item.id.client, item.id.clock + offset))
}

/** Makes an item between two neighbours. */
export function insertItem(
  transaction: Y.Transaction,
  text: Y.Text,
  left: Y.Item | null,
  right: Y.Item | null,
  content: Y.ContentString | Y.ContentEmbed | Y.ContentFormat,
): Y.Item {
  const { clientID, store } = transaction.doc
  const id = Y.createID(clientID, Y.getState(store, clientID))
  const item = new Y.Item(
    id,
    left,
    left === null ? null : left.lastId,
    right,
    right === null ? null : right.id,
    text,
    null,
    content,
  )
  item.integrate(transaction, 0)
  return item
}

/** The clock that the next item of this client gets. */
export function nextClock(doc: Y.Doc): number {
  return Y.getState(doc.store, doc.clientID)
}

/** The item that now holds a unit and its place in it; undone deletions are followed. Null when it is not known here, or gone. */
export function findUnit(doc: Y.Doc, text: Y.Text, unit: UnitId): { item: Y.Item; offset: number } | null {
  let { client, clock } = unit
  for (;;) {
    if (!Number.isSafeInteger(clock) || clock < 0 || clock >= Y.getState(doc.store, client)) return null
    const item = Y.getItem(doc.store, Y.createID(client, clock))
    if (!isIn(item, text)) return null
    const offset = clock - item.id.clock
    if (item.redone === null) return { item, offset }
    client = item.redone.client
    clock = item.redone.clock + offset
  }
}

/** The type in whose list a unit stands, or stood; null for what is not known here, or was collected. */
export function textOfUnit(doc: Y.Doc, { client, clock }: UnitId): object | null {
  if (!Number.isSafeInteger(clock) || clock < 0 || clock >= Y.getState(doc.store, client)) return null
  const item = Y.getItem(doc.store, Y.createID(client, clock))
  return item instanceof Y.Item && typeof item.parent === "object" ? item.parent : null
}

/** The keys that changed in a type directly, null standing for its list; undefined when nothing did. */
export function changesOf(transaction: Y.Transaction, type: object): ReadonlySet<string | null> | undefined {
  return (transaction.changed as ReadonlyMap<object, ReadonlySet<string | null>>).get(type)
}

/** Calls back for every item of the flow that a transaction brought or deleted, in no particular order. */
export function visitChangedItems(transaction: Y.Transaction, text: Y.Text, visit: (item: Y.Item) => void): void {
  for (const [client, after] of transaction.afterState) {
    const before = transaction.beforeState.get(client) ?? 0
    const structs = transaction.doc.store.clients.get(client)
    if (before === after || structs === undefined) continue
    for (let at = Y.findIndexSS(structs, before); at < structs.length; at++) {
      const struct = structs[at]
      if (struct !== undefined && isIn(struct, text)) visit(struct)
    }
  }
  Y.iterateDeletedStructs(transaction, transaction.deleteSet, (struct) => {
    if (isIn(struct, text)) visit(struct)
  })
}
