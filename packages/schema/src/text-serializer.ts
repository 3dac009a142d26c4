import type { Fragment, Node } from "prosemirror-model"
import { MAX_INDENT, blockAttributes } from "./block.ts"

/** Blocks as plain text: list items with their marker, one line each; an empty line between everything else. One block alone is its text. */
export function blocksToText(fragment: Fragment): string {
  const blocks: Node[] = []
  fragment.descendants((node) => {
    if (node.isTextblock) blocks.push(node)
    return !node.isTextblock
  })
  const [only] = blocks
  if (only === undefined) return fragment.textBetween(0, fragment.size, "\n", "\n")
  if (blocks.length === 1) return textOf(only)

  const numbers = Array.from({ length: MAX_INDENT + 1 }, () => 0)
  let text = ""
  let previous: string | null = null
  for (const block of blocks) {
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

function textOf(block: Node): string {
  return block.textBetween(0, block.content.size, "\n", (leaf) => leaf.type.spec.leafText?.(leaf) ?? "")
}
