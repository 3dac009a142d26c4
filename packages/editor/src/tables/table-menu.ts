import { Plugin } from "prosemirror-state"
import type { EditorView } from "prosemirror-view"
import type { Binding } from "../binding.ts"
import { islandAround } from "../islands.ts"
import { type TableAction, tableActions } from "./table-actions.ts"
import { tablePlace } from "./table-place.ts"
import type { TableStrings } from "./table-strings.ts"

const GROUPS: readonly (readonly TableAction[])[] = [
  ["rowBefore", "rowAfter", "columnBefore", "columnAfter"],
  ["rowUp", "rowDown", "columnLeft", "columnRight"],
  ["headerRow", "headerColumn", "merge", "split"],
  ["alignLeft", "alignCenter", "alignRight", "wider", "narrower"],
  ["paragraphBefore", "paragraphAfter"],
  ["deleteRow", "deleteColumn", "deleteTable"],
]

/** A button at the table that the caret is in, and its menu. Alt+Shift+F10 opens it from the text (WAI-ARIA menu button pattern). */
export function tableMenu(options: { binding: Binding; host: HTMLElement; strings: TableStrings }): Plugin {
  let menu: TableMenu | null = null
  return new Plugin({
    view: (view) => (menu = new TableMenu(view, options.binding, options.host, options.strings)),
    props: {
      handleKeyDown: (_view, event) => event.key === "F10" && event.altKey && event.shiftKey && menu?.open() === true,
    },
  })
}

class TableMenu {
  readonly #view: EditorView
  readonly #actions: ReturnType<typeof tableActions>
  readonly #element: HTMLElement
  readonly #button: HTMLButtonElement
  readonly #menu: HTMLElement
  readonly #items = new Map<HTMLButtonElement, TableAction>()
  #frame: number | null = null

