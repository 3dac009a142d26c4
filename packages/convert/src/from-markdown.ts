import { BLOCK_DEFAULTS, type BlockAttributes, MAX_INDENT, cleanLanguage, schema } from "@ligature/schema"
import { Fragment, type Node } from "prosemirror-model"
import { EMPTY_BLOCK } from "./escape-markdown.ts"
import { lineFromMarkdown } from "./line-from-markdown.ts"
import { type TaskBox, type Token, parseMarkdown } from "./markdown-parser.ts"
import { tableFromMarkdown } from "./table-from-markdown.ts"

/**
 * Markdown as a document: CommonMark with GitHub's tables, task lists and strikethrough. Reads any
 * text in time about proportional to its length and never throws; addresses that are not safe are left out, their text stays.
 */
export function fromMarkdown(text: string): Node {
  const reader = new BlockReader(parseMarkdown(text.replace(/^\uFEFF/, "")))
  return schema.nodes.doc.create(null, reader.read())
}

interface OpenList {
  readonly list: "bullet" | "ordered"
  /** The number that a new list has to say at its first item. */
  restart: number | null
  item: OpenItem
}

interface OpenItem {
  /** The first block gets the bullet, the others stand below it. */
  isUsed: boolean
  readonly box: TaskBox | null
}

class BlockReader {
  readonly #tokens: readonly Token[]
  readonly #blocks: Node[] = []
  readonly #lists: OpenList[] = []
  #quotes = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  read(): Node[] {
    for (const [i, token] of this.#tokens.entries()) this.#token(token, i)
    return this.#blocks.length === 0 ? [schema.nodes.block.create()] : this.#blocks
  }

  #token(token: Token, at: number): void {
    switch (token.type) {
      case "blockquote_open":
        this.#quotes += 1
        return
      case "blockquote_close":
        this.#quotes -= 1
        return
      case "bullet_list_open":
      case "ordered_list_open":
        this.#openList(token, at)
        return
      case "bullet_list_close":
      case "ordered_list_close":
        this.#lists.pop()
        return
      case "list_item_open":
        this.#openItem(token)
        return
      case "list_item_close":
        if (this.#lists.at(-1)?.item.isUsed === false) this.#add({}, [])
        return
      case "inline":
        this.#line(token, at)
        return
      case "fence":
      case "code_block":
        this.#code(token)
        return
      case "hr":
        this.#add({ kind: "rule" }, [])
        return
      case "table_open":
        this.#table(at)
        return
      default:
        return
    }
  }

  #openList(token: Token, at: number): void {
    const outer = this.#lists.at(-1)
    // Levels that begin in one line have one block.
    if (outer !== undefined) outer.item.isUsed = true
    const isOrdered = token.type === "ordered_list_open"
    const start = isOrdered ? Number(token.attrGet("start") ?? 1) : 1
    const continues = this.#tokens[at - 1]?.type === "ordered_list_close"
    this.#lists.push({
      list: isOrdered ? "ordered" : "bullet",
      restart: isOrdered && (start !== 1 || continues) ? start : null,
      item: { isUsed: true, box: null },
    })
  }

  #openItem(token: Token): void {
    const list = this.#lists.at(-1)
    if (list !== undefined) list.item = { isUsed: false, box: isTaskBox(token.meta) ? token.meta : null }
  }

  #line(token: Token, at: number): void {
    const opening = this.#tokens[at - 1]
    if (opening?.type === "heading_open") {
      const level = Number(opening.tag.slice(1))
      this.#add(
        { kind: "heading", level: level === 1 || level === 2 ? level : 3 },
        lineFromMarkdown(token.children ?? []),
      )
      return
    }
    if (opening?.type !== "paragraph_open") return
    const content = lineFromMarkdown(token.children ?? [])
    const item = this.#lists.at(-1)?.item
    if (content.length === 0) {
      // A box alone belongs to the heading or code in the line below it, a comment to nobody.
      const below = this.#tokens[at + 2]
      const isBox = item?.isUsed === false && item.box !== null
      if (isBox && isBlock(below) && below.map?.[0] === opening.map?.[1]) return
      if (!isBox && token.content !== EMPTY_BLOCK) return
    }
    this.#add({}, content)
  }

  #code(token: Token): void {
    const text = token.content.replace(/\n$/, "")
    const language = cleanLanguage(token.info.trim().split(/\s/, 1)[0])
    this.#add({ kind: "code", language }, text === "" ? [] : [schema.text(text)])
  }

  #table(at: number): void {
    const table = tableFromMarkdown(this.#tokens, at)
    if (table !== null) {
      this.#blocks.push(table)
      return
    }
    for (let i = at; i < this.#tokens.length && this.#tokens[i]?.type !== "table_close"; i++) {
      if (this.#tokens[i]?.type === "tr_open") this.#row(i)
    }
  }

  /** A row of a table that is too large to be one, as a line. */
  #row(at: number): void {
    const content: Node[] = []
    for (let i = at + 1; i < this.#tokens.length && this.#tokens[i]?.type !== "tr_close"; i++) {
      const token = this.#tokens[i]
      if (token?.type !== "inline") continue
      if (i > at + 2) content.push(schema.text(" | "))
      content.push(...lineFromMarkdown(token.children ?? []))
    }
    this.#add({}, content)
  }

  #add(attributes: Partial<BlockAttributes>, content: readonly Node[]): void {
    const list = this.#lists.at(-1)
    const isItem = list?.item.isUsed === false
    const all: BlockAttributes = {
      ...BLOCK_DEFAULTS,
      ...attributes,
      quote: this.#quotes > 0,
      indent: Math.min(MAX_INDENT, this.#lists.length - (isItem ? 1 : 0)),
      ...(isItem ? itemAttributes(list) : {}),
    }
    if (isItem) {
      list.item.isUsed = true
      list.restart = null
    }
    this.#blocks.push(schema.nodes.block.create({ ...all }, Fragment.fromArray([...content])))
  }
}

function itemAttributes(open: OpenList): Partial<BlockAttributes> {
  if (open.item.box !== null) return { list: "task", checked: open.item.box.checked }
  const restart = open.restart !== null && open.restart <= MAX_RESTART ? open.restart : null
  return { list: open.list, restart: open.list === "ordered" ? restart : null }
}

/** The schema takes no higher ones. */
const MAX_RESTART = 999_999

function isTaskBox(meta: unknown): meta is TaskBox {
  return typeof meta === "object" && meta !== null && "checked" in meta && typeof meta.checked === "boolean"
}

function isBlock(token: Token | undefined): token is Token {
  return token !== undefined && ["heading_open", "fence", "hr"].includes(token.type)
}
