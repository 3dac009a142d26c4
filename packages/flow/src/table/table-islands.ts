import { Fragment, type Node } from "prosemirror-model"
import type { Transform } from "prosemirror-transform"
import type * as Y from "yjs"
import type { BlockAttributes } from "../block-attributes.ts"
import type { Block } from "../block.ts"
import { BlockIndex } from "../block-index.ts"
import type { InnerFlow, Islands } from "../islands.ts"
import { fillIndex, nodeOf } from "../patch-view.ts"
import { wholeFlow } from "../plan-regions.ts"
import type { SchemaMap } from "../schema-map.ts"
import { openFlow } from "../yjs-items.ts"
import { cellNames, cellRoot, isCellEmpty } from "./cell-root.ts"
import { deletionsInIsland, outOfIsland } from "./delete-seen.ts"
import { drawTable, type TableTypes } from "./draw-table.ts"
import { patchIsland } from "./patch-table.ts"
import { isTablePart, readTable, type TableShape } from "./read-table.ts"
import { storeTable } from "./store-table.ts"
import { TableModel } from "./table-model.ts"

/** The kind of a block that is a table. */
const TABLE = "table"

/** From a cell up to its island: row, table, island. */
const ISLAND_ABOVE_CELL = 3

/** What changed in a table since it was drawn. */
interface Dirt {
  /** Rows, columns, merges or looks. */
  isWhole: boolean
  /** The roots of cells. */
  readonly cells: Set<string>
}

/**
 * The tables of a shared document as islands of its flow: reads them into nodes of the view, and knows which roots are cells of
 * which table. A cell is read when its table is drawn for the first time, and again when something in it changed.
 */
export class TableIslands implements Islands {
  readonly outOf: Islands["outOf"] = outOfIsland
  readonly deletionsIn: Islands["deletionsIn"] = deletionsInIsland
  readonly #types: TableTypes
  readonly #doc: Y.Doc
  readonly #map: SchemaMap
  readonly #attributes: BlockAttributes
  readonly #texts = new Map<string, Y.Text>()
  /** The root that a text is, for every cell that was read. */
  readonly #roots = new Map<object, string>()
  readonly #dirty = new Map<string, Dirt>()

  constructor(doc: Y.Doc, map: SchemaMap, attributes: BlockAttributes, types: TableTypes) {
    this.#doc = doc
    this.#map = map
    this.#attributes = attributes
    this.#types = types
  }

  isIsland({ id, marker }: Block): boolean {
    return marker !== null && isTablePart(id) && this.#attributes.of(id).get("kind") === TABLE
  }

