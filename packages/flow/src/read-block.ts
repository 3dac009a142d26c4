import { Fragment, type Node } from "prosemirror-model"
import * as Y from "yjs"
import { type Formats, withFormat } from "./formats.ts"
import { fromFlowText, markerId } from "./grammar.ts"
import type { SchemaMap } from "./schema-map.ts"

export interface ReadBlock {
  readonly content: Fragment
  /** Whether anything that keeps a block without marker alive was met: a unit or a fence. */
  readonly live: boolean
  readonly endFormats: Formats
  /** The marker at which reading stopped; null at the end of the flow. */
  readonly next: Y.Item | null
}

/** Reads the content of one block, from the item behind its marker to the next live marker. */
export function readBlock(first: Y.Item | null, startFormats: Formats, map: SchemaMap): ReadBlock {
  const nodes: Node[] = []
  let formats = startFormats
  let live = false
  let text = ""

  const endText = (): void => {
    if (text !== "") nodes.push(map.text(text, map.marksOf(formats)))
    text = ""
  }
  const addAtom = (embed: unknown): void => {
    endText()
    nodes.push(map.atomOf(embed).mark(map.marksOf(formats)))
  }

  let item = first
  for (; item !== null; item = item.right) {
    if (item.deleted) continue
    const { content } = item
    if (content instanceof Y.ContentString) {
      live = true
      text += fromFlowText(content.str)
    } else if (content instanceof Y.ContentFormat) {
      const next = withFormat(formats, content.key, content.value)
      if (next !== formats) endText()
      formats = next
    } else if (content instanceof Y.ContentEmbed) {
      if (markerId(content.embed) !== null) break
      live = true
      addAtom(content.embed)
    } else if (content instanceof Y.ContentType) {
      live = true
      addAtom(content.type)
    }
  }
  endText()
  return { content: Fragment.fromArray(nodes), live, endFormats: formats, next: item }
}
