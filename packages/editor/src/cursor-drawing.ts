import type { EditorView } from "prosemirror-view"
import { type PlacedCursor, readableOn } from "./remote-people.ts"
import { mergeRects, type Rect } from "./selection-rects.ts"

/** A label disappears this long after its cursor has last moved, in milliseconds: long enough to be read, short enough not to cover the text. */
const LABEL_MS = 3000

/** Selections of more lines than this in view are drawn in part; nobody can tell, and a hostile peer cannot make us draw thousands. */
const MAX_RECTS = 200

/** The elements of the layer, one caret and one group of selection rectangles for each person; kept and moved, not made anew. */
export class CursorDrawing {
  readonly #layer: HTMLElement
  readonly #people = new Map<number, DrawnPerson>()

  constructor(layer: HTMLElement) {
    this.#layer = layer
  }

  draw(view: EditorView, cursors: readonly PlacedCursor[]): void {
    // Read everything first, then write: alternating would lay the page out again for each person.
    const read = new Reading(view, this.#layer.getBoundingClientRect())
    const measured = cursors.map((placed) => ({ placed, ...read.measure(placed) }))
    const present = new Set<number>()
    for (const { placed, caret, rects } of measured) {
      present.add(placed.cursor.client)
      this.#person(placed.cursor.client).show(placed, caret, rects)
    }
    for (const [client, person] of this.#people) {
      if (present.has(client)) continue
      person.remove()
      this.#people.delete(client)
    }
  }

  clear(): void {
    for (const person of this.#people.values()) person.remove()
    this.#people.clear()
  }

  #person(client: number): DrawnPerson {
    let person = this.#people.get(client)
    if (person === undefined) {
      person = new DrawnPerson(this.#layer)
      this.#people.set(client, person)
    }
    return person
  }
}

class DrawnPerson {
  readonly #group: HTMLElement
  readonly #caret: HTMLElement
  readonly #label: HTMLElement
  readonly #rects: HTMLElement[] = []
  #fade: ReturnType<typeof setTimeout> | null = null
  /** How often the cursor had moved when its label was last shown. */
  #moves = 0

  constructor(layer: HTMLElement) {
    const { ownerDocument } = layer
    this.#group = ownerDocument.createElement("div")
    this.#group.className = "ligature-person"
    this.#caret = ownerDocument.createElement("div")
    this.#caret.className = "ligature-caret"
    this.#label = ownerDocument.createElement("div")
    this.#label.className = "ligature-caret-label"
    this.#caret.append(this.#label)
    this.#group.append(this.#caret)
    layer.append(this.#group)
  }

  show({ cursor, moves }: PlacedCursor, caret: Rect | null, rects: readonly Rect[]): void {
    this.#group.style.setProperty("--ligature-person", cursor.color)
    this.#group.style.setProperty("--ligature-person-text", readableOn(cursor.color))
    if (this.#label.textContent !== cursor.name) this.#label.textContent = cursor.name
    this.#caret.hidden = caret === null
    if (caret !== null) {
      place(this.#caret, { ...caret, width: 2 })
      this.#caret.classList.toggle("is-first-line", caret.top < 24)
    }
    while (this.#rects.length < rects.length) {
      const element = this.#group.ownerDocument.createElement("div")
      element.className = "ligature-selection"
      this.#group.prepend(element)
      this.#rects.push(element)
    }
    for (const element of this.#rects.splice(rects.length)) element.remove()
    for (const [index, rect] of rects.entries()) {
      const element = this.#rects[index]
      if (element !== undefined) place(element, rect)
    }
    if (this.#moves !== moves) this.#showLabel(moves)
  }

  remove(): void {
    if (this.#fade !== null) clearTimeout(this.#fade)
    this.#group.remove()
  }

  #showLabel(moves: number): void {
    this.#moves = moves
    this.#group.classList.add("is-active")
    if (this.#fade !== null) clearTimeout(this.#fade)
    this.#fade = setTimeout(() => this.#group.classList.remove("is-active"), LABEL_MS)
  }
}

function place(element: HTMLElement, { left, top, width, height }: Rect): void {
  element.style.transform = `translate(${left}px, ${top}px)`
  element.style.width = `${width}px`
  element.style.height = `${height}px`
}

/** Looks at the page as it is in one frame. What is out of view is not looked at: what the browser has not drawn would be laid out for it. */
class Reading {
  readonly #view: EditorView
  readonly #origin: DOMRect
  readonly #height: number
  /** Whether an element is in view, asked once for each. */
  readonly #inView = new Map<Element, boolean>()
  #visible: { readonly from: number; readonly to: number } | null = null

  /** `origin` is the box of the layer in which the cursors are placed. */
  constructor(view: EditorView, origin: DOMRect) {
    this.#view = view
    this.#origin = origin
    this.#height = view.dom.ownerDocument.defaultView?.innerHeight ?? 0
  }

  measure({ anchor, head }: PlacedCursor): { caret: Rect | null; rects: Rect[] } {
    const view = this.#view
    const { size } = view.state.doc.content
    const caret = head <= size && this.#isInView(head) ? toLayer(caretRect(view, head), this.#origin) : null
    if (anchor === head) return { caret, rects: [] }
    this.#visible ??= visibleRange(view)
    const from = Math.max(Math.min(anchor, head), this.#visible.from)
    const to = Math.min(Math.max(anchor, head), this.#visible.to, size)
    if (from >= to) return { caret, rects: [] }
    const range = view.dom.ownerDocument.createRange()
    const start = view.domAtPos(from, 1)
    const end = view.domAtPos(to, -1)
    range.setStart(start.node, start.offset)
    range.setEnd(end.node, end.offset)
    const lines = mergeRects(textRects(range, view.dom).slice(0, MAX_RECTS))
    return { caret, rects: lines.map((rect) => toLayer(rect, this.#origin)) }
  }

  /** From the outside in: of a section that is out of view, nothing more is asked. */
  #isInView(position: number): boolean {
    const { node } = this.#view.domAtPos(position)
    const around: Element[] = []
    for (let at: Node | null = node; at !== null && at !== this.#view.dom; at = at.parentNode)
      if (at instanceof Element) around.push(at)
    return around.toReversed().every((element) => {
      let isIn = this.#inView.get(element)
      if (isIn === undefined) {
        const { top, bottom, height } = element.getBoundingClientRect()
        // What has no box of its own, or a flat one, says nothing about what is in it.
        isIn = height === 0 || (bottom > -MARGIN && top < this.#height + MARGIN)
        this.#inView.set(element, isIn)
      }
      return isIn
    })
  }
}

/** So far out of view a caret still counts as in view, in CSS pixels: its label may show. */
const MARGIN = 40

/** The positions between which the text is on the screen, found by looking at its edges; a little more than exact. */
function visibleRange(view: EditorView): { from: number; to: number } {
  const { size } = view.state.doc.content
  const box = view.dom.getBoundingClientRect()
  const height = view.dom.ownerDocument.defaultView?.innerHeight ?? 0
  const start = box.top >= 0 ? 0 : view.posAtCoords({ left: box.left + 1, top: 1 })?.pos
  const end = box.bottom <= height ? size : view.posAtCoords({ left: box.right - 1, top: height - 1 })?.pos
  // Something that lies over the text (a toolbar) hides what is there; then rather draw too much.
  return { from: start ?? 0, to: end ?? size }
}

/** Rectangles of text only: a range that holds whole blocks also reports their boxes, as wide as the page. */
function textRects(range: Range, root: Element): Rect[] {
  const walker = root.ownerDocument.createTreeWalker(range.commonAncestorContainer, 4 /* SHOW_TEXT */)
  const rects: Rect[] = []
  const part = root.ownerDocument.createRange()
  const node = range.startContainer
  if (node.nodeType === 3) walker.currentNode = node
  else walker.currentNode = node.childNodes[range.startOffset] ?? node
  for (
    let text: Node | null = walker.currentNode.nodeType === 3 ? walker.currentNode : walker.nextNode();
    text !== null && rects.length < MAX_RECTS * 2;
    text = walker.nextNode()
  ) {
    const length = text.nodeValue?.length ?? 0
    if (range.comparePoint(text, length) < 0) continue
    if (range.comparePoint(text, 0) > 0) break
    part.setStart(text, text === range.startContainer ? range.startOffset : 0)
    part.setEnd(text, text === range.endContainer ? range.endOffset : length)
    rects.push(...part.getClientRects())
  }
  return rects
}

function caretRect(view: EditorView, position: number): Rect {
  const { left, top, bottom } = view.coordsAtPos(position)
  return { left, top, width: 0, height: bottom - top }
}

function toLayer(rect: Rect, origin: DOMRect): Rect {
  return { left: rect.left - origin.left, top: rect.top - origin.top, width: rect.width, height: rect.height }
}