  draw(id: string, text: Fragment, shown: Node | null): Node {
    const known = shown !== null && shown.type === this.#types.island && shown.attrs["id"] === id ? shown : null
    const dirt = this.#dirty.get(id)
    // What is only read, and not shown, leaves what is shown as dirty as it is.
    if (shown !== null) this.#dirty.delete(id)
    const shape = known !== null && dirt?.isWhole !== true ? null : this.#shape(id)
    if (known !== null && shape === null) return this.#withCells(known, id, text, dirt?.cells ?? new Set())
    const contents = new Map(cellsOf(known).map((cell) => [rootOf(id, cell), cell.content]))
    return drawTable(this.#types, id, shape ?? this.#shape(id), text, ({ row, column }) => {
      const root = cellRoot(id, row, column)
      const old = dirt?.cells.has(root) === true ? undefined : contents.get(root)
      return old ?? this.#read(root)
    })
  }

  patch(change: Transform, position: number, node: Node): void {
    patchIsland(change, position, node)
  }

  create(transaction: Y.Transaction, id: string, node: Node): void {
    storeTable(this.model(id), node, (row, column, blocks) => {
      const context = { transaction, map: this.#map, attributes: this.#attributes }
      return { ...context, text: this.text(cellRoot(id, row, column)), blocks }
    })
  }

  model(id: string): TableModel {
    return new TableModel(this.#doc, this.#attributes, id)
  }

  innerAt(doc: Node, position: number): InnerFlow | null {
    const place = doc.resolve(position)
    for (let depth = place.depth; depth > ISLAND_ABOVE_CELL; depth--) {
      const cell = place.node(depth)
      if (cell.type !== this.#types.cell) continue
      const above = depth - ISLAND_ABOVE_CELL
      const root = rootOf(String(place.node(above).attrs["id"]), cell)
      return { root, start: place.start(depth), island: place.before(above) }
    }
    return null
  }

  innerIn(doc: Node, island: number, root: string): InnerFlow | null {
    const node = doc.nodeAt(island)
    const names = cellNames(root)
    if (node?.type !== this.#types.island || names === null || node.attrs["id"] !== names.table) return null
    let start = island + 2
    for (const row of node.firstChild?.children ?? []) {
      if (row.attrs["id"] === names.row) {
        let at = start + 1
        for (const cell of row.children) {
          if (cell.attrs["column"] === names.column) return { root, start: at + 1, island }
          at += cell.nodeSize
        }
        return null
      }
      start += row.nodeSize
    }
    return null
  }

  islandOf(root: string): string | null {
    return cellNames(root)?.table ?? null
  }

  text(root: string): Y.Text {
    const known = this.#texts.get(root)
    if (known !== undefined) return known
    const text = openFlow(this.#doc, root, root)
    this.#texts.set(root, text)
    this.#roots.set(text, root)
    return text
  }

  rootOf(text: object): string | null {
    return this.#roots.get(text) ?? null
  }

  index(root: string, start: number): BlockIndex {
    const index = new BlockIndex(false)
    index.start = start
    const found = wholeFlow(this.text(root), this.#map)
    const nodes = found.map((each) => nodeOf(each, this.#map, this.#attributes))
    fillIndex(index, found, nodes, [nodes.length])
    return index
  }

  keep(root: string): void {
    const names = cellNames(root)
    if (names !== null) this.model(names.table).keep(names.row, names.column)
  }

  note(transaction: Y.Transaction): Set<string> {
    const tables = new Set<string>()
    for (const type of transaction.changed.keys()) {
      const root = this.#roots.get(type)
      const table = root === undefined ? null : this.islandOf(root)
      if (root === undefined || table === null) continue
      this.noteInner(root)
      tables.add(table)
    }
    return tables
  }

  noteBlock(id: string, doc: Node, index: BlockIndex): Set<string> {
    const tables = new Set<string>()
    const table = this.islandOf(id)
    if (table !== null) {
      this.noteInner(id)
      return tables.add(table)
    }
    if (this.#attributes.of(id).get("kind") === TABLE || this.#dirty.has(id)) this.#dirtOf(id).isWhole = true
    const [known] = index.ofId(id)
    if (known !== undefined) return tables
    for (const block of index.islands()) {
      for (const cell of cellsOf(doc.nodeAt(index.positionOf(block.at)))) {
        if (!cell.children.some((child) => child.attrs["id"] === id)) continue
        this.noteInner(rootOf(block.id, cell))
        tables.add(block.id)
      }
    }
    return tables
  }

  noteInner(root: string): boolean {
    const names = cellNames(root)
    if (names === null) return false
    const dirt = this.#dirtOf(names.table)
    dirt.cells.add(root)
    // With merges, what stands in a covered cell decides what is shown.
    const hasMerges = this.#hasMerges(names.table)
    if (hasMerges) dirt.isWhole = true
    return hasMerges
  }

  distrust(id: string, shown: Node): void {
    const dirt = this.#dirtOf(id)
    dirt.isWhole = true
    for (const cell of cellsOf(shown)) dirt.cells.add(rootOf(id, cell))
  }

  #hasMerges(id: string): boolean {
    for (const key of this.#attributes.of(id).keys()) if (key.startsWith("merge.")) return true
    return false
  }

  #shape(id: string): TableShape {
    return readTable(this.#attributes.of(id), (row, column) => {
      const root = cellRoot(id, row, column)
      // From now on it is known when somebody types in it.
      this.text(root)
      return isCellEmpty(this.#doc, root)
    })
  }

  #read(root: string): Fragment {
    const found = wholeFlow(this.text(root), this.#map)
    return Fragment.fromArray(found.map((each) => nodeOf(each, this.#map, this.#attributes)))
  }

  #withCells(island: Node, id: string, caption: Fragment, roots: ReadonlySet<string>): Node {
    const [table, text] = [island.firstChild, island.lastChild]
    if (table === null || text === null) return island
    const rows = roots.size === 0 ? table.children : table.children.map((row) => this.#rowWithCells(row, id, roots))
    const children = [table.copy(Fragment.fromArray([...rows])), text.content.eq(caption) ? text : text.copy(caption)]
    return island.copy(Fragment.fromArray(children))
  }

  #rowWithCells(row: Node, id: string, roots: ReadonlySet<string>): Node {
    if (!row.children.some((cell) => roots.has(rootOf(id, cell)))) return row
    const cells = row.children.map((cell) => {
      const root = rootOf(id, cell)
      return roots.has(root) ? cell.copy(this.#read(root)) : cell
    })
    return row.copy(Fragment.fromArray(cells))
  }

  #dirtOf(id: string): Dirt {
    const known = this.#dirty.get(id)
    if (known !== undefined) return known
    const dirt = { isWhole: false, cells: new Set<string>() }
    this.#dirty.set(id, dirt)
    return dirt
  }
}

/** The root that a cell of the view shows. */
function rootOf(table: string, cell: Node): string {
  return cellRoot(table, String(cell.attrs["row"]), String(cell.attrs["column"]))
}

function cellsOf(island: Node | null): Node[] {
  return island?.firstChild?.children.flatMap((row) => row.children) ?? []
}
