import { type MarkSpec, type NodeSpec, Schema } from "prosemirror-model"
import { BLOCK_DEFAULTS } from "./block.ts"
import { blockParseRules, blockToDOM } from "./block-dom.ts"
import { hardBreak, unsupportedInline } from "./inline.ts"
import { section } from "./section.ts"
import { bold, code, italic, link, strike, underline, unsupported } from "./marks.ts"
import { table, tableCaption, tableCell, tableIsland, tableRow } from "./table.ts"

export type NodeName =
  | "doc"
  | "block"
  | "text"
  | "hard_break"
  | "unsupported_inline"
  | "table_island"
  | "table"
  | "table_row"
  | "table_cell"
  | "table_caption"
export type MarkName = "link" | "bold" | "italic" | "underline" | "strike" | "code" | "unsupported"

export const nodeSpecs: Record<NodeName, NodeSpec> = {
  doc: { content: "(block | island)+" },
  block: {
    group: "block",
    content: "inline*",
    attrs: Object.fromEntries(Object.entries(BLOCK_DEFAULTS).map(([name, value]) => [name, { default: value }])),
    // One node type holds prose and code, and the line breaks of code are characters: they must survive reading the DOM.
    whitespace: "pre",
    parseDOM: [...blockParseRules],
    toDOM: blockToDOM,
  },
  text: { group: "inline" },
  hard_break: hardBreak,
  unsupported_inline: unsupportedInline,
  table_island: tableIsland,
  table,
  table_row: tableRow,
  table_cell: tableCell,
  table_caption: tableCaption,
}

/** In the order in which they nest in the DOM, outermost first. */
export const markSpecs: Record<MarkName, MarkSpec> = { link, bold, italic, underline, strike, code, unsupported }

/**
 * A Ligature document: flat blocks of text, and islands between them. Kind, list, indent and quote are attributes; nesting is how the
 * view draws them.
 */
export const schema: Schema<NodeName, MarkName> = new Schema({ nodes: nodeSpecs, marks: markSpecs })

/**
 * The same document as the view of the editor shows it: blocks in sections, which exist there alone. Nodes of the two schemas do not
 * mix; what features need to know of a document, they ask in terms of blocks.
 */
export const viewSchema: Schema<NodeName | "section", MarkName> = new Schema({
  nodes: { ...nodeSpecs, doc: { content: "section+" }, section },
  marks: markSpecs,
})
