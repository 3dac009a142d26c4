import type { Fragment, Node } from "prosemirror-model"
import { MAX_INDENT, blockAttributes } from "./block.ts"

/**
 * Blocks as plain text: list items with their marker, one line each; rows of a table with tabs between their cells; an empty line
 * between everything else. One block alone is its text.
 */
export function blocksToText(fragment: Fragment): string {
  const blocks: Node[] = []
  fragment.descendants((node) => {
    const isWhole = node.isTextblock || node.type.name === "table" || node.type.name === "table_row"
    if (isWhole && (node.type.name !== "table_caption" || node.childCount > 0)) blocks.push(node)
    return !isWhole
  })
  const [only] = blocks
  if (only === undefined) return fragment.textBetween(0, fragment.size, "\n", "\n")
  if (blocks.length === 1 && only.isTextblock) return textOf(only)

  const numbers = Array.from({ length: MAX_INDENT + 1 }, () => 0)
  let text = ""
  let previous: string | null = null
  for (const block of blocks) {
    if (!block.isTextblock) {
      const isRow = block.type.name === "table_row"
      if (previous !== null) text += isRow && previous === "row" ? "\n" : "\n\n"
      text += isRow ? rowToText(block) : block.children.map(rowToText).join("\n")
      previous = isRow ? "row" : "block"
      continue
    }
    const { kind, list, indent, checked, restart } = blockAttributes(block)
    numbers.fill(0, indent + 1)
    const number = list === "ordered" ? (restart ?? (numbers[indent] ?? 0) + 1) : 0
    numbers[indent] = number
    const marker = { bullet: "- ", ordered: `${number}. `, task: checked ? "[x] " : "[ ] ", none: "" }[list ?? "none"]
    const line = kind === "rule" && block.childCount === 0 ? "---" : `${"  ".repeat(indent)}${marker}${textOf(block)}`
    if (previous !== null) text += list !== null && previous === "list" ? "\n" : "\n\n"
    text += line
    previous = list === null ? "block" : "list"
  }
  return text
}

function rowToText(row: Node): string {
  return row.children.map((cell) => blocksToText(cell.content).replaceAll("\t", " ").replaceAll(/\n+/g, " ")).join("\t")
}

function textOf(block: Node): string {
  return block.textBetween(0, block.content.size, "\n", (leaf) => leaf.type.spec.leafText?.(leaf) ?? "")
}
