import { type BlockAttributes, type BlockList, MAX_INDENT, foreignMarkName, schema } from "@ligature/schema"
import type { Mark, Node } from "prosemirror-model"
import * as Y from "yjs"
import {
  FOREIGN_MARKS,
  type ForeignItem,
  foreignBlock,
  foreignItem,
  foreignList,
  isForeignBreak,
  isForeignRow,
  isForeignTable,
} from "./foreign-names.ts"
import { plainAttributes, plainValue } from "./plain-value.ts"
import { tableFromXml } from "./table-from-xml.ts"

/** What a document of another editor became. */
export interface ReadXml {
  readonly document: Node
  /** What Ligature has no equal for, by the name the other editor gave it: kept where it can be, and shown as unsupported. */
  readonly unsupported: readonly { readonly name: string; readonly count: number }[]
}

/**
 * An XML fragment as y-prosemirror, Tiptap and BlockNote lay it out (an element for each block) as a Ligature document. Every character
 * comes along, in order; lists, quotes and nesting become attributes of blocks, and tables stay tables where nothing of them would be lost. Never throws for what is in it, never writes.
 */
export function fromXml(fragment: Y.XmlFragment): ReadXml {
  const reader = new XmlReader()
  reader.readChildren(fragment, { indent: 0, quote: false, item: null }, 0)
  const blocks = reader.blocks.length === 0 ? [schema.nodes.block.create()] : reader.blocks
  return {
    document: schema.nodes.doc.create(null, blocks),
    unsupported: [...reader.unsupported].map(([name, count]) => ({ name, count })),
  }
}

/** Deeper than people nest; what lies below is read as text alone, so that no document can exhaust the stack. */
const MAX_DEPTH = 128

/** Where in lists and quotes the next block stands. */
interface Place {
  readonly indent: number
  readonly quote: boolean
  /** The list item around it. Its first block gets the bullet, the others stand below it. */
  readonly item: (ForeignItem & { readonly list: BlockList; isUsed: boolean }) | null
}

type Child = Y.XmlElement | Y.XmlText | Y.XmlHook

class XmlReader {
  readonly blocks: Node[] = []
  readonly unsupported: Map<string, number>
  /** Whether there is a place for tables, which there is in no cell: there, what is in their cells follows each other. */
  readonly #hasTables: boolean

  constructor(unsupported = new Map<string, number>(), hasTables = true) {
    this.unsupported = unsupported
    this.#hasTables = hasTables
  }

  /** Reads blocks; text that stands between them, or in blocks that hold both, becomes paragraphs. */
  readChildren(parent: Y.XmlFragment, place: Place, depth: number): void {
    let line: Node[] = []
    const endLine = (): void => {
      if (line.length > 0) this.#write({ kind: "paragraph" }, line, place)
      line = []
    }
    for (const child of childrenOf(parent)) {
      if (child instanceof Y.XmlElement && !isForeignBreak(child.nodeName)) {
        endLine()
        this.#readElement(child, place, depth)
      } else if (child instanceof Y.XmlText && holdsBlocks(child)) {
        endLine()
        this.#readTextOfBlocks(child, place, depth)
      } else line.push(...this.#line(child, depth))
    }
    endLine()
  }

  #readElement(element: Y.XmlElement, place: Place, depth: number): void {
    const name = element.nodeName
    const attributes = plainAttributes(element)
    if (depth > MAX_DEPTH) return this.#write({ kind: "paragraph" }, textBelow(element), place)
    if (name === "blockContainer") return this.#readContainer(element, place, depth)
    if (this.#hasTables && isForeignTable(name)) {
      const table = tableFromXml(element, (cell) => this.#readCell(cell, depth))
      if (table !== null) return void this.blocks.push(table)
    }
    if (isForeignTable(name) || isForeignRow(name)) {
      if (isForeignTable(name)) this.#note(name)
      return this.readChildren(element, place, depth + 1)
    }
    const list = foreignList(name)
    if (list !== null) return this.#readList(list, element, place, depth)

    const item = foreignItem(name, attributes)
    if (item !== null) {
      const inside = { ...place, item: { ...item, list: item.list ?? "bullet", isUsed: false } }
      return this.#readItem(element, inside, depth + 1)
    }
    if (name === "blockquote" || name === "quote") {
      return this.#readItem(element, { ...place, quote: true }, depth + 1)
    }
    const known = foreignBlock(name, attributes)
    if (known !== null && (isLine(element) || element.length === 0)) {
      this.#write(known, this.#lines(element, depth), place)
    } else if (element.length === 0) {
      this.#note(name)
      this.#write({ kind: "paragraph" }, [atomOf(name, attributes)], place)
    } else if (isLine(element)) {
      this.#note(name)
      this.#write({ kind: name }, this.#lines(element, depth), place)
    } else {
      if (!PLAIN_CONTAINERS.has(name)) this.#note(name)
      this.readChildren(element, place, depth + 1)
    }
  }

  /** BlockNote's: a block, and behind it the group of those that are nested below it. */
  #readContainer(container: Y.XmlElement, place: Place, depth: number): void {
    for (const child of childrenOf(container)) {
      if (!(child instanceof Y.XmlElement)) this.#write({ kind: "paragraph" }, this.#line(child, depth), place)
      else if (child.nodeName === "blockGroup") {
        this.readChildren(child, { ...place, indent: place.indent + 1, item: null }, depth + 1)
      } else this.#readElement(child, place, depth + 1)
    }
  }

