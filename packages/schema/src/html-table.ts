import { isElement } from "./is-element.ts"

/** A table of another program's HTML: its rows of cells, and what is said about it. */
export interface HtmlTable {
  readonly table: Element
  readonly rows: readonly (readonly Element[])[]
  readonly caption: Element | null
}

/** Larger ones come in as lines of text. */
const MAX_CELLS = 5000

/**
 * The table that an element is or, as a figure, holds with its caption; null for one that only arranges a page: of a single cell,
 * or with none.
 */
export function readHtmlTable(element: Element): HtmlTable | null {
  const table = element.tagName === "FIGURE" ? tableOfFigure(element) : element
  if (table === null || table.tagName !== "TABLE") return null
  const rows = rowsOf(table)
  const cells = rows.reduce((sum, row) => sum + row.length, 0)
  if (cells < 2 || cells > MAX_CELLS) return null
  const caption =
    childrenNamed(element, "FIGCAPTION")[0] ?? childrenNamed(table, "CAPTION").find((each) => each.textContent !== "")
  return { table, rows, caption: caption ?? null }
}

/** The attributes of a cell that mean something, as the schema's rules read them. */
export function copyCellAttributes(from: Element, to: Element): void {
  for (const name of ["rowspan", "colspan", "scope", "align"]) {
    const value = from.getAttribute(name)
    if (value !== null) to.setAttribute(name, value)
  }
  const align = from.getAttribute("data-align") ?? /text-align:\s*(left|center|right)/i.exec(styleOf(from))?.[1]
  if (align !== undefined) to.setAttribute("data-align", align)
}

/** The columns' elements with the widths they say, or none. */
export function copyColumns(from: Element, document: Document): Element | null {
  const columns = childrenNamed(from, "COLGROUP").flatMap((group) => childrenNamed(group, "COL"))
  if (columns.length === 0) return null
  const group = document.createElement("colgroup")
  for (const column of columns) {
    const copy = document.createElement("col")
    const width =
      /(?:^|[;\s])width:\s*([\d.]+)px/i.exec(styleOf(column))?.[1] ??
      /^\d+$/.exec(column.getAttribute("width") ?? "")?.[0]
    if (width !== undefined) copy.setAttribute("width", width)
    group.append(copy)
  }
  return group
}

function tableOfFigure(figure: Element): Element | null {
  const inner: Element[] = []
  for (const child of figure.children) {
    const [only, ...others] = child.tagName === "DIV" ? child.children : []
    inner.push(only !== undefined && others.length === 0 ? only : child)
  }
  const tables = inner.filter((child) => child.tagName === "TABLE")
  const others = inner.filter((child) => child.tagName !== "TABLE" && child.tagName !== "FIGCAPTION")
  return others.length === 0 && tables.length === 1 ? (tables[0] ?? null) : null
}

function rowsOf(table: Element): Element[][] {
  const rows: Element[][] = []
  for (const child of table.children) {
    if (child.tagName === "TR") rows.push(cellsOf(child))
    else if (["THEAD", "TBODY", "TFOOT"].includes(child.tagName)) rows.push(...childrenNamed(child, "TR").map(cellsOf))
  }
  return rows.filter((row) => row.length > 0)
}

function cellsOf(row: Element): Element[] {
  return [...row.children].filter((child) => child.tagName === "TD" || child.tagName === "TH")
}

function childrenNamed(parent: Element, tag: string): Element[] {
  return [...parent.children].filter((child) => isElement(child) && child.tagName === tag)
}

function styleOf(element: Element): string {
  return element.getAttribute("style") ?? ""
}
