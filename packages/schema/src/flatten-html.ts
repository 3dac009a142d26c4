import { type BlockList, MAX_INDENT, cleanLanguage, cleanRestart } from "./block.ts"
import { isElement } from "./is-element.ts"
import { readCode } from "./html-code.ts"
import { copyCellAttributes, copyColumns, type HtmlTable, readHtmlTable } from "./html-table.ts"
import { type WordListItem, readWordListItem } from "./html-word.ts"

/**
 * Turns the nested HTML of other programs into the flat blocks of a document: list items, quotes, headings and code become siblings that
 * carry their nesting as data attributes, which the schema's parse rules read. A table stays one, with flat blocks in its cells. Text that
 * stands in no block stays as it is when nothing else is there, so that a pasted phrase goes into the line. Reads `source`, never changes it.
 */
export function flattenHTML(source: Node, options: FlattenOptions): DocumentFragment {
  const document = source.ownerDocument ?? globalThis.document
  const flattening = new Flattening(document, options)
  flattening.children(source, { quote: false, lists: [], item: null }, [])
  return flattening.finish()
}

export interface FlattenOptions {
  readonly preserveWhitespace: boolean
  /** False where there is no place for a table, as in a cell: its rows become lines. */
  readonly keepTables: boolean
}

interface Context {
  readonly quote: boolean
  /** Open lists, outermost first. */
  readonly lists: readonly { readonly list: BlockList; restart: number | null }[]
  /** The list item this stands in; its first block gets the bullet, the others are indented under it. */
  readonly item: { task: boolean; checked: boolean; used: boolean } | null
}

const BLOCKS: ReadonlySet<string> = new Set(
  (
    "ADDRESS ARTICLE ASIDE BLOCKQUOTE BODY CAPTION DD DETAILS DIV DL DT FIGCAPTION FIGURE FOOTER FORM H1 H2 H3 H4 H5 H6 HEADER HR " +
    "LI MAIN NAV OL P PRE SECTION SUMMARY TABLE TBODY TD TFOOT TH THEAD TR UL"
  ).split(" "),
)
const IGNORED: ReadonlySet<string> = new Set(
  "AUDIO BUTTON CANVAS EMBED HEAD IFRAME INPUT LINK META NOSCRIPT OBJECT SCRIPT SELECT STYLE SVG TEMPLATE TEXTAREA TITLE VIDEO".split(
    " ",
  ),
)

class Flattening {
  readonly #document: Document
  readonly #preserve: boolean
  readonly #keepTables: boolean
  readonly #result: DocumentFragment
  /** The block under construction, or null between blocks. */
  #block: HTMLElement | null = null
  /** The last text put into the block: white space is collapsed against it. */
  #lastText: Text | null = null
  /** True once anything but text outside of blocks was met: then loose text becomes blocks too. */
  #hasBlocks = false
  /** Blocks made of loose text, unwrapped at the end when nothing else came. */
  readonly #loose = new Set<HTMLElement>()

  constructor(document: Document, { preserveWhitespace, keepTables }: FlattenOptions) {
    this.#document = document
    this.#preserve = preserveWhitespace
    this.#keepTables = keepTables
    this.#result = document.createDocumentFragment()
  }

  finish(): DocumentFragment {
    this.#endBlock()
    const [only, ...others] = this.#result.children
    if (!this.#hasBlocks && only !== undefined && others.length === 0) only.replaceWith(...only.childNodes)
    return this.#result
  }

  children(parent: Node, context: Context, wrappers: readonly Element[]): void {
    for (const child of parent.childNodes) this.#node(child, context, wrappers)
  }

  #node(node: Node, context: Context, wrappers: readonly Element[]): void {
    if (node.nodeType === 3) this.#text(node.nodeValue ?? "", context, wrappers)
    if (!isElement(node) || isIgnored(node)) return
    if (BLOCKS.has(node.tagName)) this.#blockElement(node, context, wrappers)
    else if (node.tagName === "BR") this.#break(node, context, wrappers)
    else if (node.tagName === "IMG") this.#image(node, context, wrappers)
    else if (node.hasAttribute("data-unsupported-inline")) this.#append(node.cloneNode(true), context, wrappers)
    else this.children(node, context, [...wrappers, node])
  }