  #readCell(cell: Y.XmlElement, depth: number): Node[] {
    const inside = new XmlReader(this.unsupported, false)
    inside.readChildren(cell, { indent: 0, quote: false, item: null }, depth + 2)
    return inside.blocks.length === 0 ? [schema.nodes.block.create()] : inside.blocks
  }

  #readList(type: BlockList, list: Y.XmlElement, place: Place, depth: number): void {
    const { start, order } = plainAttributes(list)
    const first = Number(start ?? order ?? 1)
    const indent = place.item === null ? place.indent : place.indent + 1
    const isAnew = type === "ordered" && Number.isInteger(first) && (first !== 1 || this.#continuesList(indent))
    let restart = isAnew ? first : null
    for (const child of childrenOf(list)) {
      const own = child instanceof Y.XmlElement ? foreignItem(child.nodeName, plainAttributes(child)) : null
      const item = { list: own?.list ?? type, checked: own?.checked ?? false, restart, isUsed: false }
      const inside = { ...place, indent, item }
      if (!(child instanceof Y.XmlElement)) this.#write({ kind: "paragraph" }, this.#line(child, depth), inside)
      else if (own === null) this.#readElement(child, inside, depth + 1)
      else this.#readItem(child, inside, depth + 1)
      restart = null
    }
  }

  #readItem(item: Y.XmlElement, inside: Place, depth: number): void {
    if (isLine(item) || item.length === 0) this.#write({ kind: "paragraph" }, this.#lines(item, depth), inside)
    else this.readChildren(item, inside, depth)
  }

  /** Slate's and Lexical's: a block is a text of its own that stands in a text. */
  #readTextOfBlocks(text: Y.XmlText, place: Place, depth: number): void {
    if (depth > MAX_DEPTH) return this.#write({ kind: "paragraph" }, textBelow(text), place)
    let line: Node[] = []
    const endLine = (): void => {
      if (line.length > 0) this.#write({ kind: "paragraph" }, line, place)
      line = []
    }
    for (const run of runsOf(text)) {
      const { insert } = run
      if (insert instanceof Y.XmlElement) {
        endLine()
        this.#readElement(insert, place, depth + 1)
      } else if (insert instanceof Y.XmlText) {
        endLine()
        if (holdsBlocks(insert)) this.#readTextOfBlocks(insert, place, depth + 1)
        else this.#write({ kind: "paragraph" }, this.#line(insert, depth + 1), place)
      } else line.push(...this.#run(run))
    }
    endLine()
  }

  #write(attributes: Partial<BlockAttributes>, content: readonly Node[], place: Place): void {
    const { item } = place
    const isFirst = item !== null && !item.isUsed
    if (item !== null) item.isUsed = true
    const indent = attributes.indent ?? (item === null || isFirst ? place.indent : place.indent + 1)
    const list = isFirst ? { list: item.list, checked: item.checked, restart: item.restart } : {}
    const quote = place.quote ? { quote: true } : {}
    const all = { ...attributes, ...list, ...quote, indent: Math.min(MAX_INDENT, indent) }
    this.blocks.push(schema.nodes.block.create(all, attributes.kind === "code" ? withoutMarks(content) : content))
  }

  /** Whether a list that begins here would go on with the numbers of the one before. */
  #continuesList(indent: number): boolean {
    const before = this.blocks.findLast(
      ({ type, attrs }) => type !== schema.nodes.block || Number(attrs["indent"]) <= indent,
    )
    return before?.attrs["list"] === "ordered" && before.attrs["indent"] === indent
  }

  #lines(element: Y.XmlElement, depth: number): Node[] {
    return childrenOf(element).flatMap((child) => this.#line(child, depth + 1))
  }

  /** What stands in a line of text. */
  #line(child: Child, depth: number): Node[] {
    if (child instanceof Y.XmlText) return runsOf(child).flatMap((run) => this.#run(run))
    if (child instanceof Y.XmlHook) return [this.#unknownAtom(child.hookName, {})]
    if (isForeignBreak(child.nodeName)) return [schema.nodes.hard_break.create()]
    if (child.length === 0) return [this.#unknownAtom(child.nodeName, plainAttributes(child))]
    this.#note(child.nodeName)
    return depth > MAX_DEPTH ? textBelow(child) : this.#lines(child, depth)
  }

  #run({ insert, attributes = {} }: TextRun): Node[] {
    const marks = Object.entries(attributes).flatMap(([key, value]) => this.#mark(key, value) ?? [])
    if (typeof insert === "string") return insert === "" ? [] : [schema.text(insert, marks)]
    if (insert instanceof Y.AbstractType) return textBelow(insert)
    return [this.#unknownAtom("object", { value: plainValue(insert) })]
  }

  #mark(key: string, value: unknown): Mark | null {
    if (value === null || value === undefined) return null
    const known = Object.hasOwn(FOREIGN_MARKS, foreignMarkName(key)) ? FOREIGN_MARKS[foreignMarkName(key)] : undefined
    if (known === "link") {
      const href = typeof value === "object" && "href" in value ? value.href : null
      return schema.marks.link.create({ href: typeof href === "string" ? href : "" })
    }
    if (known !== undefined) return schema.marks[known].create()
    this.#note(foreignMarkName(key))
    return schema.marks.unsupported.create({ name: key, value: plainValue(value) })
  }

  #unknownAtom(name: string, attributes: Readonly<Record<string, unknown>>): Node {
    this.#note(name)
    return atomOf(name, attributes)
  }

  #note(name: string): void {
    this.unsupported.set(name, (this.unsupported.get(name) ?? 0) + 1)
  }
}

