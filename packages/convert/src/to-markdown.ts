import type { Node } from "prosemirror-model"
import { EMPTY_BLOCK, codeFence, escapeHeadingEnd } from "./escape-markdown.ts"
import { lineToMarkdown } from "./line-to-markdown.ts"
import { tableToMarkdown } from "./table-to-markdown.ts"
import { isSpace, titleBlock, type WrittenBlock, writtenBlocks } from "./written-blocks.ts"

/**
 * A document as Markdown: CommonMark with GitHub's tables, task lists and strikethrough. `fromMarkdown` reads back the same document,
 * apart from what Markdown cannot say; the README lists that. Ends with a line break unless it is empty. A title becomes a first heading.
 */
export function toMarkdown(document: Node, options: { readonly title?: string } = {}): string {
  const writer = new MarkdownWriter()
  const title = titleBlock(options.title ?? "")
  if (title.pieces.length > 0) writer.write(title, undefined)
  const blocks = writtenBlocks(document)
  for (const [i, block] of blocks.entries()) writer.write(block, blocks[i + 1])
  return writer.finish()
}

interface OpenList {
  readonly type: "bullet" | "ordered"
  /** What stands behind an ordered item's number: another one begins another list. */
  readonly delimiter: "." | ")"
  /** Of the last item. */
  number: number
  /** How many columns the content of the last item is moved in. */
  width: number
}

/** How the lines of a block begin. */
interface Place {
  readonly first: string
  readonly others: string
  /** Whether it may follow the item before without an empty line, and still be read as what it is. */
  readonly isTight: boolean
}

class MarkdownWriter {
  readonly #lines: string[] = []
  #isQuoted = false
  /** Open lists, outermost first. */
  #lists: OpenList[] = []
  #last: WrittenBlock | null = null

  finish(): string {
    return this.#lines.length === 0 ? "" : `${this.#lines.join("\n")}\n`
  }

  write(block: WrittenBlock, next: WrittenBlock | undefined): void {
    const wasQuoted = this.#isQuoted
    const place = block.list === null ? this.#placeBlock(block) : this.#placeItem(block, next)
    const isTight = place.isTight && hasText(block) && this.#last !== null && hasText(this.#last)
    if (this.#last !== null && !isTight) this.#lines.push(wasQuoted && this.#isQuoted ? ">" : "")
    const [line = "", ...others] = linesOf(block)
    this.#lines.push(`${place.first}${line}`.trimEnd())
    for (const other of others) this.#lines.push(other === "" ? place.others.trimEnd() : place.others + other)
    this.#last = block
  }

  #placeBlock(block: WrittenBlock): Place {
    // A quote below an item stays in it.
    const isInner = block.quote && !this.#isQuoted && block.indent > 0 && this.#lists.length > 0
    if (!isInner) this.#quote(block.quote)
    this.#lists.length = Math.min(this.#lists.length, block.indent)
    const prefix = `${this.#prefix()}${isInner ? "> " : ""}`
    return { first: isSpace(block) ? `${prefix}${EMPTY_BLOCK}` : prefix, others: prefix, isTight: false }
  }

  #placeItem(block: WrittenBlock, next: WrittenBlock | undefined): Place {
    this.#quote(block.quote)
    const type = block.list === "ordered" ? "ordered" : "bullet"
    this.#lists.length = Math.min(this.#lists.length, block.indent + 1)
    const open = this.#lists[block.indent]
    const starts = type === "ordered" ? block.restart : null
    const list: OpenList =
      open?.type === type && starts === null
        ? open
        : { type, delimiter: open?.type === "ordered" && open.delimiter === "." ? ")" : ".", number: 0, width: 0 }
    this.#lists.length = Math.min(this.#lists.length, block.indent)
    const outer = this.#prefix()
    const isBelowItem = this.#lists.length === block.indent && this.#last?.list !== null

    // Levels without an item of their own begin in the same line.
    const missing = block.indent - this.#lists.length
    for (let i = 0; i < missing; i++) this.#lists.push({ type: "bullet", delimiter: ".", number: 0, width: 2 })
    list.number = starts ?? list.number + 1
    const marker = type === "bullet" ? "- " : `${list.number}${list.delimiter} `
    list.width = marker.length
    this.#lists.push(list)

    let first = `${outer}${"- ".repeat(missing)}${marker}`
    if (block.list === "task") first += block.checked ? "[x]" : "[ ]"
    // Without text it would hold what follows as its own, or be taken for a rule.
    const needsContent = missing > 0 || (next !== undefined && isBelow(next, block))
    if (block.list === "task") first += block.kind === "paragraph" && block.pieces.length > 0 ? " " : ""
    else if (needsContent && block.kind === "paragraph" && block.pieces.length === 0) first += EMPTY_BLOCK
    const mayInterrupt = list === open || (open === undefined && (type === "bullet" || list.number === 1))
    return { first, others: this.#prefix(), isTight: isBelowItem && mayInterrupt }
  }

  /** Whatever stands in lists ends where a quote begins or ends. */
  #quote(isQuoted: boolean): void {
    if (isQuoted !== this.#isQuoted) this.#lists = []
    this.#isQuoted = isQuoted
  }

  #prefix(): string {
    const width = this.#lists.reduce((sum, list) => sum + list.width, 0)
    return `${this.#isQuoted ? "> " : ""}${" ".repeat(width)}`
  }
}

/** Whether a block is written inside the item before it. */
function isBelow(next: WrittenBlock, item: WrittenBlock): boolean {
  const isInItsQuote = next.quote === item.quote || (next.quote && next.list === null)
  return isInItsQuote && next.indent > item.indent
}

function hasText(block: WrittenBlock): boolean {
  return block.list !== null && block.kind === "paragraph" && block.pieces.length > 0
}

function linesOf(block: WrittenBlock): string[] {
  // What is no paragraph stands in the line below the box that is ticked.
  const box = block.list === "task" && block.kind !== "paragraph" ? [""] : []
  switch (block.kind) {
    case "heading": {
      const [line = ""] = lineToMarkdown(block.pieces, { oneLine: true })
      return [...box, `${"#".repeat(block.level ?? 1)} ${escapeHeadingEnd(line)}`.trimEnd()]
    }
    case "code": {
      const fence = codeFence(block.code)
      const lines = block.code === "" ? [] : block.code.split("\n")
      return [...box, `${fence}${block.language ?? ""}`, ...lines, fence]
    }
    case "rule":
      // Hyphens would be bullets, or underline the line above.
      return [...box, block.list === null ? "---" : "___"]
    case "table":
      return block.table === null ? [] : tableToMarkdown(block.table)
    default:
      return lineToMarkdown(block.pieces, { oneLine: false })
  }
}
