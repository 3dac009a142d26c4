import type { Node } from "prosemirror-model"
import type { PluginView } from "prosemirror-state"
import type { EditorView } from "prosemirror-view"
import type { PlacedBlock } from "./blocks.ts"
import { movableAround, moveTo, withNestedBelow } from "./move-blocks.ts"
import type { EditorStrings } from "./strings.ts"

/** The drag under way: what moves, and the border where it would go now. */
interface Drag {
  blocks: readonly PlacedBlock[]
  target: number | null
}

/** The handle in the margin and the line that shows where a dragged block would go. One pointer, whatever it is: mouse, pen or finger. */
export class DragBlocks implements PluginView {
  readonly #view: EditorView
  readonly #host: HTMLElement
  readonly #handle: HTMLButtonElement
  readonly #line: HTMLElement
  /** Asked with every key. */
  readonly #noHover: MediaQueryList | null
  /** The block that the handle stands beside. */
  #beside: PlacedBlock | null = null
  #drag: Drag | null = null
  #frame = 0

  constructor(view: EditorView, { host, strings }: { host: HTMLElement; strings: EditorStrings }) {
    this.#view = view
    this.#host = host
    const page = host.ownerDocument
    this.#noHover = page.defaultView?.matchMedia("(hover: none)") ?? null
    this.#handle = page.createElement("button")
    this.#handle.type = "button"
    this.#handle.className = "ligature-handle"
    // Whoever uses keys moves blocks by keys; the name says which.
    this.#handle.tabIndex = -1
    this.#handle.hidden = true
    this.#handle.setAttribute("aria-label", strings.moveBlock)
    this.#handle.title = strings.moveBlock
    this.#line = page.createElement("div")
    this.#line.className = "ligature-drop-line"
    this.#line.setAttribute("aria-hidden", "true")
    this.#line.hidden = true
    host.append(this.#handle, this.#line)
    host.addEventListener("pointermove", this.#onHover)
    host.addEventListener("pointerleave", this.#onLeave)
    this.#handle.addEventListener("pointerdown", this.#onDown)
    this.#handle.addEventListener("pointermove", this.#onDrag)
    this.#handle.addEventListener("pointerup", this.#onDrop)
    this.#handle.addEventListener("pointercancel", this.#onCancel)
    page.addEventListener("keydown", this.#onKey)
  }

  update(view: EditorView): void {
    this.#follow(view.state.doc)
    // A finger does not hover; a mouse shows where it is by itself.
    const isForFingers = this.#noHover?.matches === true
    if (isForFingers && this.#drag === null && view.state.selection.empty && view.hasFocus()) {
      this.#soon(() => this.#stand(movableAround(this.#view.state.selection.$from)))
    }
  }

  destroy(): void {
    cancelAnimationFrame(this.#frame)
    this.#host.removeEventListener("pointermove", this.#onHover)
    this.#host.removeEventListener("pointerleave", this.#onLeave)
    this.#host.ownerDocument.removeEventListener("keydown", this.#onKey)
    this.#handle.remove()
    this.#line.remove()
  }

  /** What is dragged may be elsewhere, say more, or be gone, by another person's hand. */
  #follow(doc: Node): void {
    const drag = this.#drag
    const top = drag?.blocks[0]
    if (drag === null || top === undefined || drag.blocks.every(({ node, pos }) => doc.nodeAt(pos) === node)) return
    const found = blockLike(top, doc)
    if (found === null) return this.#end()
    drag.blocks = withNestedBelow(doc, found)
    drag.target = null
  }

  /** Layout is read once a frame at most, and never while somebody types. */
  #soon(act: () => void): void {
    cancelAnimationFrame(this.#frame)
    this.#frame = requestAnimationFrame(act)
  }

  readonly #onHover = (event: PointerEvent): void => this.hover(event)

  /** Puts the handle beside the block that a pointer is at. */
  hover(event: PointerEvent): void {
    if (this.#drag !== null || event.pointerType === "touch" || event.target === this.#handle) return
    const { clientY } = event
    this.#soon(() => this.#stand(this.#blockAt(clientY)))
  }

  readonly #onLeave = (): void => {
    if (this.#drag === null) this.#soon(() => this.#stand(null))
  }

  #stand(block: PlacedBlock | null): void {
    this.#beside = block
    const rect = block === null ? null : this.#rectOf(block)
    this.#handle.hidden = rect === null || !this.#view.editable
    if (rect === null) return
    const host = this.#host.getBoundingClientRect()
    const text = this.#view.dom.getBoundingClientRect()
    this.#handle.style.setProperty("inset-block-start", `${rect.top - host.top}px`)
    this.#handle.style.setProperty("inset-inline-start", `${text.left - host.left}px`)
  }

  readonly #onDown = (event: PointerEvent): void => {
    const block = event.button === 0 ? this.#stillBeside(event.clientY) : null
    if (block === null) return
    // The text keeps focus and caret, and the page does not scroll under the finger.
    event.preventDefault()
    this.#handle.setPointerCapture(event.pointerId)
    this.#drag = { blocks: withNestedBelow(this.#view.state.doc, block), target: null }
    this.#host.classList.add("ligature-dragging")
  }

  /** The block that the handle stands beside, if it has not gone elsewhere meanwhile. */
  #stillBeside(y: number): PlacedBlock | null {
    const { doc } = this.#view.state
    const block = this.#beside
    if (block === null || doc.nodeAt(block.pos) === block.node) return block
    const found = blockLike(block, doc)
    const rect = found === null ? null : this.#rectOf(found)
    return rect !== null && rect.top <= y && y <= rect.bottom ? found : null
  }

  readonly #onDrag = (event: PointerEvent): void => {
    const drag = this.#drag
    if (drag === null) return
    const { clientY } = event
    this.#soon(() => this.#aim(drag, clientY))
  }

  #aim(drag: Drag, y: number): void {
    const over = this.#blockAt(y)
    const rect = over === null ? null : this.#rectOf(over)
    const [first, last] = [drag.blocks[0], drag.blocks.at(-1)]
    if (over === null || rect === null || first === undefined || last === undefined) return
    const isBelow = y > (rect.top + rect.bottom) / 2
    const target = isBelow ? over.pos + over.node.nodeSize : over.pos
    const isItself = over.pos >= first.pos && over.pos <= last.pos
    drag.target = isItself ? null : target
    const host = this.#host.getBoundingClientRect()
    this.#line.hidden = isItself
    this.#line.style.setProperty("inset-block-start", `${(isBelow ? rect.bottom : rect.top) - host.top}px`)
    this.#line.style.setProperty("inset-inline-start", `${rect.left - host.left}px`)
    this.#line.style.setProperty("inline-size", `${rect.width}px`)
    this.#handle.style.setProperty("inset-block-start", `${y - host.top - this.#handle.offsetHeight / 2}px`)
  }

