import { safeHref } from "@ligature/schema"
import type { EditorView } from "prosemirror-view"
import { completeAddress, hrefIn, linkAround } from "./link-range.ts"
import { type LinkTarget, openedLink } from "./opened-link.ts"
import type { EditorStrings } from "./strings.ts"
import { markOf } from "./toggle-format.ts"

/** The elements of the dialog; shown and placed by what the state says. */
export class LinkDialog {
  readonly #view: EditorView
  readonly #strings: EditorStrings
  readonly #element: HTMLFormElement
  readonly #input: HTMLInputElement
  readonly #open: HTMLAnchorElement
  readonly #remove: HTMLButtonElement
  readonly #error: HTMLElement
  /** Opened by command: the address field had the focus given to it once. */
  #wasOpened = false

  constructor(view: EditorView, host: HTMLElement, strings: EditorStrings) {
    this.#view = view
    this.#strings = strings
    const { ownerDocument } = host
    this.#element = ownerDocument.createElement("form")
    this.#element.className = "ligature-link"
    this.#element.noValidate = true
    this.#element.hidden = true
    this.#element.setAttribute("role", "dialog")
    this.#element.setAttribute("aria-label", strings.link)
    this.#input = ownerDocument.createElement("input")
    this.#input.type = "url"
    this.#input.inputMode = "url"
    this.#input.autocomplete = "off"
    this.#input.spellcheck = false
    this.#input.placeholder = "https://"
    this.#input.setAttribute("aria-label", strings.linkAddress)
    const apply = ownerDocument.createElement("button")
    apply.type = "submit"
    apply.textContent = strings.linkApply
    this.#open = ownerDocument.createElement("a")
    this.#open.target = "_blank"
    this.#open.rel = "noopener noreferrer nofollow"
    this.#open.textContent = "↗"
    this.#open.title = strings.linkOpen
    this.#open.setAttribute("aria-label", strings.linkOpen)
    this.#remove = ownerDocument.createElement("button")
    this.#remove.type = "button"
    this.#remove.textContent = strings.linkRemove
    this.#error = ownerDocument.createElement("p")
    this.#error.setAttribute("role", "alert")
    this.#element.append(this.#input, apply, this.#open, this.#remove, this.#error)
    host.append(this.#element)

    this.#element.addEventListener("submit", (event) => {
      event.preventDefault()
      this.#apply()
    })
    this.#element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#close()
      event.stopPropagation()
    })
    this.#input.addEventListener("input", () => this.#complain(""))
    this.#remove.addEventListener("click", () => this.#removeLink())
    view.dom.addEventListener("blur", this.#later)
    view.dom.addEventListener("focus", this.#later)
    this.#element.addEventListener("focusout", this.#later)
  }

  update(): void {
    const opened = openedLink.getState(this.#view.state) ?? null
    const target = opened ?? this.#targetAtCaret()
    if (target === null || (opened === null && !this.#hasFocus())) {
      // With every key: the browser restyles on every write, also of what is there already.
      if (!this.#element.hidden) this.#element.hidden = true
      this.#wasOpened = false
      return
    }
    const href = hrefIn(this.#view.state.doc, target, markOf(this.#view.state.schema, "link"))
    const safe = safeHref(href)
    const isEditable = this.#view.editable
    const isEditing = this.#element.contains(this.#element.ownerDocument.activeElement)
    if (!isEditing) {
      this.#input.value = href
      this.#complain("")
    }
    this.#input.readOnly = !isEditable
    this.#open.hidden = safe === null
    if (safe !== null) this.#open.href = safe
    this.#remove.hidden = href === "" || !isEditable
    this.#element.hidden = false
    this.#place(target)
    if (opened !== null && !this.#wasOpened) {
      this.#wasOpened = true
      this.#input.focus({ preventScroll: true })
      this.#input.select()
    }
  }

  destroy(): void {
    this.#view.dom.removeEventListener("blur", this.#later)
    this.#view.dom.removeEventListener("focus", this.#later)
    this.#element.remove()
  }

  /** The focus is nowhere while it moves; look when it has arrived. */
  readonly #later = (): void => {
    queueMicrotask(() => {
      if (this.#view.isDestroyed) return
      const isInside = this.#hasFocus()
      if (!isInside && openedLink.getState(this.#view.state) !== null)
        this.#view.dispatch(this.#view.state.tr.setMeta(openedLink, false))
      else this.update()
    })
  }

  #hasFocus(): boolean {
    return this.#view.hasFocus() || this.#element.contains(this.#element.ownerDocument.activeElement)
  }

  #targetAtCaret(): LinkTarget | null {
    const { state } = this.#view
    const type = markOf(state.schema, "link")
    return type === null || !state.selection.empty ? null : linkAround(state, type)
  }

  #apply(): void {
    const { state } = this.#view
    const target = openedLink.getState(state) ?? this.#targetAtCaret()
    const type = markOf(state.schema, "link")
    if (target === null || type === null || !this.#view.editable) return
    const typed = this.#input.value.trim()
    if (typed === "") {
      this.#removeLink()
      return
    }
    const href = completeAddress(typed)
    if (href === null) {
      this.#complain(this.#strings.linkInvalid)
      return
    }
    const { tr } = state
    const { from } = target
    let { to } = target
    if (from === to) {
      tr.insertText(typed, from)
      to = from + typed.length
    }
    tr.removeMark(from, to, type).addMark(from, to, type.create({ href })).removeStoredMark(type)
    this.#view.dispatch(tr.setMeta(openedLink, false))
    this.#view.focus()
  }

  #removeLink(): void {
    const { state } = this.#view
    const target = openedLink.getState(state) ?? this.#targetAtCaret()
    const type = markOf(state.schema, "link")
    if (target === null || type === null || !this.#view.editable) return
    this.#view.dispatch(state.tr.removeMark(target.from, target.to, type).setMeta(openedLink, false))
    this.#view.focus()
  }

  #close(): void {
    this.#view.dispatch(this.#view.state.tr.setMeta(openedLink, false))
    this.#element.hidden = true
    this.#view.focus()
  }

  #complain(sentence: string): void {
    this.#error.textContent = sentence
    this.#error.hidden = sentence === ""
    this.#input.setAttribute("aria-invalid", String(sentence !== ""))
  }

  #place({ from }: LinkTarget): void {
    const host = this.#element.parentElement?.getBoundingClientRect()
    if (host === undefined) return
    const at = this.#view.coordsAtPos(from)
    const left = Math.max(0, Math.min(at.left - host.left, host.width - this.#element.offsetWidth))
    const { offsetHeight } = this.#element
    const isBelow = at.bottom + offsetHeight + 6 <= (this.#view.dom.ownerDocument.defaultView?.innerHeight ?? Infinity)
    const top = isBelow ? at.bottom - host.top + 6 : at.top - host.top - offsetHeight - 6
    this.#element.style.transform = `translate(${left}px, ${top}px)`
  }
}
