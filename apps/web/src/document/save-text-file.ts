import type { LigatureEmbed } from "@ligature/embed"
import { titleToShow } from "../home/document-list.ts"

/** Hands the text to the browser as a download: a copy that needs neither server nor storage. */
export function saveTextFile(embed: LigatureEmbed): void {
  const text = embed.text()
  if (text === null) return
  const title = titleToShow(embed.title.current)
  downloadText(`${title}\n\n${text}\n`, { name: `${fileNameOf(title)}.txt`, type: "text/plain" })
}

export function downloadText(text: string, file: { readonly name: string; readonly type: string }): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${file.type};charset=utf-8` }))
  const link = document.createElement("a")
  link.href = url
  link.download = file.name
  link.click()
  // The download has begun by the time the next task runs.
  setTimeout(() => URL.revokeObjectURL(url), 0)
}

/** A title as a file name that every system takes. */
export function fileNameOf(title: string): string {
  const name = title
    .replaceAll(/[\p{Cc}<>:"/\\|?*]+/gu, " ")
    .replaceAll(/\s+/gu, " ")
    .trim()
    .slice(0, 80)
    .replace(/[. ]+$/u, "")
  return name === "" || /^\.+$/.test(name) ? "Untitled" : name
}
