import type { DOMOutputSpec, Node as DocumentNode, NodeSpec, TagParseRule } from "prosemirror-model"

/** What a cell says of its column or row, when it heads one. */
export type CellHeader = "column" | "row"

export type CellAlign = "left" | "center" | "right"

/** A cell as the view has it. Rows, columns and what they are is decided by the table as a whole; a cell only shows it. */
export interface TableCellAttributes {
  /** The ids of its row and column, as the shared document names them; null before it is part of one. */
  readonly row: string | null
  readonly column: string | null
  readonly rowspan: number
  readonly colspan: number
  readonly header: CellHeader | null
  readonly align: CellAlign | null
}

const MAX_SPAN = 1000

/**
 * A table with its caption: an island between the blocks of a document. Its cells hold texts of their own; the caption is the text of
 * the block that the table is, so that words which come to stand there by a merge are seen.
 */
export const tableIsland: NodeSpec = {
  group: "island",
  // The kind of the block that it is in the shared document.
  islandKind: "table",
  content: "table table_caption",
  attrs: { id: { default: null } },
  isolating: true,
  selectable: false,
  parseDOM: [{ tag: "figure[data-table]" }],
  toDOM: () => ["figure", { class: "ligature-table", "data-table": "" }, 0],
}

/** Widths are those of the columns in CSS pixels, null where the browser decides. */
export const table: NodeSpec = {
  content: "table_row+",
  attrs: { widths: { default: null } },
  tableRole: "table",
  isolating: true,
  selectable: false,
  parseDOM: [{ tag: "table", getAttrs: widthsFromDOM }],
  toDOM: (node) => [
    "div",
    { class: "ligature-table-scroll" },
    ["table", {}, ["colgroup", {}, ...columnsToDOM(node)], ["tbody", 0]],
  ],
}

export const tableRow: NodeSpec = {
  // None where every cell of the row is covered by one above.
  content: "table_cell*",
  attrs: { id: { default: null } },
  tableRole: "row",
  parseDOM: [{ tag: "tr" }],
  toDOM: () => ["tr", 0],
}

export const tableCell: NodeSpec = {
  content: "block+",
  attrs: {
    row: { default: null },
    column: { default: null },
    rowspan: { default: 1 },
    colspan: { default: 1 },
    header: { default: null },
    align: { default: null },
  },
  tableRole: "cell",
  isolating: true,
  selectable: false,
  parseDOM: [cellRule("td"), cellRule("th")],
  toDOM: cellToDOM,
}

export const tableCaption: NodeSpec = {
  content: "inline*",
  isolating: true,
  selectable: false,
  whitespace: "pre",
  parseDOM: [{ tag: "figcaption" }],
  toDOM: () => ["figcaption", { class: "ligature-table-caption", dir: "auto" }, 0],
}

/** The widths of a table's columns as they can be trusted; empty where the browser decides about all. */
export function tableWidths(node: DocumentNode): readonly (number | null)[] {
  const widths: unknown = node.attrs["widths"]
  return Array.isArray(widths) ? widths.map((width) => (isWidth(width) ? width : null)) : []
}

/** A cell's attributes as they can be trusted. */
export function tableCellAttributes(cell: DocumentNode): TableCellAttributes {
  const { row, column, rowspan, colspan, header, align } = cell.attrs
  return {
    row: typeof row === "string" ? row : null,
    column: typeof column === "string" ? column : null,
    rowspan: cleanSpan(rowspan),
    colspan: cleanSpan(colspan),
    header: header === "column" || header === "row" ? header : null,
    align: cleanAlign(align),
  }
}

function cellToDOM(cell: DocumentNode): DOMOutputSpec {
  const { rowspan, colspan, header, align } = tableCellAttributes(cell)
  const dom: Record<string, string> = {}
  if (rowspan > 1) dom["rowspan"] = String(rowspan)
  if (colspan > 1) dom["colspan"] = String(colspan)
  if (align !== null) dom["data-align"] = align
  if (header !== null) dom["scope"] = header === "column" ? "col" : "row"
  return [header === null ? "td" : "th", dom, 0]
}

function cellRule(tag: "td" | "th"): TagParseRule {
  return {
    tag,
    getAttrs: (dom) => {
      const scope = dom.getAttribute("scope")
      return {
        rowspan: cleanSpan(Number(dom.getAttribute("rowspan"))),
        colspan: cleanSpan(Number(dom.getAttribute("colspan"))),
        header: tag === "td" ? null : scope === "row" ? "row" : "column",
        align: cleanAlign(dom.dataset["align"] ?? dom.getAttribute("align") ?? dom.style.textAlign),
      }
    },
  }
}

function columnsToDOM(node: DocumentNode): DOMOutputSpec[] {
  return tableWidths(node).map((width) => ["col", width === null ? {} : { style: `width: ${width}px` }])
}

function widthsFromDOM(dom: HTMLElement): { widths: (number | null)[] | null } {
  const columns = [...dom.querySelectorAll<HTMLElement>(":scope > colgroup > col")]
  const widths = columns.map((column) => {
    const width = Number.parseFloat(column.style.width || (column.getAttribute("width") ?? ""))
    return isWidth(width) ? Math.round(width) : null
  })
  return { widths: widths.some((width) => width !== null) ? widths : null }
}

function isWidth(value: unknown): value is number {
  return typeof value === "number" && value > 0 && value <= 2000
}

function cleanSpan(value: unknown): number {
  return typeof value === "number" && Number.isInteger(value) && value > 1 ? Math.min(MAX_SPAN, value) : 1
}

function cleanAlign(value: unknown): CellAlign | null {
  return value === "left" || value === "center" || value === "right" ? value : null
}