  readonly #onDrop = (event: PointerEvent): void => {
    const drag = this.#drag
    if (drag === null) return
    cancelAnimationFrame(this.#frame)
    this.#aim(drag, event.clientY)
    this.#end()
    if (drag.target === null || !this.#view.editable) return
    this.#view.dispatch(moveTo(this.#view.state.tr, drag.blocks, drag.target))
  }

  readonly #onCancel = (): void => this.#end()

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && this.#drag !== null) this.#end()
  }

  #end(): void {
    this.#drag = null
    this.#line.hidden = true
    this.#handle.hidden = true
    this.#host.classList.remove("ligature-dragging")
  }

  /** The block or table at a height; what stands in a cell stays there, so a table is one thing here. */
  #blockAt(y: number): PlacedBlock | null {
    const { left, right } = this.#view.dom.getBoundingClientRect()
    const found = this.#view.posAtCoords({ left: (left + right) / 2, top: y })
    if (found === null) return null
    const position = this.#view.state.doc.resolve(found.pos)
    for (let depth = 1; depth <= position.depth; depth++) {
      const node = position.node(depth)
      if (node.isTextblock || node.type.isInGroup("island")) return { node, pos: position.before(depth) }
    }
    return movableAround(position)
  }

  #rectOf({ pos }: PlacedBlock): DOMRect | null {
    const dom = this.#view.nodeDOM(pos)
    return dom instanceof HTMLElement ? dom.getBoundingClientRect() : null
  }
}

/** The block with the id of another one; without an id, the same one at the same place. */
function blockLike({ node, pos }: PlacedBlock, doc: Node): PlacedBlock | null {
  const id: unknown = node.attrs["id"]
  if (id === null) return doc.nodeAt(pos) === node ? { node, pos } : null
  let found: PlacedBlock | null = null
  doc.descendants((other, at) => {
    if (found === null && other.type === node.type && other.attrs["id"] === id) found = { node: other, pos: at }
    return found === null && !other.isTextblock
  })
  return found
}
