import { MAX_CELLS } from "@ligature/flow/tables"
import { schema } from "@ligature/schema"
import type { Node } from "prosemirror-model"
import { lineFromMarkdown } from "./line-from-markdown.ts"
import type { Token } from "./markdown-parser.ts"

/** Wider and longer ones come as lines. */
const MAX_COLUMNS = 100
const MAX_ROWS = 1000

/** The table that opens at a token. Null for one that is too large to be a table; its rows are lines then. A head of empty cells is none. */
export function tableFromMarkdown(tokens: readonly Token[], at: number): Node | null {
  const { nodes } = schema
  const rows: Node[][] = []
  let isHead = false
  for (let i = at + 1; i < tokens.length; i++) {
    const token = tokens[i]
    if (token === undefined || token.type === "table_close") break
    if (token.type === "tr_open") rows.push([])
    if (token.type !== "th_open" && token.type !== "td_open") continue
    isHead ||= token.type === "th_open"
    const content = lineFromMarkdown(tokens[i + 1]?.children ?? [])
    const align = /left|center|right/.exec(String(token.attrGet("style")))?.[0] ?? null
    const header = token.type === "th_open" ? "column" : null
    rows.at(-1)?.push(nodes.table_cell.create({ align, header }, nodes.block.create(null, content)))
    const width = rows[0]?.length ?? 0
    if (width > MAX_COLUMNS || rows.length > MAX_ROWS || rows.length * width > MAX_CELLS) return null
  }
  const [head, ...body] = rows
  if (head === undefined) return null
  const isBlank = head.every((cell) => cell.firstChild?.childCount === 0)
  const shown = isHead && isBlank && body.length > 0 ? body : rows
  const table = nodes.table.create(
    null,
    shown.map((cells) => nodes.table_row.create(null, cells)),
  )
  return nodes.table_island.create(null, [table, nodes.table_caption.create()])
}
