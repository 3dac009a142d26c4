import type { ReadOnlyReason } from "./binding.ts"
import type { EditorStrings } from "./strings.ts"

/** The sentence over the text that says why a document can only be read here. */
export class Notice {
  readonly #element: HTMLElement
  readonly #strings: EditorStrings

  /** Puts itself, hidden, before `text`. */
  constructor(text: HTMLElement, strings: EditorStrings) {
    this.#strings = strings
    this.#element = text.ownerDocument.createElement("p")
    this.#element.className = "ligature-notice"
    this.#element.setAttribute("role", "status")
    this.#element.hidden = true
    text.before(this.#element)
  }

  show(reason: ReadOnlyReason | null): void {
    const sentence = {
      none: "",
      unrepresentable: this.#strings.unrepresentable,
      "several-layouts": this.#strings.severalLayouts,
      opening: this.#strings.opening,
      "code-missing": this.#strings.codeMissing,
    }[reason ?? "none"]
    this.#element.hidden = sentence === ""
    if (this.#element.textContent !== sentence) this.#element.textContent = sentence
  }
}
