import {
  BLOCK_DEFAULTS,
  type BlockAttributes,
  MAX_INDENT,
  blockAttributes,
  isKnownKind,
  schema,
} from "@ligature/schema"
import type { Node } from "prosemirror-model"
import { codeText, type LinePiece, linePieces } from "./line-pieces.ts"

/** A block as Markdown can say it. */
export interface WrittenBlock extends BlockAttributes {
  readonly kind: "paragraph" | "heading" | "code" | "rule" | "table"
  /** What stands in it, unless it is code. */
  readonly pieces: readonly LinePiece[]
  /** Its characters, if it is code. */
  readonly code: string
  /** The table that it is, or null. */
  readonly table: Node | null
}

/** The blocks that are written, in order. Text of a rule is a paragraph behind it; the space that people make with empty paragraphs is left out. */
export function writtenBlocks(document: Node): WrittenBlock[] {
  const blocks: WrittenBlock[] = []
  document.forEach((node) => {
    if (node.type.name === "table_island") {
      blocks.push(...tableBlocks(node))
      return
    }
    const block = blockOf(node)
    if (block.kind === "rule" && block.pieces.length > 0) blocks.push({ ...block, pieces: [] }, textOfRule(block))
    else blocks.push(block)
  })
  return withoutSpace(blocks)
}

/** A title as a heading of the first level. */
export function titleBlock(title: string): WrittenBlock {
  const text = title.replaceAll(/\s+/g, " ").trim()
  return blockOf(schema.nodes.block.create({ kind: "heading", level: 1 }, text === "" ? [] : schema.text(text)))
}

/** A paragraph that nobody sees: it has no text and no bullet. */
export function isSpace(block: WrittenBlock): boolean {
  return block.kind === "paragraph" && block.list === null && block.pieces.length === 0
}

function blockOf(node: Node): WrittenBlock {
  const attributes = blockAttributes(node)
  const kind = isKnownKind(attributes.kind) ? attributes.kind : "paragraph"
  const isCode = kind === "code"
  return {
    ...attributes,
    kind,
    pieces: isCode ? [] : linePieces(node),
    code: isCode ? codeText(node) : "",
    table: null,
  }
}

/** A table, and its caption as a paragraph behind it. */
function tableBlocks(island: Node): WrittenBlock[] {
  const [table, caption] = [island.firstChild, island.lastChild]
  const written: WrittenBlock = { ...BLOCK_DEFAULTS, kind: "table", pieces: [], code: "", table }
  if (caption === null || caption.childCount === 0) return [written]
  return [written, { ...BLOCK_DEFAULTS, kind: "paragraph", pieces: linePieces(caption), code: "", table: null }]
}

function textOfRule(rule: WrittenBlock): WrittenBlock {
  return {
    ...rule,
    kind: "paragraph",
    list: null,
    indent: Math.min(MAX_INDENT, rule.indent + (rule.list === null ? 0 : 1)),
  }
}

/** Between two items an empty paragraph stays: it ends a numbering. */
function withoutSpace(blocks: readonly WrittenBlock[]): WrittenBlock[] {
  const written: WrittenBlock[] = []
  let space: WrittenBlock | null = null
  for (const block of blocks) {
    if (isSpace(block)) {
      space ??= block
      continue
    }
    const last = written.at(-1)
    if (space !== null && last !== undefined && last.list !== null && block.list !== null) written.push(space)
    space = null
    written.push(block)
  }
  return written
}
