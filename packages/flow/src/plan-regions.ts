import type * as Y from "yjs"
import type { BlockIndex } from "./block-index.ts"
import { NO_FORMATS, sameFormats } from "./formats.ts"
import type { DirtyRange } from "./read-changes.ts"
import { type FoundBlock, readBlocks } from "./read-flow.ts"
import type { SchemaMap } from "./schema-map.ts"

/** Blocks `first` to `last` of the index, and what stands in their place now. */
export interface Region {
  readonly first: number
  readonly last: number
  readonly found: readonly FoundBlock[]
}

/** Reads dirty ranges again; a range grows over the blocks behind it for as long as its formats run on into them differently. */
export function planRegions(text: Y.Text, map: SchemaMap, index: BlockIndex, ranges: readonly DirtyRange[]): Region[] {
  const regions: Region[] = []
  for (let i = 0; i < ranges.length;) {
    const range = ranges[i++]
    if (range === undefined) break
    const { first } = range
    let { last } = range
    const block = index.at(first)
    const start =
      first === 0 || block.marker === null ? null : { marker: block.marker, startFormats: block.startFormats }
    const markerBehind = (): Y.Item | null => (last + 1 < index.length ? index.at(last + 1).marker : null)
    const read = readBlocks(text, map, index, start, markerBehind())
    const found = [...read.found]
    let formats = read.endFormats
    while (last + 1 < index.length) {
      const next = index.at(last + 1)
      if (next.marker === null || sameFormats(next.startFormats, formats)) break
      last++
      for (let other = ranges[i]; other !== undefined && other.first <= last; other = ranges[++i])
        last = Math.max(last, other.last)
      const more = readBlocks(text, map, index, { marker: next.marker, startFormats: formats }, markerBehind())
      found.push(...more.found)
      formats = more.endFormats
    }
    regions.push({ first, last, found })
  }
  return regions
}

/** The whole flow as one region in the place of `count` blocks. */
export function wholeFlow(text: Y.Text, map: SchemaMap): readonly FoundBlock[] {
  return readBlocks(text, map, null, null, null).found.map((each) => {
    each.block.startFormats = each.startFormats ?? NO_FORMATS
    return each
  })
}
