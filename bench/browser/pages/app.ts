// Runs in the app's own page, before anything of it, as the developer tools put it there.
import { instrument } from "../instrument.ts"

const show = instrument(".ligature-text [data-kind]")

function look(): void {
  const surface = document.querySelector<HTMLElement>(".ligature-text[role=textbox]")
  if (surface === null) {
    setTimeout(look, 5)
    return
  }
  show({
    surface,
    isEditable: () => surface.isContentEditable,
    // What can be edited is whole.
    holds: (size) => size === 0 || surface.textContent !== "",
    middleBlock() {
      const blocks = surface.querySelectorAll("[data-kind]")
      return blocks[Math.floor(blocks.length / 2)] ?? null
    },
    isSynced: isSaved,
    isSent: isSaved,
    fill(paragraphs) {
      const clipboardData = new DataTransfer()
      clipboardData.setData("text/html", paragraphs.map((text) => `<p>${text}</p>`).join(""))
      surface.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }))
    },
  })
}

function isSaved(): boolean {
  return document.querySelector("[aria-label='Saving status']")?.textContent === "Saved"
}

look()
