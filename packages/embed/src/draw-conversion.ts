import type { LigatureEditor } from "@ligature/editor"

/**
 * Offers, above a text that another editor wrote, to make a Ligature document of it. Gone while the text can only be read, and for good
 * once the document has moved: the editor itself then says where to. @returns what ends it
 */
export function drawConversion(
  before: HTMLElement,
  editor: LigatureEditor,
  convert: () => Promise<unknown>,
): () => void {
  const page = before.ownerDocument
  const offer = page.createElement("div")
  offer.className = "ligature-conversion"
  offer.setAttribute("role", "note")
  const sentence = page.createElement("p")
  sentence.textContent = OFFER
  const button = page.createElement("button")
  button.type = "button"
  button.textContent = "Convert to a Ligature document"
  offer.append(sentence, button)
  before.before(offer)

  const draw = () => {
    offer.hidden = editor.movedTo !== null || editor.layout.layout !== "xml"
  }
  const work = async () => {
    button.disabled = true
    sentence.textContent = "Making the new document …"
    try {
      await convert()
    } catch {
      sentence.textContent = "That did not work, and nothing has changed."
    } finally {
      button.disabled = false
      draw()
    }
  }
  button.addEventListener("click", () => void work())
  draw()
  const stop = editor.onUpdate(draw)
  return () => {
    stop()
    offer.remove()
  }
}

const OFFER =
  "Another editor wrote this document. As a Ligature document it merges everything that people do at the same time, and has all commands. " +
  "That makes a new document under a new link; this one stays for reading and points to it."
