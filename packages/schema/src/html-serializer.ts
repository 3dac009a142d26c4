import {
  type DOMOutputSpec,
  DOMSerializer,
  type Fragment,
  type Mark,
  type Node as DocumentNode,
  type Schema,
} from "prosemirror-model"
import { type BlockAttributes, type BlockList, blockAttributes } from "./block.ts"
import { safeHref } from "./safe-href.ts"
import { tableCellAttributes, tableWidths } from "./table.ts"

/** Writes blocks as the clean nested HTML that other programs expect: real lists, quotes, code, headings and tables. */
export class HtmlSerializer extends DOMSerializer {
  constructor(schema: Schema) {
    super(DOMSerializer.nodesFromSchema(schema), { ...DOMSerializer.marksFromSchema(schema), ...cleanMarks })
  }

  override serializeFragment(
    fragment: Fragment,
    options: { document?: Document } = {},
    target?: HTMLElement | DocumentFragment,
  ): HTMLElement | DocumentFragment {
    const document = options.document ?? globalThis.document
    const root = target ?? document.createDocumentFragment()
    const inline = (block: DocumentNode, parent: HTMLElement): void =>
      void super.serializeFragment(block.content, { document }, parent)
    // Some cells of a table, which whoever takes them puts into a table again.
    if (fragment.firstChild?.type.name === "table_row") {
      const rows = new Writer(document, root, inline)
      for (const row of fragment.content) rows.writeRow(row, root)
      return root
    }
    const blocks = blocksOf(fragment)
    if (blocks === null) return super.serializeFragment(fragment, options, root)
    const writer = new Writer(document, root, inline)
    for (const block of blocks) writer.write(block)
    return root
  }
}

const cleanMarks: Record<string, (mark: Mark, inline: boolean) => DOMOutputSpec> = {
  link: (mark) => {
    const href = safeHref(mark.attrs["href"])
    return href === null ? ["span", 0] : ["a", { href }, 0]
  },
  code: () => ["code", 0],
}

/** The blocks and tables of a fragment, also out of whatever only groups them; null when it holds something else, such as part of a line. */
function blocksOf(fragment: Fragment): DocumentNode[] | null {
  const blocks: DocumentNode[] = []
  for (const child of fragment.content) {
    if (child.type.name === "block" || child.type.name === "table_island" || child.type.name === "table")
      blocks.push(child)
    else {
      const inner = child.isInline || child.isLeaf ? null : blocksOf(child.content)
      if (inner === null) return null
      blocks.push(...inner)
    }
  }
  return blocks
}

interface OpenList {
  readonly list: BlockList
  readonly element: HTMLElement
  /** Where what belongs to the last item goes. */
  item: HTMLElement | null
}

class Writer {
  readonly #document: Document
  readonly #root: Node
  readonly #inline: (block: DocumentNode, parent: HTMLElement) => void
  #quote: HTMLElement | null = null
  /** Open lists by indent, outermost first. */
  #lists: OpenList[] = []

  constructor(document: Document, root: Node, inline: (block: DocumentNode, parent: HTMLElement) => void) {
    this.#document = document
    this.#root = root
    this.#inline = inline
  }