  #blockElement(element: HTMLElement, context: Context, wrappers: readonly Element[]): void {
    this.#endBlock()
    const code = readCode(element)
    const word = readWordListItem(element)
    const table = this.#keepTables ? readHtmlTable(element) : null
    if (table !== null) this.#table(table)
    else if (code !== null) this.#code(code, context)
    else if (word !== null) this.#wordItem(word, element, context, wrappers)
    else this.#plainElement(element, context, wrappers)
    this.#endBlock()
  }

  #plainElement(element: HTMLElement, context: Context, wrappers: readonly Element[]): void {
    const tag = element.tagName
    switch (tag) {
      case "UL":
      case "OL": {
        this.#hasBlocks = true
        const start =
          tag === "OL" && element.hasAttribute("start") ? cleanRestart(Number(element.getAttribute("start"))) : null
        const list = { list: tag === "OL" ? ("ordered" as const) : ("bullet" as const), restart: start }
        this.children(element, { ...context, lists: [...context.lists, list], item: null }, wrappers)
        return
      }
      case "LI":
        this.#item(element, context, wrappers)
        return
      case "BLOCKQUOTE":
        this.#hasBlocks = true
        this.children(element, { ...context, quote: true }, wrappers)
        return
      case "HR":
        this.#startBlock("div", context).dataset["kind"] = "rule"
        this.#block?.append(this.#document.createElement("p"))
        return
      case "H1":
      case "H2":
      case "H3":
      case "H4":
      case "H5":
      case "H6":
        this.#startBlock(`h${Math.min(3, Number(tag[1]))}`, context, element)
        break
      case "P":
        this.#startBlock("p", context, element)
        break
      case "DIV":
        if (element.dataset["kind"] === "rule") {
          this.#startBlock("div", context).dataset["kind"] = "rule"
          const line = this.#document.createElement("p")
          line.textContent = element.textContent
          this.#block?.append(line)
          return
        }
        if (element.dataset["kind"] !== undefined)
          this.#startBlock("div", context, element).dataset["kind"] = element.dataset["kind"]
        break
      default:
        break
    }
    this.children(element, context, wrappers)
  }

  #item(element: HTMLElement, context: Context, wrappers: readonly Element[]): void {
    this.#hasBlocks = true
    const lists = context.lists.length === 0 ? [{ list: "bullet" as const, restart: null }] : context.lists
    const checkbox = [...element.querySelectorAll("input[type=checkbox]")].find(
      (input) => input.closest("li") === element,
    )
    const isRole = element.getAttribute("role") === "checkbox"
    const item = {
      task: checkbox !== undefined || isRole,
      checked:
        checkbox?.hasAttribute("checked") === true || (isRole && element.getAttribute("aria-checked") === "true"),
      used: false,
    }
    this.children(element, { ...context, lists, item }, wrappers)
    if (!item.used) this.#startBlock("p", { ...context, lists, item })
  }

  #code(code: { text: string; language: string | null }, context: Context): void {
    const block = this.#startBlock("pre", context)
    if (code.language !== null) block.dataset["language"] = code.language
    const inner = this.#document.createElement("code")
    inner.textContent = code.text
    block.append(inner)
    this.#block = null
  }

  #table({ table, rows, caption }: HtmlTable): void {
    this.#hasBlocks = true
    const options = { preserveWhitespace: this.#preserve, keepTables: false }
    const figure = this.#document.createElement("figure")
    figure.dataset["table"] = ""
    const copy = this.#document.createElement("table")
    const columns = copyColumns(table, this.#document)
    if (columns !== null) copy.append(columns)
    const body = this.#document.createElement("tbody")
    for (const row of rows) {
      const line = this.#document.createElement("tr")
      for (const cell of row) {
        const flat = this.#document.createElement(cell.tagName)
        copyCellAttributes(cell, flat)
        flat.append(flattenHTML(cell, options))
        line.append(flat)
      }
      body.append(line)
    }
    copy.append(body)
    figure.append(copy)
    if (caption !== null) {
      const line = this.#document.createElement("figcaption")
      const text = flattenHTML(caption, options)
      // A caption is one line.
      const hasBlocks = [...text.children].some(({ tagName }) => BLOCKS.has(tagName))
      line.append(hasBlocks ? (caption.textContent ?? "").replaceAll(/\s+/g, " ").trim() : text)
      figure.append(line)
    }
    this.#result.append(figure)
  }

  #wordItem(word: WordListItem, element: HTMLElement, context: Context, wrappers: readonly Element[]): void {
    const lists = Array.from({ length: word.level }, () => ({ list: word.list, restart: null }))
    const item = { task: false, checked: false, used: false }
    this.#startBlock("p", { ...context, lists, item })
    for (const child of element.childNodes)
      if (!word.marker.includes(child)) this.#node(child, { ...context, lists, item }, wrappers)
  }

  #startBlock(tag: string, context: Context, source?: HTMLElement): HTMLElement {
    this.#hasBlocks = true
    return this.#makeBlock(tag, context, source)
  }

  #makeBlock(tag: string, context: Context, source?: HTMLElement): HTMLElement {
    this.#endBlock()
    const block = this.#document.createElement(tag)
    const { dataset } = block
    const innermost = context.lists.at(-1)
    const depth = context.lists.length
    if (context.quote) dataset["quote"] = ""
    if (innermost !== undefined && context.item !== null && !context.item.used) {
      context.item.used = true
      dataset["list"] = context.item.task ? "task" : innermost.list
      if (context.item.task) dataset["checked"] = String(context.item.checked)
      if (depth > 1) dataset["indent"] = String(Math.min(MAX_INDENT, depth - 1))
      if (innermost.restart !== null && innermost.restart !== 1) dataset["restart"] = String(innermost.restart)
      innermost.restart = null
    } else {
      const indent = depth > 0 ? depth : Number(source?.dataset["indent"] ?? 0)
      if (indent > 0) dataset["indent"] = String(Math.min(MAX_INDENT, indent))
    }
    const language = cleanLanguage(source?.dataset["language"])
    if (language !== null) dataset["language"] = language
    this.#result.append(block)
    this.#block = block
    this.#lastText = null
    return block
  }

  #endBlock(): void {
    const block = this.#block
    this.#block = null
    if (block === null) return
    if (!this.#preserve) trimEnd(this.#lastText)
    const last = deepestLast(block)
    if (isElement(last) && last.tagName === "BR") last.remove()
    if (block.textContent === "\u00a0") block.textContent = ""
    if (this.#loose.has(block) && isBlank(block)) block.remove()
    this.#lastText = null
  }

  #text(raw: string, context: Context, wrappers: readonly Element[]): void {
    let text = raw
    if (!this.#preserve) {
      text = raw.replaceAll(/[ \t\r\n\f]+/g, " ")
      const before = this.#lastText?.data
      const isAtStart = this.#block === null || before === undefined || before === "" || before.endsWith(" ")
      if (isAtStart && text.startsWith(" ") && (before !== undefined || !this.#hasContent())) text = text.slice(1)
    } else if (this.#block === null && raw.trim() === "") {
      return
    }
    if (text === "") return
    const node = this.#document.createTextNode(text)
    this.#append(node, context, wrappers)
    this.#lastText = node
  }

  #break(element: HTMLElement, context: Context, wrappers: readonly Element[]): void {
    if (element.className === "Apple-interchange-newline") return
    if (!this.#preserve) trimEnd(this.#lastText)
    this.#append(this.#document.createElement("br"), context, wrappers)
    this.#lastText = this.#document.createTextNode("")
  }

  /** This version holds no images: their description and address stay as text. */
  #image(element: HTMLElement, context: Context, wrappers: readonly Element[]): void {
    const description = element.getAttribute("alt")?.trim() ?? ""
    if (description !== "") this.#text(description, context, wrappers)
  }

  #append(node: Node, context: Context, wrappers: readonly Element[]): void {
    if (this.#block === null) {
      const block = this.#makeBlock("p", context)
      if (context.item === null && !context.quote) this.#loose.add(block)
    }
    let parent: Element | null = this.#block
    for (const wrapper of wrappers) {
      const last: ChildNode | null | undefined = parent?.lastChild
      // Text of one inline element goes into one copy of it.
      if (last !== null && last !== undefined && copies.get(last) === wrapper && isElement(last)) {
        parent = last
      } else {
        const copy = wrapper.cloneNode(false)
        if (!isElement(copy)) continue
        copies.set(copy, wrapper)
        parent?.append(copy)
        parent = copy
      }
    }
    parent?.append(node)
  }

  #hasContent(): boolean {
    return this.#block !== null && this.#block.childNodes.length > 0
  }
}

/** Which inline element of the source a copy stands for. */
const copies = new WeakMap<Node, Element>()

function isIgnored(element: HTMLElement): boolean {
  return (
    IGNORED.has(element.tagName.toUpperCase()) ||
    element.style?.display === "none" ||
    /mso-list:\s*ignore/i.test(element.getAttribute("style") ?? "")
  )
}

function trimEnd(text: Text | null): void {
  if (text !== null) text.data = text.data.replace(/ +$/, "")
}

function isBlank(block: HTMLElement): boolean {
  return block.textContent === "" && block.querySelector("br, [data-unsupported-inline]") === null
}

function deepestLast(node: Node): Node {
  return node.lastChild === null ? node : deepestLast(node.lastChild)
}
