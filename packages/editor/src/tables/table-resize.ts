import { Plugin } from "prosemirror-state"
import { TableMap } from "prosemirror-tables"
import type { EditorView } from "prosemirror-view"
import type { Binding } from "../binding.ts"
import { islandAround } from "../islands.ts"
import { tableModel } from "./table-place.ts"

/** How near to a column's border the pointer has to be, in CSS pixels. */
const REACH = 5

interface Border {
  readonly table: string
  readonly column: number
  /** The cell that ends at the border. */
  readonly cell: HTMLTableCellElement
}

/** Columns are made wider and narrower by their borders, with a mouse. A line follows the pointer; the table follows when it is let go. */
export function tableResizing(options: { binding: Binding; host: HTMLElement }): Plugin {
  return new Plugin({ view: (view) => new Resizing(view, options.binding, options.host) })
}

class Resizing {
  readonly #view: EditorView
  readonly #binding: Binding
  readonly #line: HTMLElement
  #border: Border | null = null
  /** Where the pointer went down; null while nothing is dragged. */
  #startX: number | null = null

  constructor(view: EditorView, binding: Binding, host: HTMLElement) {
    this.#view = view
    this.#binding = binding
    this.#line = host.ownerDocument.createElement("div")
    this.#line.className = "ligature-table-line"
    this.#line.hidden = true
    host.append(this.#line)
    view.dom.addEventListener("pointermove", this.#onMove)
    view.dom.addEventListener("pointerleave", this.#onLeave)
    view.dom.addEventListener("pointerdown", this.#onDown, { capture: true })
    view.dom.addEventListener("mousedown", this.#onMouseDown, { capture: true })
  }

  destroy(): void {
    const { dom } = this.#view
    dom.removeEventListener("pointermove", this.#onMove)
    dom.removeEventListener("pointerleave", this.#onLeave)
    dom.removeEventListener("pointerdown", this.#onDown, { capture: true })
    dom.removeEventListener("mousedown", this.#onMouseDown, { capture: true })
    this.#line.remove()
  }

  readonly #onMove = (event: PointerEvent): void => {
    if (event.pointerType !== "mouse" || this.#startX !== null || event.buttons !== 0) return
    this.#border = this.#view.editable ? this.#borderAt(event) : null
    this.#draw(this.#border?.cell.getBoundingClientRect().right ?? null)
  }

  readonly #onLeave = (): void => {
    if (this.#startX === null) this.#draw(null)
  }

  readonly #onDown = (event: PointerEvent): void => {
    if (this.#border === null || event.button !== 0 || event.pointerType !== "mouse") return
    this.#startX = event.clientX
    const { defaultView } = this.#view.dom.ownerDocument
    const move = ({ clientX }: PointerEvent): void => this.#draw(clientX)
    const end = ({ clientX, type }: PointerEvent): void => {
      defaultView?.removeEventListener("pointermove", move)
      defaultView?.removeEventListener("pointerup", end)
      defaultView?.removeEventListener("pointercancel", end)
      if (type === "pointerup") this.#resize(clientX)
      this.#startX = null
      this.#border = null
      this.#draw(null)
    }
    defaultView?.addEventListener("pointermove", move)
    defaultView?.addEventListener("pointerup", end)
    defaultView?.addEventListener("pointercancel", end)
  }

  /** The press is not one on the text. */
  readonly #onMouseDown = (event: MouseEvent): void => {
    if (this.#startX === null) return
    event.preventDefault()
    event.stopPropagation()
  }

  #resize(clientX: number): void {
    if (this.#border === null || this.#startX === null || clientX === this.#startX) return
    const { table, column, cell } = this.#border
    const model = tableModel(this.#binding, table)
    const id = model?.read().columns[column]?.id
    const width = cell.getBoundingClientRect().width / cell.colSpan + clientX - this.#startX
    if (model !== null && id !== undefined) this.#binding.edit?.(() => model.setWidth(id, width))
  }

  #borderAt({ target, clientX }: PointerEvent): Border | null {
    const touched = target instanceof Element ? target.closest<HTMLTableCellElement>("td, th") : null
    if (touched === null || !this.#view.dom.contains(touched)) return null
    const { left, right } = touched.getBoundingClientRect()
    const isBefore = clientX - left <= REACH
    if (!isBefore && right - clientX > REACH) return null
    const before = touched.previousElementSibling
    const cell = isBefore ? (before instanceof HTMLTableCellElement ? before : null) : touched
    if (cell === null) return null
    const position = this.#view.state.doc.resolve(this.#view.posAtDOM(cell, 0))
    const island = islandAround(position)
    const table = island?.node.firstChild
    if (island === null || table == null) return null
    for (let depth = position.depth; depth > 0; depth--) {
      if (position.node(depth).type.spec["tableRole"] !== "cell") continue
      const rect = TableMap.get(table).findCell(position.before(depth) - island.pos - 2)
      return { table: String(island.node.attrs["id"]), column: rect.right - 1, cell }
    }
    return null
  }

  /** The line where the border is, or would be. */
  #draw(clientX: number | null): void {
    const table = this.#border?.cell.closest("table")
    this.#view.dom.classList.toggle("is-resizing-column", clientX !== null)
    this.#line.hidden = clientX === null || table == null
    const host = this.#line.parentElement?.getBoundingClientRect()
    if (clientX === null || table == null || host === undefined) return
    const { top, height } = table.getBoundingClientRect()
    this.#line.style.transform = `translate(${clientX - host.left}px, ${top - host.top}px)`
    this.#line.style.blockSize = `${height}px`
  }
}
