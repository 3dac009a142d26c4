import { readOnlySentence, type ReadOnlySignal } from "@ligature/provider"

/** Says above the text why it can only be read. @returns what ends it */
export function drawNotice(before: HTMLElement, readOnly: ReadOnlySignal): () => void {
  const notice = before.ownerDocument.createElement("p")
  notice.className = "ligature-reading"
  notice.setAttribute("role", "note")
  before.before(notice)
  const draw = () => {
    const { reason } = readOnly
    // While it loads there is nothing to read, and a closed document is what the status line is about.
    const sentence = reason === null || reason === "loading" || reason === "closed" ? "" : readOnlySentence(reason)
    notice.hidden = sentence === ""
    notice.textContent = sentence
  }
  draw()
  const stop = readOnly.onChange(draw)
  return () => {
    stop()
    notice.remove()
  }
}
