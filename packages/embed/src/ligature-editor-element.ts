import { createEditor, type LigatureEmbed } from "./create-editor.ts"
import { PALETTE } from "./people.ts"

/** A server that renders pages imports this module, too, and has no elements. */
const BrowserElement: typeof HTMLElement = globalThis.HTMLElement ?? Object

/**
 * `<ligature-editor url="…" document="…" token="…" name="…" color="#2563ae" placeholder="…">`
 *
 * Lives in light DOM, so that your style sheet reaches it. Fires `ready` when the text is shown and `status` (detail: the status) whenever
 * that changes. Leaving the page ends it. Changing `url`, `document` or `placeholder` opens anew; `token`, `name` and `color` do not.
 */
export class LigatureEditorElement extends BrowserElement {
  static readonly observedAttributes: readonly string[] = ["url", "document", "placeholder", "name", "color"]
  #embed: LigatureEmbed | null = null
  /** Set while a change of attributes waits for the end of the script that makes it: several of them are one change. */
  #isOpening = false

  /** The handle of the open document; null while a needed attribute is missing. */
  get embed(): LigatureEmbed | null {
    return this.#embed
  }

  connectedCallback(): void {
    this.#openSoon()
  }

  disconnectedCallback(): void {
    // An element that is only moved within the page comes back before the microtask.
    this.#openSoon()
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (before === after || (this.#embed === null && !this.isConnected)) return
    if (name === "name" || name === "color") {
      if (this.#embed !== null) this.#embed.setUser(this.#user())
      return
    }
    this.#close()
    this.#openSoon()
  }

  #openSoon(): void {
    if (this.#isOpening) return
    this.#isOpening = true
    queueMicrotask(() => {
      this.#isOpening = false
      if (!this.isConnected) this.#close()
      else if (this.#embed === null) this.#open()
    })
  }

  #open(): void {
    const url = this.getAttribute("url")
    const document = this.getAttribute("document")
    if (!url || !document) return
    const placeholder = this.getAttribute("placeholder")
    const embed = createEditor({
      element: this,
      url,
      document,
      user: this.#user(),
      ...(this.hasAttribute("token") ? { token: () => this.getAttribute("token") ?? "" } : {}),
      ...(placeholder === null ? {} : { placeholder }),
    })
    this.#embed = embed
    embed.onStatus((status) => this.dispatchEvent(new CustomEvent("status", { detail: status })))
    void embed.whenReady.then(() => this.dispatchEvent(new CustomEvent("ready", { detail: embed })))
  }

  #close(): void {
    void this.#embed?.destroy()
    this.#embed = null
  }

  #user(): { readonly name: string; readonly color: string } {
    const color = this.getAttribute("color") ?? ""
    return {
      name: this.getAttribute("name") ?? "Somebody",
      color: /^#[0-9a-f]{6}$/i.test(color) ? color : (PALETTE[6] ?? "#2563ae"),
    }
  }
}

// A page may load two copies of a package; the first one wins instead of breaking the second.
if (globalThis.customElements !== undefined && customElements.get("ligature-editor") === undefined) {
  customElements.define("ligature-editor", LigatureEditorElement)
}
