import type { ReadOnlyReason } from "./binding.ts"
import type { EditorStrings } from "./strings.ts"

/** The sentence over the text that says why a document can only be read here. */
export class Notice {
  readonly #element: HTMLElement
  readonly #strings: EditorStrings
  readonly #linkTo: (document: string) => string | null
  /** It is asked with every transaction, and the browser restyles on every write. */
  #shown: { readonly sentence: string; readonly href: string | null } = { sentence: "", href: null }

  /** Puts itself, hidden, before `text`. `linkTo` gives the address of another document, or null where there is none. */
  constructor(text: HTMLElement, strings: EditorStrings, linkTo: (document: string) => string | null) {
    this.#strings = strings
    this.#linkTo = linkTo
    this.#element = text.ownerDocument.createElement("p")
    this.#element.className = "ligature-notice"
    this.#element.setAttribute("role", "status")
    this.#element.hidden = true
    text.before(this.#element)
  }

  /** `moved` is the name of the document in which this one goes on, if its reason is that. */
  show(reason: ReadOnlyReason | null, moved: string | null): void {
    const sentence = {
      none: "",
      moved: this.#strings.moved,
      unrepresentable: this.#strings.unrepresentable,
      "several-layouts": this.#strings.severalLayouts,
      opening: this.#strings.opening,
      "code-missing": this.#strings.codeMissing,
    }[reason ?? "none"]
    const href = moved === null ? null : this.#linkTo(moved)
    if (sentence === this.#shown.sentence && href === this.#shown.href) return
    this.#shown = { sentence, href }
    this.#element.hidden = sentence === ""
    this.#element.textContent = sentence
    if (href === null) return
    const made = this.#element.ownerDocument.createElement("a")
    made.href = href
    made.textContent = this.#strings.goToNewDocument
    this.#element.append(" ", made)
  }
}
