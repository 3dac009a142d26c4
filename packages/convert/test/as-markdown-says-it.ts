import {
  BLOCK_DEFAULTS,
  type BlockAttributes,
  MAX_INDENT,
  blockAttributes,
  isKnownKind,
  safeHref,
  schema,
} from "@ligature/schema"
import { Fragment, Mark, type Node } from "prosemirror-model"

/** A document without what Markdown cannot say: the list in the README, rule by rule, written apart from the writer. */
export function asMarkdownSaysIt(document: Node): Node {
  const blocks: { attributes: BlockAttributes; content: Node[] }[] = []
  document.forEach((block) => {
    const attributes = plainAttributes(block)
    const content = attributes.kind === "code" ? codeContent(block) : proseContent(block)
    if (attributes.kind === "rule" && content.length > 0) {
      const { quote, indent, list } = attributes
      blocks.push({ attributes, content: [] })
      const below = { ...BLOCK_DEFAULTS, quote, indent: Math.min(MAX_INDENT, indent + (list === null ? 0 : 1)) }
      blocks.push({ attributes: below, content })
    } else blocks.push({ attributes, content })
  })
  const kept = blocks.filter((block, i) => {
    if (!isSpace(block)) return true
    const before = blocks[i - 1]
    const after = blocks.slice(i).find((each) => !isSpace(each))
    return (
      before !== undefined && before.attributes.list !== null && after !== undefined && after.attributes.list !== null
    )
  })
  placeInLists(kept)
  if (kept.length === 0) return schema.nodes.doc.create(null, schema.nodes.block.create())
  return schema.nodes.doc.create(
    null,
    kept.map(({ attributes, content }) => schema.nodes.block.create({ ...attributes }, Fragment.fromArray(content))),
  )
}

function isSpace({ attributes, content }: { attributes: BlockAttributes; content: Node[] }): boolean {
  return attributes.kind === "paragraph" && attributes.list === null && content.length === 0
}

function plainAttributes(block: Node): BlockAttributes {
  const { kind: named, level, list, indent, checked, quote, language, restart } = blockAttributes(block)
  const kind = isKnownKind(named) ? named : "paragraph"
  return {
    id: null,
    kind,
    level: kind === "heading" ? (level ?? 1) : null,
    list,
    indent,
    checked: list === "task" && checked,
    quote,
    language: kind === "code" ? language : null,
    restart: list === "ordered" ? restart : null,
  }
}

/** A block outside of lists is as deep as the list above it; a list that begins anyway need not be told to begin at 1. */
function placeInLists(blocks: { attributes: BlockAttributes }[]): void {
  let isQuoted = false
  let open: ("bullet" | "ordered")[] = []
  for (const block of blocks) {
    const { list, quote, indent, restart } = block.attributes
    const isInnerQuote = list === null && quote && !isQuoted && indent > 0 && open.length > 0
    if (quote !== isQuoted && !isInnerQuote) {
      open = []
      isQuoted = quote
    }
    if (list === null) {
      open = open.slice(0, indent)
      block.attributes = { ...block.attributes, indent: open.length }
    } else {
      open = open.slice(0, indent + 1)
      if (restart === 1 && open[indent] !== "ordered") block.attributes = { ...block.attributes, restart: null }
      while (open.length < indent) open.push("bullet")
      open[indent] = list === "ordered" ? "ordered" : "bullet"
    }
  }
}

function codeContent(block: Node): Node[] {
  let text = ""
  block.forEach((node) => {
    text += textOf(node)
  })
  const lines = text.replaceAll(/\r\n?/g, "\n")
  return lines === "" ? [] : [schema.text(lines)]
}

function textOf(node: Node): string {
  if (node.type.name === "hard_break") return "\n"
  const text = node.isText ? (node.text ?? "") : node.attrs["name"] === "" ? "" : `[${String(node.attrs["name"])}]`
  return text.replaceAll("\0", "\uFFFD")
}

/** Line by line: white space at both ends goes; a break has the formats that the words around it share. */
function proseContent(block: Node): Node[] {
  const units: { character: string; marks: readonly Mark[] }[] = []
  block.forEach((node) => {
    for (const character of textOf(node).replaceAll(/\r\n?/g, "\n")) units.push({ character, marks: marksOf(node) })
  })
  const lines: (typeof units)[] = [[]]
  for (const unit of units) {
    if (unit.character === "\n") lines.push([])
    else lines.at(-1)?.push(unit)
  }
  const trimmed = lines.map((line) => {
    const words = line.map((unit) => unit.character.trim() !== "")
    return line.slice(Math.max(0, words.indexOf(true)), words.lastIndexOf(true) + 1)
  })
  const nodes: Node[] = []
  for (const [i, line] of trimmed.entries()) {
    if (i > 0) {
      const before = trimmed.slice(0, i).flat().at(-1)?.marks ?? []
      const after = trimmed.slice(i).flat().at(0)?.marks ?? []
      const shared = before.filter((mark) => mark.type.name !== "code" && mark.isInSet(after))
      nodes.push(schema.nodes.hard_break.create(null, null, shared))
    }
    for (const { character, marks } of line) nodes.push(schema.text(character, marks))
  }
  return nodes
}

function marksOf(node: Node): readonly Mark[] {
  const marks: Mark[] = []
  for (const mark of node.marks) {
    if (mark.type.name === "unsupported") continue
    if (mark.type.name === "link" && safeHref(mark.attrs["href"]) === null) continue
    marks.push(mark)
  }
  return Mark.setFrom(marks)
}