/** Elements that say nothing but where others stand. */
const PLAIN_CONTAINERS: ReadonlySet<string> = new Set(
  "doc body blockGroup tableCell table_cell tableHeader table_header".split(" "),
)

interface TextRun {
  readonly insert: unknown
  readonly attributes?: Readonly<Record<string, unknown>>
}

function runsOf(text: Y.XmlText): TextRun[] {
  return text.toDelta()
}

function childrenOf(parent: Y.XmlFragment): Child[] {
  return parent.toArray()
}

/** Whether an element holds a line of text rather than blocks. */
function isLine(element: Y.XmlElement): boolean {
  return childrenOf(element).some(
    (child) =>
      (child instanceof Y.XmlText && !holdsBlocks(child)) ||
      (child instanceof Y.XmlElement && isForeignBreak(child.nodeName)),
  )
}

function holdsBlocks(text: Y.XmlText): boolean {
  return runsOf(text).some(({ insert }) => insert instanceof Y.XmlText || insert instanceof Y.XmlElement)
}

function atomOf(name: string, attributes: Readonly<Record<string, unknown>>): Node {
  const attrs = Object.keys(attributes).length === 0 ? {} : { attrs: attributes }
  return schema.nodes.unsupported_inline.create({ name, value: { type: name, ...attrs } })
}

function withoutMarks(content: readonly Node[]): Node[] {
  return content.map((node) => node.mark([]))
}

/** All text in a type, however deep it lies. */
function textBelow(type: unknown): Node[] {
  let text = ""
  const open: unknown[] = [type]
  while (open.length > 0) {
    const next = open.pop()
    if (typeof next === "string") text += next
    else if (next instanceof Y.XmlText)
      open.push(
        ...runsOf(next)
          .map(({ insert }) => insert)
          .toReversed(),
      )
    else if (next instanceof Y.XmlFragment) open.push(...childrenOf(next).toReversed())
  }
  return text === "" ? [] : [schema.text(text)]
}