  write(block: DocumentNode): void {
    if (block.type.name !== "block") return this.#writeTable(block)
    const attributes = blockAttributes(block)
    if (attributes.quote !== (this.#quote !== null)) {
      this.#lists = []
      this.#quote = attributes.quote ? this.#append(this.#root, "blockquote") : null
    }
    if (attributes.list === null) this.#writeOutsideList(block, attributes)
    else this.#writeItem(block, attributes, attributes.list)
  }

  writeRow(row: DocumentNode, parent: Node): void {
    const line = this.#append(parent, "tr")
    row.forEach((cell) => this.#writeCell(cell, line))
  }

  #writeTable(island: DocumentNode): void {
    this.#quote = null
    this.#lists = []
    const table = island.type.name === "table" ? island : island.firstChild
    const caption = island === table ? null : island.lastChild
    const element = this.#append(this.#root, "table")
    if (caption !== null && caption.childCount > 0) this.#inline(caption, this.#append(element, "caption"))
    if (table === null) return
    const widths = tableWidths(table)
    const group = widths.some((width) => width !== null) ? this.#append(element, "colgroup") : null
    for (const width of group === null ? [] : widths) {
      const column = group === null ? null : this.#append(group, "col")
      if (width !== null) column?.setAttribute("width", String(width))
    }
    const body = this.#append(element, "tbody")
    table.forEach((row) => this.writeRow(row, body))
  }

  #writeCell(cell: DocumentNode, row: Node): void {
    const { header, rowspan, colspan, align } = tableCellAttributes(cell)
    const element = this.#append(row, header === null ? "td" : "th")
    if (header === "row") element.setAttribute("scope", "row")
    if (rowspan > 1) element.setAttribute("rowspan", String(rowspan))
    if (colspan > 1) element.setAttribute("colspan", String(colspan))
    if (align !== null) element.setAttribute("align", align)
    const [only, ...others] = cell.children
    if (only === undefined) return
    const { kind, list, indent, quote } = blockAttributes(only)
    if (others.length === 0 && kind === "paragraph" && list === null && indent === 0 && !quote) {
      this.#inline(only, element)
      return
    }
    const writer = new Writer(this.#document, element, this.#inline)
    for (const block of cell.children) writer.write(block)
  }

  #writeOutsideList(block: DocumentNode, attributes: BlockAttributes): void {
    this.#lists.length = Math.min(this.#lists.length, attributes.indent)
    const item = this.#lists.length === attributes.indent ? this.#lists.at(-1)?.item : null
    if (item === null || item === undefined) this.#lists = []
    const element = this.#element(block, attributes, item ?? this.#quote ?? this.#root)
    if ((item === null || item === undefined) && attributes.indent > 0)
      element.dataset["indent"] = String(attributes.indent)
  }

  #writeItem(block: DocumentNode, attributes: BlockAttributes, list: BlockList): void {
    this.#lists.length = Math.min(this.#lists.length, attributes.indent + 1)
    const last = this.#lists[attributes.indent]
    if (last !== undefined && (last.list !== list || attributes.restart !== null))
      this.#lists.length = attributes.indent
    while (this.#lists.length <= attributes.indent) {
      const outer = this.#lists.at(-1)
      const parent = outer?.item ?? outer?.element ?? this.#quote ?? this.#root
      this.#lists.push({ list, element: this.#append(parent, list === "ordered" ? "ol" : "ul"), item: null })
    }
    const open = this.#lists[attributes.indent]
    if (open === undefined) return
    if (attributes.restart !== null) open.element.setAttribute("start", String(attributes.restart))
    const item = this.#append(open.element, "li")
    open.item = item
    if (list === "task") {
      const checkbox = this.#append(item, "input")
      checkbox.setAttribute("type", "checkbox")
      checkbox.setAttribute("disabled", "")
      if (attributes.checked) checkbox.setAttribute("checked", "")
    }
    if (attributes.kind === "paragraph") this.#inline(block, item)
    else this.#element(block, attributes, item)
  }

  #element(block: DocumentNode, attributes: BlockAttributes, parent: Node): HTMLElement {
    switch (attributes.kind) {
      case "heading": {
        const element = this.#append(parent, `h${attributes.level ?? 1}`)
        this.#inline(block, element)
        return element
      }
      case "code": {
        const element = this.#append(parent, "pre")
        const code = this.#append(element, "code")
        if (attributes.language !== null) code.className = `language-${attributes.language}`
        this.#inline(block, code)
        return element
      }
      case "rule": {
        if (block.childCount === 0) return this.#append(parent, "hr")
        const element = this.#append(parent, "div")
        element.dataset["kind"] = "rule"
        this.#append(element, "hr")
        this.#inline(block, this.#append(element, "p"))
        return element
      }
      default: {
        const element = this.#append(parent, attributes.kind === "paragraph" ? "p" : "div")
        if (attributes.kind !== "paragraph") element.dataset["kind"] = attributes.kind
        this.#inline(block, element)
        return element
      }
    }
  }

  #append(parent: Node, tag: string): HTMLElement {
    const element = this.#document.createElement(tag)
    parent.appendChild(element)
    return element
  }
}
