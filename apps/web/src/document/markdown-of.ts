// Loaded when first used: no page needs it to be read or written.
import { fromXml, readDocument, toMarkdown } from "@ligature/convert"
import type { LigatureEmbed } from "@ligature/embed"

/** The document as Markdown, its title as the first heading. */
export function markdownOf(embed: LigatureEmbed): string {
  return toMarkdown(textOf(embed), { title: embed.title.current })
}

function textOf({ document, editor }: LigatureEmbed): ReturnType<typeof readDocument> {
  const layout = editor?.layout
  return layout?.layout === "xml"
    ? fromXml(document.doc.getXmlFragment(layout.root)).document
    : readDocument(document.doc)
}
