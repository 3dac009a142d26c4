import MarkdownIt, { type Token } from "markdown-it"

export type { Token }

/** The box of a task at the beginning of an item: whether it is ticked. Lies in `meta` of the item's opening token. */
export type TaskBox = { readonly checked: boolean }

/**
 * Markdown as a flat list of tokens: CommonMark with GitHub's tables, strikethrough and task lists. Addresses come as they are written
 * and unchecked. HTML is read inside of lines only, so that a tag never swallows the text around it.
 */
export function parseMarkdown(text: string): Token[] {
  parser ??= makeParser()
  return parser.parse(text, {})
}

type Parser = InstanceType<typeof MarkdownIt>

let parser: Parser | null = null

function makeParser(): Parser {
  const made = new MarkdownIt({ html: true, linkify: false, typographer: false })
  made.disable("html_block")
  made.normalizeLink = (url) => url
  made.normalizeLinkText = (url) => url
  made.validateLink = () => true
  // Before lines are read: "[x]" might be a link as well.
  made.core.ruler.after("block", "task_box", (state) => takeBoxes(state.tokens))
  return made
}

function takeBoxes(tokens: readonly Token[]): void {
  for (const [i, token] of tokens.entries()) {
    const inline = tokens[i + 2]
    if (token.type !== "list_item_open" || tokens[i + 1]?.type !== "paragraph_open" || inline?.type !== "inline")
      continue
    const box = /^\[([ xX])\](?:\s+|$)/.exec(inline.content)
    if (box === null) continue
    const task: TaskBox = { checked: box[1] !== " " }
    token.meta = task
    inline.content = inline.content.slice(box[0].length)
  }
}
