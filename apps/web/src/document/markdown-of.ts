// Loaded when first used: no page needs it to be read or written.
import { fromHtml, readDocument, toMarkdown } from "@ligature/convert"
import type { LigatureEmbed } from "@ligature/embed"

/** The document as Markdown, its title as the first heading. */
export function markdownOf(embed: LigatureEmbed): string {
  return toMarkdown(textOf(embed), { title: embed.title.current })
}

function textOf(embed: LigatureEmbed): ReturnType<typeof readDocument> {
  const read = readDocument(embed.document.doc)
  const { editor } = embed
  if (read.textContent !== "" || editor === null) return read
  // Nothing there, or a document that another editor wrote: what the page shows of it is HTML.
  return fromHtml("", {
    parse: () => {
      const page = document.implementation.createHTMLDocument("")
      page.body.append(...[...editor.view.dom.childNodes].map((node) => page.importNode(node, true)))
      return page
    },
  })
}
