import type { Node, NodeType } from "prosemirror-model"
import { ReplaceAroundStep, ReplaceStep, type Step } from "prosemirror-transform"

/*
 * An island is a block whose body is not the flow: a table. In the flow it is a block as any other, with a marker, attributes
 * and text of its own, its caption; the rest lies elsewhere in the shared document. The view shows it as a node whose last
 * child holds that text and whose other children are the body. Whatever works on the flow sees a stand-in: a plain block with
 * that text. So only what turns positions of the view into places of the flow has to know islands.
 */

const islandsOf = new WeakMap<Node, Node>()
const standIns = new WeakMap<Node, Node>()

export function isIsland(type: NodeType): boolean {
  return type.isInGroup("island")
}

/** Whether a step puts in an island, or a part of one. */
export function bringsIsland(step: Step): boolean {
  if (!(step instanceof ReplaceStep || step instanceof ReplaceAroundStep)) return false
  return step.slice.size > 0 && step.slice.content.content.some(holdsIsland)
}

function holdsIsland(node: Node): boolean {
  return isIsland(node.type) || (!node.isTextblock && node.children.some(holdsIsland))
}

/** What a block takes in the view's document, in positions. */
export interface Extent {
  readonly size: number
  /** How much of that an island has before its own text; 0 for a block. */
  readonly body: number
}

/** The extent of a node of the view, or of what a stand-in stands for. */
export function extentOf(node: Node): Extent {
  const island = isIsland(node.type) ? node : islandsOf.get(node)
  const text = island?.lastChild
  if (island === undefined || text == null) return { size: node.nodeSize, body: 0 }
  return { size: island.nodeSize, body: island.nodeSize - text.content.size - 2 }
}

/** The block that an island is in the flow; the same one every time. */
export function standInOf(island: Node, make: (text: Node) => Node): Node {
  const known = standIns.get(island)
  if (known !== undefined) return known
  const text = island.lastChild
  if (text === null) throw new TypeError(`the schema's "${island.type.name}" is no island: it has no text`)
  const made = make(text)
  standIns.set(island, made)
  islandsOf.set(made, island)
  return made
}

/** The island behind a stand-in; null for a block. */
export function islandOf(node: Node): Node | null {
  return islandsOf.get(node) ?? null
}
