import { type BlockAttributes, type BlockList, blockAttributes, cleanLanguage, schema } from "@ligature/schema"

// The names that other editors give to what Ligature has, too: Tiptap, ProseMirror's basic schema, BlockNote, Milkdown, Remirror.

/** A mark of ours by the name of theirs. */
export const FOREIGN_MARKS: Readonly<Record<string, "link" | "bold" | "italic" | "underline" | "strike" | "code">> = {
  link: "link",
  bold: "bold",
  strong: "bold",
  italic: "italic",
  em: "italic",
  emphasis: "italic",
  underline: "underline",
  strike: "strike",
  strikethrough: "strike",
  strike_through: "strike",
  code: "code",
  inlineCode: "code",
  inline_code: "code",
}

type Attributes = Readonly<Record<string, unknown>>

/** What a list item says of the block that begins it. */
export interface ForeignItem {
  /** Null where the list around it says it. */
  readonly list: BlockList | null
  readonly checked: boolean
  readonly restart: number | null
}

/** The kind of list that an element of this name is, or null when it is none. */
export function foreignList(name: string): BlockList | null {
  return Object.hasOwn(LISTS, name) ? (LISTS[name] ?? null) : null
}

/** What a list item says, or null when an element of this name is none. */
export function foreignItem(name: string, attributes: Attributes): ForeignItem | null {
  if (!Object.hasOwn(ITEMS, name)) return null
  const { checked, start } = attributes
  const isBox = typeof checked === "boolean" || checked === "true" || checked === "false"
  const list = ITEMS[name] ?? (isBox ? "task" : null)
  return {
    list,
    checked: checked === true || checked === "true",
    restart: list === "ordered" && typeof start === "number" ? start : null,
  }
}

export function isForeignTable(name: string): boolean {
  return name === "table"
}

export function isForeignRow(name: string): boolean {
  return ROWS.has(name)
}

/** Whether a cell heads a row or column; null for what is no cell. */
export function foreignCell(name: string): "header" | "cell" | null {
  if (name === "tableHeader" || name === "table_header" || name === "tableHeaderCell") return "header"
  return name === "tableCell" || name === "table_cell" ? "cell" : null
}

export function isForeignBreak(name: string): boolean {
  return name === "hardBreak" || name === "hard_break" || name === "hardbreak"
}

/** What a block of text is here, or null when Ligature has no equal. */
export function foreignBlock(name: string, attributes: Attributes): Partial<BlockAttributes> | null {
  switch (name) {
    case "paragraph":
    case "tableParagraph":
    case "text_block":
      return { kind: "paragraph" }
    case "heading": {
      const level = Number(attributes["level"] ?? 1)
      return { kind: "heading", level: level === 1 || level === 2 ? level : level >= 3 ? 3 : 1 }
    }
    case "codeBlock":
    case "code_block":
      return { kind: "code", language: cleanLanguage(attributes["language"] ?? attributes["params"]) }
    case "horizontalRule":
    case "horizontal_rule":
    case "hr":
    case "divider":
      return { kind: "rule" }
    // Ligature's own blocks, as they were bound to XML.
    case "block":
      return ownBlock(attributes)
    default:
      return null
  }
}

/** Milkdown's first row has a name of its own. */
const ROWS: ReadonlySet<string> = new Set(["tableRow", "table_row", "tableHeaderRow", "table_header_row"])

const LISTS: Readonly<Record<string, BlockList>> = {
  bulletList: "bullet",
  bullet_list: "bullet",
  orderedList: "ordered",
  ordered_list: "ordered",
  taskList: "task",
  task_list: "task",
}

const ITEMS: Readonly<Record<string, BlockList | null>> = {
  listItem: null,
  list_item: null,
  taskItem: "task",
  taskListItem: "task",
  bulletListItem: "bullet",
  toggleListItem: "bullet",
  numberedListItem: "ordered",
  checkListItem: "task",
}

function ownBlock(attributes: Attributes): Partial<BlockAttributes> {
  return { ...blockAttributes(schema.nodes.block.create(attributes)), id: null }
}
