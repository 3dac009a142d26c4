import type { Node } from "prosemirror-model"
import type { EditorView } from "prosemirror-view"
import type { ScreenPlace } from "./first-screen.ts"

/**
 * Scrolls the page so that a text stands where it stood. @returns whether it did already: what is drawn for the first time on the way may
 * prove higher than it was taken for, so ask again in the next frame until it does
 */
export function returnTo(view: EditorView, place: ScreenPlace): boolean {
  const position = positionOf(view.state.doc, place)
  const element = view.nodeDOM(position)
  if (!(element instanceof windowOf(view).HTMLElement)) return true
  const scroller = scrollerOf(element)
  // What was never drawn has only a guessed height: the way there may make it known, and the place another one.
  for (let turn = 0; turn < 3; turn++) {
    const away = element.getBoundingClientRect().top - place.top
    if (Math.abs(away) < 1) return turn === 0
    scroller.scrollBy({ top: away, behavior: "instant" })
  }
  return false
}

function positionOf(doc: Node, { block, index }: ScreenPlace): number {
  let before = 0
  let byIndex = 0
  for (const { blocks } of groupsOf(doc)) {
    for (const { node, position } of blocks) {
      if (block !== null && idOf(node) === block) return position
      if (before++ <= index) byIndex = position
    }
  }
  return byIndex
}

function scrollerOf(element: HTMLElement): Element {
  const page = element.ownerDocument
  for (let around = element.parentElement; around !== null && around !== page.body; around = around.parentElement) {
    const { overflowY } = getComputedStyle(around)
    if ((overflowY === "auto" || overflowY === "scroll") && around.scrollHeight > around.clientHeight) return around
  }
  return page.scrollingElement ?? page.documentElement
}

/** Some blocks that stand together. */
export interface Group {
  /** Of the group itself; null where the document does not group its blocks. */
  readonly position: number | null
  readonly blocks: readonly { readonly node: Node; readonly position: number }[]
}

/** The blocks of a document, in whatever only groups them. */
export function* groupsOf(doc: Node): Generator<Group> {
  if (doc.firstChild?.type.name !== "section") {
    yield { position: null, blocks: childrenOf(doc, 0) }
    return
  }
  for (const { node, position } of childrenOf(doc, 0)) yield { position, blocks: childrenOf(node, position + 1) }
}

function childrenOf(parent: Node, start: number): { readonly node: Node; readonly position: number }[] {
  let position = start
  return parent.children.map((node) => {
    const child = { node, position }
    position += node.nodeSize
    return child
  })
}

export function idOf(node: Node): string | null {
  const id: unknown = node.attrs["id"]
  return typeof id === "string" ? id : null
}

export function windowOf(view: EditorView): Window & typeof globalThis {
  return view.dom.ownerDocument.defaultView ?? globalThis.window
}
