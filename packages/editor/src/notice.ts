import type { ReadOnlyReason } from "./binding.ts"
import type { EditorStrings } from "./strings.ts"

/** The sentence that says why a document can only be read here, over the text; or why what somebody just tried was not done, over the page's end. */
export class Notice {
  readonly #element: HTMLElement
  readonly #strings: EditorStrings
  readonly #linkTo: (document: string) => string | null
  /** It is asked with every transaction, and the browser restyles on every write. */
  #shown: { readonly sentence: string; readonly href: string | null } = { sentence: "", href: null }
  #reason = ""
  #said = ""
  #href: string | null = null

  /** Puts itself, empty, before `text`. `linkTo` gives the address of another document, or null where there is none. */
  constructor(text: HTMLElement, strings: EditorStrings, linkTo: (document: string) => string | null) {
    this.#strings = strings
    this.#linkTo = linkTo
    this.#element = text.ownerDocument.createElement("p")
    this.#element.className = "ligature-notice"
    this.#element.setAttribute("role", "status")
    text.before(this.#element)
    const goOn = (): void => this.say("")
    text.addEventListener("keydown", goOn)
    text.addEventListener("pointerdown", goOn)
  }

  /** `moved` is the name of the document in which this one goes on, if its reason is that. */
  show(reason: ReadOnlyReason | null, moved: string | null): void {
    this.#reason = {
      none: "",
      moved: this.#strings.moved,
      unrepresentable: this.#strings.unrepresentable,
      "several-layouts": this.#strings.severalLayouts,
      opening: this.#strings.opening,
      "code-missing": this.#strings.codeMissing,
    }[reason ?? "none"]
    this.#href = moved === null ? null : this.#linkTo(moved)
    this.#draw()
  }

  /** Says why something was not done, until one goes on with keys or pointer. */
  readonly say = (sentence: string): void => {
    this.#said = sentence
    this.#draw()
  }

  #draw(): void {
    const sentence = this.#reason || this.#said
    const href = this.#href
    if (sentence === this.#shown.sentence && href === this.#shown.href) return
    this.#shown = { sentence, href }
    // Read out where it was there before it said something: it is never hidden.
    this.#element.textContent = sentence
    this.#element.classList.toggle("is-passing", this.#reason === "")
    if (href === null) return
    const made = this.#element.ownerDocument.createElement("a")
    made.href = href
    made.textContent = this.#strings.goToNewDocument
    this.#element.append(" ", made)
  }
}