  constructor(view: EditorView, binding: Binding, host: HTMLElement, strings: TableStrings) {
    this.#view = view
    this.#actions = tableActions(binding)
    const { ownerDocument } = host
    this.#element = ownerDocument.createElement("div")
    this.#element.className = "ligature-table-menu"
    this.#element.hidden = true
    this.#button = ownerDocument.createElement("button")
    this.#button.type = "button"
    this.#button.textContent = "⋯"
    this.#button.title = `${strings.menu} (Alt+Shift+F10)`
    this.#button.setAttribute("aria-label", strings.menu)
    this.#button.setAttribute("aria-haspopup", "menu")
    this.#button.setAttribute("aria-keyshortcuts", "Alt+Shift+F10")
    this.#menu = this.#makeMenu(ownerDocument, strings)
    this.#element.append(this.#button, this.#menu)
    host.append(this.#element)
    this.#show(false)

    // A press must not take the selection from the text.
    this.#element.addEventListener("mousedown", (event) => event.preventDefault())
    this.#button.addEventListener("click", () => (this.#menu.hidden ? this.open() : this.#close()))
    this.#menu.addEventListener("click", ({ target }) => this.#choose(target))
    this.#element.addEventListener("keydown", (event) => this.#onKey(event))
    this.#element.addEventListener("focusout", ({ relatedTarget }) => {
      if (!(relatedTarget instanceof Node) || !this.#element.contains(relatedTarget)) this.#show(false)
      this.update()
    })
    view.dom.addEventListener("focus", this.#later)
    view.dom.addEventListener("blur", this.#later)
    ownerDocument.defaultView?.addEventListener("scroll", this.#later, { capture: true, passive: true })
    ownerDocument.defaultView?.addEventListener("resize", this.#later)
  }

  update(): void {
    this.#later()
  }

  destroy(): void {
    const { defaultView } = this.#element.ownerDocument
    this.#view.dom.removeEventListener("focus", this.#later)
    this.#view.dom.removeEventListener("blur", this.#later)
    defaultView?.removeEventListener("scroll", this.#later, { capture: true })
    defaultView?.removeEventListener("resize", this.#later)
    if (this.#frame !== null) defaultView?.cancelAnimationFrame(this.#frame)
    this.#element.remove()
  }

  /** Opens the menu with the first item that applies; false where there is no table. */
  open(): boolean {
    if (!this.#view.editable || tablePlace(this.#view.state) === null) return false
    this.#place()
    this.#show(true)
    for (const [item, action] of this.#items) {
      item.setAttribute("aria-disabled", String(!this.#actions[action](this.#view.state)))
    }
    const [first] = this.#items.keys()
    first?.focus({ preventScroll: true })
    return true
  }

  #makeMenu(document: Document, strings: TableStrings): HTMLElement {
    const menu = document.createElement("div")
    menu.setAttribute("role", "menu")
    menu.setAttribute("aria-label", strings.menu)
    for (const group of GROUPS) {
      const element = document.createElement("div")
      element.setAttribute("role", "group")
      for (const action of group) {
        const item = document.createElement("button")
        item.type = "button"
        item.tabIndex = -1
        item.dataset["action"] = action
        item.textContent = strings[action]
        item.setAttribute("role", "menuitem")
        this.#items.set(item, action)
        element.append(item)
      }
      menu.append(element)
    }
    return menu
  }

  #choose(target: EventTarget | null): void {
    const item = target instanceof Element ? target.closest("button") : null
    const action = item === null ? undefined : this.#items.get(item)
    if (action === undefined || item?.getAttribute("aria-disabled") === "true") return
    this.#close()
    if (this.#view.editable) this.#actions[action](this.#view.state, this.#view.dispatch, this.#view)
  }

  #onKey(event: KeyboardEvent): void {
    const items = [...this.#items.keys()]
    const at = items.findIndex((item) => item === this.#element.ownerDocument.activeElement)
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    let to: HTMLButtonElement | undefined
    if (this.#menu.hidden && event.key === "ArrowDown") this.open()
    else if (this.#menu.hidden) return
    else if (step !== undefined) to = items[(at + step + items.length) % items.length]
    else if (event.key === "Home") to = items[0]
    else if (event.key === "End") to = items.at(-1)
    else if (event.key === "Escape") this.#close()
    else if (event.key === "Tab") return this.#show(false)
    else if (/^\p{L}$/u.test(event.key) && !event.ctrlKey && !event.metaKey) to = this.#itemAt(items, at, event.key)
    else return
    event.preventDefault()
    to?.focus()
  }

  /** The next item that begins with a letter. */
  #itemAt(items: readonly HTMLButtonElement[], at: number, letter: string): HTMLButtonElement | undefined {
    const following = [...items.slice(at + 1), ...items.slice(0, at + 1)]
    return following.find(({ textContent }) => textContent?.toLowerCase().startsWith(letter.toLowerCase()))
  }

  #show(isOpen: boolean): void {
    this.#menu.hidden = !isOpen
    this.#button.setAttribute("aria-expanded", String(isOpen))
  }

  #close(): void {
    this.#show(false)
    this.#view.focus()
  }

  /** Layout is read once a frame at most, never while the view is being updated. */
  readonly #later = (): void => {
    this.#frame ??=
      this.#element.ownerDocument.defaultView?.requestAnimationFrame(() => {
        this.#frame = null
        if (!this.#view.isDestroyed) this.#place()
      }) ?? null
  }

  #place(): void {
    const island = islandAround(this.#view.state.selection.$head)
    const dom = island === null ? null : this.#view.nodeDOM(island.pos)
    const isInside = this.#view.hasFocus() || this.#element.contains(this.#element.ownerDocument.activeElement)
    const isShown =
      dom instanceof HTMLElement && isInside && this.#view.editable && tablePlace(this.#view.state) !== null
    this.#element.hidden = !isShown
    const host = this.#element.parentElement?.getBoundingClientRect()
    if (!isShown || host === undefined) return
    const { right, top, bottom } = dom.getBoundingClientRect()
    const button = this.#button.getBoundingClientRect()
    // Where the top of the table has scrolled out of sight, the button stays in sight.
    const y = Math.min(Math.max(top, 8), bottom - button.height)
    const x = Math.min(right, host.right) - button.width
    this.#element.style.transform = `translate(${x - host.left}px, ${y - host.top - button.height - 2}px)`
  }
}
