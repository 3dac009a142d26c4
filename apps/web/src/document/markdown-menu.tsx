import type { LigatureEmbed } from "@ligature/embed"
import { useEffect, useRef, useState } from "react"
import { titleToShow } from "../home/document-list.ts"
import { Icon } from "../ui/icon.tsx"
import { downloadText, fileNameOf } from "./save-text-file.ts"

/** Two lines of the document's menu: the document as Markdown, as a file and on the clipboard. */
export function MarkdownMenu({ embed, isReady }: { readonly embed: LigatureEmbed | null; readonly isReady: boolean }) {
  const [said, say] = useState<string | null>(null)
  const output = useRef<HTMLOutputElement>(null)

  useEffect(() => {
    // Said once: who opens the menu again later has done something else since.
    const menu = output.current?.closest("[popover]")
    const forget = () => say(null)
    menu?.addEventListener("toggle", forget)
    return () => menu?.removeEventListener("toggle", forget)
  }, [])

  const withMarkdown = async (embed: LigatureEmbed, use: (markdown: string) => void | Promise<void>, done: string) => {
    try {
      const { markdownOf } = await import("./markdown-of.ts")
      await use(markdownOf(embed))
      say(done)
    } catch {
      // Offline before this part was ever loaded, or a clipboard that says no.
      say("That did not work.")
    }
  }
  const download = (embed: LigatureEmbed) => {
    const name = `${fileNameOf(titleToShow(embed.title.current))}.md`
    return withMarkdown(embed, (markdown) => downloadText(markdown, { name, type: "text/markdown" }), "Downloaded.")
  }
  const copy = (embed: LigatureEmbed) =>
    withMarkdown(embed, (markdown) => navigator.clipboard.writeText(markdown), "It is on your clipboard.")

  return (
    <>
      <button type="button" disabled={!isReady} onClick={() => embed !== null && void download(embed)}>
        <Icon name="download" /> Download as Markdown
      </button>
      {canCopy && (
        <button type="button" disabled={!isReady} onClick={() => embed !== null && void copy(embed)}>
          <Icon name="copy" /> Copy as Markdown
        </button>
      )}
      <output ref={output} className="document-menu-said">
        {said}
      </output>
    </>
  )
}

/** Plain http has no clipboard interface. */
const canCopy = "clipboard" in navigator
