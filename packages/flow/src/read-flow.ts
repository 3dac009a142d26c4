import type { Fragment } from "prosemirror-model"
import type * as Y from "yjs"
import { Block } from "./block.ts"
import type { BlockIndex } from "./block-index.ts"
import { type Formats, NO_FORMATS } from "./formats.ts"
import { readBlock } from "./read-block.ts"
import type { SchemaMap } from "./schema-map.ts"
import { firstBlockOf, firstItem } from "./yjs-items.ts"

export interface FoundBlock {
  readonly block: Block
  readonly startFormats: Formats
  readonly content: Fragment
  readonly endFormats: Formats
}

export interface FoundBlocks {
  readonly found: readonly FoundBlock[]
  /** The formats in force behind the last of them. */
  readonly endFormats: Formats
  /** The marker before which reading stopped; null at the end of the flow. */
  readonly next: Y.Item | null
}

/**
 * Reads blocks as the flow has them now, in order: from a block that has a live marker, or with null from the start of the
 * flow, up to the marker `stop` or to the end. Blocks that the index knows come as the index's own objects, unchanged.
 */
export function readBlocks(
  text: Y.Text,
  map: SchemaMap,
  index: BlockIndex | null,
  from: { marker: Y.Item; startFormats: Formats } | null,
  stop: Y.Item | null,
): FoundBlocks {
  const found: FoundBlock[] = []
  let marker = from?.marker ?? null
  let startFormats = from?.startFormats ?? NO_FORMATS
  let first = from === null
  for (;;) {
    const read = readBlock(marker === null ? firstItem(text) : marker.right, startFormats, map)
    // Before the first marker there is a block only if something lives there, or if there is no other.
    if (!first || read.live || read.next === null) {
      const known = marker === null ? firstWithoutMarker(index) : index?.ofMarker(marker)
      const block = known ?? new Block(marker, startFormats, firstBlockOf(text))
      found.push({ block, startFormats, content: read.content, endFormats: read.endFormats })
    }
    first = false
    startFormats = read.endFormats
    if (read.next === null || read.next === stop) return { found, endFormats: startFormats, next: read.next }
    marker = read.next
  }
}

function firstWithoutMarker(index: BlockIndex | null): Block | undefined {
  const block = index === null || index.length === 0 ? undefined : index.at(0)
  return block?.marker === null ? block : undefined
}
