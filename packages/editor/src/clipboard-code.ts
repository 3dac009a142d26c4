import { blocksToText, HtmlParser, HtmlSerializer } from "@ligature/schema"
import { Fragment, type Schema, Slice } from "prosemirror-model"
import { newTable, rowsOf } from "./new-table.ts"
import { readMarkdownLines } from "./markdown-lines.ts"

/*
 * What reads other programs' HTML and writes it for them: fetched when somebody first puts the caret into a document, which is before
 * anything can be copied or pasted there.
 */

export { blocksToText }
export { pasteLink, pasteWhereItBelongs } from "./paste-places.ts"

export function parserOf(schema: Schema): HtmlParser {
  return new HtmlParser(schema)
}

export function serializerOf(schema: Schema): HtmlSerializer {
  return new HtmlSerializer(schema)
}

/** Plain text with Markdown's marks, or a spreadsheet's cells, as blocks. */
export function sliceOfText(schema: Schema, text: string, isPlain: boolean): Slice {
  const rows = isPlain ? null : rowsOf(text)
  if (rows !== null) return new Slice(Fragment.from(newTable(schema, rows, false)), 0, 0)
  const blocks = readMarkdownLines(text, { isPlain }).flatMap(({ attributes, text: line }) => {
    return schema.nodes["block"]?.create(attributes, line === "" ? null : schema.text(line)) ?? []
  })
  return Slice.maxOpen(Fragment.from(blocks))
}
