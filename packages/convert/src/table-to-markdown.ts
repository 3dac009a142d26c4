import { type TableGrid, tableGrid } from "@ligature/flow/tables"
import { blockAttributes, tableCellAttributes } from "@ligature/schema"
import type { Node } from "prosemirror-model"
import { codeSpan } from "./escape-markdown.ts"
import { codeText, linePieces } from "./line-pieces.ts"
import { lineToMarkdown } from "./line-to-markdown.ts"

const DELIMITERS = { left: ":--", center: ":-:", right: "--:" } as const

/**
 * A table as GitHub writes it. It has to have a head: one of empty cells stands for none. A merged cell is its first one, and those that
 * it covers are empty; the blocks of a cell have line breaks between them.
 */
export function tableToMarkdown(table: Node): string[] {
  const grid = tableGrid(table)
  const rows = Array.from({ length: grid.rows }, () => Array.from({ length: grid.columns }, () => ""))
  for (const { node, row, column } of grid.cells) {
    const line = rows[row]
    if (line !== undefined) line[column] = cellToMarkdown(node)
  }
  const head = hasHead(grid) ? rows.shift() : undefined
  return [
    rowToMarkdown(head ?? Array.from({ length: grid.columns }, () => "")),
    rowToMarkdown(alignments(grid)),
    ...rows.map(rowToMarkdown),
  ]
}

function hasHead(grid: TableGrid): boolean {
  return grid.cells.every(({ node, row }) => row > 0 || tableCellAttributes(node).header !== null)
}

function alignments({ columns, cells }: TableGrid): string[] {
  const delimiters = Array.from({ length: columns }, () => "---")
  for (const { node, row, column } of cells) {
    const { align } = tableCellAttributes(node)
    if (row === 0 && align !== null) delimiters[column] = DELIMITERS[align]
  }
  return delimiters
}

function rowToMarkdown(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`
}

function cellToMarkdown(cell: Node): string {
  const lines = cell.children.map(blockToMarkdown)
  while (lines.at(-1) === "") lines.pop()
  // In a table the sign between cells has to be told apart even where code stands.
  return lines.join("<br>").replaceAll("|", String.raw`\|`)
}

function blockToMarkdown(block: Node): string {
  const { kind, list, checked } = blockAttributes(block)
  const marker = { bullet: "• ", ordered: "• ", task: checked ? "☑ " : "☐ ", none: "" }[list ?? "none"]
  if (kind === "code") {
    const lines = codeText(block).split("\n")
    return marker + lines.map((line) => (line === "" ? "" : codeSpan(line))).join("<br>")
  }
  return marker + lineToMarkdown(linePieces(block), { oneLine: true }).join("")
}
