import { type BlockAttributes, BLOCK_DEFAULTS, MAX_INDENT, cleanLanguage } from "@ligature/schema"

export interface MarkdownLine {
  readonly attributes: BlockAttributes
  readonly text: string
}

/**
 * Plain text as blocks: what begins like Markdown's headings, lists, tasks, quotes, rules and fences becomes those; every other line is a
 * paragraph, and empty lines only separate. Marks inside a line stay as they are. With `isPlain`, nothing is interpreted but line breaks.
 */
export function readMarkdownLines(text: string, options: { isPlain: boolean }): MarkdownLine[] {
  const lines = text.replaceAll(/\r\n?/g, "\n").replace(/\n$/, "").split("\n")
  if (options.isPlain || lines.length === 1) return lines.map((line) => ({ attributes: BLOCK_DEFAULTS, text: line }))
  const blocks: MarkdownLine[] = []
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? ""
    const fence = /^ {0,3}(```+|~~~+)\s*([^\s`]*)/.exec(line)
    const closing = fence === null ? -1 : lines.findIndex((later, at) => at > index && later.trim() === fence[1])
    if (closing > index) {
      const language = cleanLanguage(fence?.[2])
      blocks.push({
        attributes: { ...BLOCK_DEFAULTS, kind: "code", language },
        text: lines.slice(index + 1, closing).join("\n"),
      })
      index = closing
    } else if (line.trim() !== "") {
      blocks.push(readLine(line, blocks.at(-1)))
    }
  }
  return blocks
}

function readLine(raw: string, before: MarkdownLine | undefined): MarkdownLine {
  const quoted = /^ {0,3}> ?(.*)$/.exec(raw)
  const line = quoted?.[1] ?? raw
  const quote = quoted !== null
  const heading = /^ {0,3}(#{1,6})\s+(.*?)\s*#*$/.exec(line)
  if (heading !== null) {
    const depth = Math.min(3, heading[1]?.length ?? 1)
    const level = depth === 1 ? 1 : depth === 2 ? 2 : 3
    return { attributes: { ...BLOCK_DEFAULTS, quote, kind: "heading", level }, text: heading[2] ?? "" }
  }
  if (/^ {0,3}([-*_])( *\1){2,}\s*$/.test(line))
    return { attributes: { ...BLOCK_DEFAULTS, quote, kind: "rule" }, text: "" }
  const item = /^(\s*)(?:([-*+•])|(\d{1,6})[.)])\s+(.*)$/.exec(line)
  if (item === null) return { attributes: { ...BLOCK_DEFAULTS, quote }, text: line.trim() }
  const deepest = before === undefined || before.attributes.list === null ? 0 : before.attributes.indent + 1
  const width = (item[1] ?? "").replaceAll("\t", "    ").length
  const indent = Math.min(MAX_INDENT, deepest, Math.ceil(width / 4) || Math.floor(width / 2))
  const task = /^\[([ xX])\]\s+(.*)$/.exec(item[4] ?? "")
  if (task !== null && item[2] !== undefined) {
    return {
      attributes: { ...BLOCK_DEFAULTS, quote, list: "task", indent, checked: task[1] !== " " },
      text: task[2] ?? "",
    }
  }
  const number = item[3] === undefined ? null : Number(item[3])
  const follows = before?.attributes.list === "ordered"
  return {
    attributes: {
      ...BLOCK_DEFAULTS,
      quote,
      list: number === null ? "bullet" : "ordered",
      indent,
      restart: number === null || number === 1 || follows ? null : number,
    },
    text: item[4] ?? "",
  }
}
