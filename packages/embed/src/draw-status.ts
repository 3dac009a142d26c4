import type { Status } from "@ligature/provider"
import type { StatusSource } from "./calm-status.ts"
import { describeStatus, isQuietChange } from "./describe-status.ts"

/** Keeps a status line up to date. @returns what ends it */
export function drawStatus(element: HTMLElement, source: StatusSource): () => void {
  const line = element.ownerDocument.createElement("p")
  line.className = "ligature-status"
  line.setAttribute("role", "status")
  line.setAttribute("aria-label", "Saving status")
  element.append(line)
  let before: Status | null = null
  const draw = (status: Status) => {
    const { summary, detail, tone } = describeStatus(status)
    line.setAttribute("aria-live", isQuietChange(before, status) ? "off" : "polite")
    line.dataset["tone"] = tone
    line.title = detail
    line.textContent = tone === "danger" || status.state === "closed" ? `${summary}. ${detail}` : summary
    before = status
  }
  draw(source.status)
  const stop = source.onStatus(draw)
  return () => {
    stop()
    line.remove()
  }
}
