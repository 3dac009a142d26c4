import { blockAttributes, MAX_INDENT } from "@ligature/schema"
import type { Node } from "prosemirror-model"
import type { EditorView } from "prosemirror-view"
import type { FirstScreen, ScreenPlace } from "./first-screen.ts"
import { type Group, groupsOf, idOf, windowOf } from "./return-to.ts"

/** A window may be opened again a little taller. */
const SPARE_PX = 300

/** What is on the screen now, or null when that is nothing worth keeping. Reads the layout: for moments when nobody waits. */
export function takeFirstScreen(view: EditorView): FirstScreen | null {
  const { innerHeight } = windowOf(view)
  const blocks: unknown[] = []
  let place: ScreenPlace | null = null
  let hasText = false
  let numbers: number[] = []
  for (const { node, position, index } of blocksBelowTheTop(view)) {
    const rect = rectOf(view, position)
    if (rect === null || rect.top > innerHeight + SPARE_PX) break
    if (place === null) {
      // It is taken off the page already.
      if (rect.height === 0 || rect.top > innerHeight) return null
      place = { block: idOf(node), index, top: rect.top }
      numbers = numbersBefore(view.state.doc, index)
    }
    hasText ||= node.type.name === "block" && node.content.size > 0
    // What is no block of text keeps its room.
    blocks.push(node.type.name === "block" ? numbered(node, numbers) : { type: "space", height: rect.height })
  }
  return place === null || !hasText ? null : { blocks, place }
}

/** Where the numbering of each level stands before a block. The style sheet counts the same way, but it cannot see above a picture. */
function numbersBefore(doc: Node, index: number): number[] {
  const before: Node[] = []
  for (const { blocks } of groupsOf(doc)) {
    for (const { node } of blocks) if (before.length < index) before.push(node)
    if (before.length === index) break
  }
  const numbers = Array.from({ length: MAX_INDENT + 1 }, () => 0)
  const start = before.findLastIndex((block) => {
    const { list, indent } = blockAttributes(block)
    return list !== "ordered" && indent === 0
  })
  for (const block of before.slice(start + 1)) count(block, numbers)
  return numbers
}

/** An item counts on its level; whatever is no item ends the numbering on its own. Both start the deeper levels afresh. */
function count(block: Node, numbers: number[]): void {
  const { list, indent, restart } = blockAttributes(block)
  const isItem = list === "ordered"
  if (isItem) numbers[indent] = restart ?? (numbers[indent] ?? 0) + 1
  numbers.fill(0, isItem ? indent + 1 : indent)
}

/** A block as data; the first item of a list that began above the picture is told its number. */
function numbered(block: Node, numbers: number[]): unknown {
  const { list, indent, restart } = blockAttributes(block)
  const goesOn = list === "ordered" && restart === null && (numbers[indent] ?? 0) > 0
  count(block, numbers)
  const json: Record<string, unknown> = block.toJSON()
  return goesOn ? { ...json, attrs: { ...block.attrs, restart: numbers[indent] } } : json
}

interface PlacedBlock {
  readonly node: Node
  readonly position: number
  readonly index: number
}

/** The blocks in document order from the first on that reaches into the window. */
function* blocksBelowTheTop(view: EditorView): Generator<PlacedBlock> {
  let isBelow = false
  let before = 0
  for (const group of groupsOf(view.state.doc)) {
    const { blocks } = group
    if (!isBelow && endsAboveTheTop(view, group.position ?? blocks.at(-1)?.position ?? 0)) {
      before += blocks.length
      continue
    }
    for (let at = isBelow ? 0 : firstBelowTheTop(view, blocks); at < blocks.length; at++) {
      const block = blocks[at]
      if (block !== undefined) yield { ...block, index: before + at }
      isBelow = true
    }
    before += blocks.length
  }
}

/** By halving: blocks stand below each other. */
function firstBelowTheTop(view: EditorView, blocks: Group["blocks"]): number {
  let from = 0
  let to = blocks.length
  while (from < to) {
    const middle = (from + to) >> 1
    if (endsAboveTheTop(view, blocks[middle]?.position ?? 0)) from = middle + 1
    else to = middle
  }
  return from
}

function endsAboveTheTop(view: EditorView, position: number): boolean {
  const rect = rectOf(view, position)
  // What is not laid out has no place; it counts as in view, and there is no picture then rather than a wrong one.
  return rect !== null && rect.height > 0 && rect.bottom <= 0
}

function rectOf(view: EditorView, position: number): DOMRect | null {
  const element = view.nodeDOM(position)
  return element instanceof windowOf(view).HTMLElement ? element.getBoundingClientRect() : null
}
