import { type MarkName, safeHref, schema } from "@ligature/schema"
import { Mark, type Node } from "prosemirror-model"
import type { Token } from "./markdown-parser.ts"

/** The inside of a block, from the tokens of a line. Raw HTML gives its formats and its text. */
export function lineFromMarkdown(tokens: readonly Token[]): Node[] {
  const reader = new LineReader()
  for (const token of tokens) reader.read(token)
  return reader.nodes
}

/** Formats by the names of tokens and of tags. */
const FORMATS: Readonly<Record<string, MarkName>> = {
  strong: "bold",
  b: "bold",
  em: "italic",
  i: "italic",
  u: "underline",
  ins: "underline",
  s: "strike",
  del: "strike",
  strike: "strike",
  code: "code",
  kbd: "code",
}

/** Tags that have no meaning here: their text stays, they go. Anything else in angle brackets was hardly meant as one, and stays as text. */
const TAGS: ReadonlySet<string> = new Set(
  (
    "a abbr address article aside audio base blockquote body button caption center cite col colgroup data dd details dfn div dl dt embed " +
    "figcaption figure font footer form h1 h2 h3 h4 h5 h6 head header hr html iframe img input label legend li link main map mark meta " +
    "nav noscript object ol option p picture pre q samp script section select small source span style sub summary sup svg table tbody " +
    "td template textarea tfoot th thead title tr tt ul var video wbr"
  ).split(" "),
)

class LineReader {
  readonly nodes: Node[] = []
  /** How many of each are open. */
  readonly #open = new Map<MarkName, number>()
  /** The targets of open links; null for those that are not safe. */
  readonly #links: (string | null)[] = []

  read(token: Token): void {
    switch (token.type) {
      case "text":
        this.#text(token.content)
        return
      case "softbreak":
        if (this.nodes.at(-1)?.type !== schema.nodes.hard_break) this.#text(" ")
        return
      case "hardbreak":
        this.#break()
        return
      case "code_inline":
        this.#text(token.content, ["code"])
        return
      case "link_open":
        this.#links.push(safeHref(token.attrGet("href")))
        return
      case "link_close":
        this.#links.pop()
        return
      case "image":
        this.#image(token)
        return
      case "html_inline":
        this.#html(token.content)
        return
      default: {
        const format = FORMATS[token.tag]
        if (format !== undefined && token.nesting !== 0) this.#count(format, token.nesting)
        else this.#text(token.content)
      }
    }
  }

  /** This version holds no images: a link with the description leads to it. */
  #image(token: Token): void {
    const source = String(token.attrGet("src") ?? "")
    const description = token.children?.map((child) => child.content).join("") ?? ""
    this.#links.push(this.#links.at(-1) ?? safeHref(source))
    this.#text(description === "" ? source : description)
    this.#links.pop()
  }

  #html(source: string): void {
    if (source.startsWith("<!--")) return
    const [, slash, name] = /^<(\/?)([a-z][a-z\d-]*)/i.exec(source) ?? []
    const tag = name?.toLowerCase() ?? ""
    const format = Object.hasOwn(FORMATS, tag) ? FORMATS[tag] : undefined
    if (tag === "br") this.#break()
    else if (format !== undefined) this.#count(format, slash === "/" ? -1 : 1)
    else if (!TAGS.has(tag)) this.#text(source)
  }

  #count(format: MarkName, by: number): void {
    this.#open.set(format, Math.max(0, (this.#open.get(format) ?? 0) + by))
  }

  #text(text: string, more: readonly MarkName[] = []): void {
    if (text !== "") this.nodes.push(schema.text(text, this.#marks(more)))
  }

  #break(): void {
    this.nodes.push(schema.nodes.hard_break.create(null, null, this.#marks([])))
  }

  #marks(more: readonly MarkName[]): readonly Mark[] {
    const names = [...more, ...[...this.#open].filter(([, count]) => count > 0).map(([name]) => name)]
    const marks = names.map((name) => schema.marks[name].create())
    const href = this.#links.at(-1) ?? null
    if (href !== null) marks.push(schema.marks.link.create({ href }))
    return marks.reduce((set, mark) => mark.addToSet(set), Mark.none)
  }
}
