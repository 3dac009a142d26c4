import { type SeededRandom, seededRandom } from "@ligature/testing"
import type { Node } from "prosemirror-model"
import { TextSelection } from "prosemirror-state"
import type * as Y from "yjs"
import { Peer, startingWith, syncAll, write } from "./peers.ts"
import { cellAt, editsTable, inCaption, newTable, type PlacedTable, tableAt, tablesOf } from "./tables.ts"

export interface TableRun {
  readonly seed: number
  readonly operations: number
  /** With undo and redo nothing is counted: what two people restored may be there twice. */
  readonly undo?: boolean
  /** Now and then somebody composes. */
  readonly composing?: boolean
}

export interface TableResult {
  readonly log: readonly string[]
  readonly lost: readonly string[]
  readonly doubled: readonly string[]
}

/** People work at tables at random, and are checked after everything; throws where view and document differ. */
export function runRandomTables(run: TableRun): TableResult {
  return new RandomTables(run).run()
}

class RandomTables {
  readonly #run: TableRun
  readonly #random: SeededRandom
  readonly #peers: Peer[] = []
  readonly #log: string[] = []
  readonly #typed = new Set<string>()
  readonly #deleted = new Set<string>()
  #next = 0x4e00

  constructor(run: TableRun) {
    this.#run = run
    this.#random = seededRandom(run.seed)
    const content = startingWith((author) => {
      write(author, ["", ""])
      author.change((tr) =>
        tr.insert(
          author.at(1) - 1,
          newTable([
            ["", ""],
            ["", ""],
          ]),
        ),
      )
    })
    for (let i = 0; i < 3; i++) this.#peers.push(new Peer(this.#random.integer(1_000_000) * 10 + 10 + i, content))
  }

  run(): TableResult {
    for (let i = 0; i < this.#run.operations; i++) {
      const peer = this.#random.pick(this.#peers)
      if (this.#random.chance(0.3)) this.#sync()
      else if (this.#run.composing === true && this.#random.chance(0.2)) this.#toggleComposing(peer)
      else this.#edit(peer)
    }
    for (const peer of this.#peers) if (peer.view.composing) this.#toggleComposing(peer)
    syncAll(this.#peers)
    for (const peer of this.#peers) this.#check(peer, "after the last sync")
    const [first, ...others] = this.#peers.map((peer) => structureOf(peer.state.doc))
    for (const other of others) if (other !== first) throw new Error(this.#story("two people see different documents"))
    const everywhere = this.#peers[0] === undefined ? "" : wordsOf(this.#peers[0].doc)
    const counts = new Map<string, number>()
    for (const character of everywhere) counts.set(character, (counts.get(character) ?? 0) + 1)
    const kept = [...this.#typed].filter((character) => !this.#deleted.has(character))
    const lost = kept.filter((character) => !counts.has(character))
    // Two people who move one table have its caption twice, as with any block.
    const doubled = kept.filter((character) => (counts.get(character) ?? 0) > 1)
    return { log: this.#log, lost, doubled }
  }

  #sync(): void {
    const [to, from] = [this.#random.pick(this.#peers), this.#random.pick(this.#peers)]
    if (to === from) return
    this.#log.push(`${this.#nameOf(to)} gets what ${this.#nameOf(from)} has`)
    this.#guard(() => to.receive(from))
    this.#check(to, "after getting it")
  }

  #toggleComposing(peer: Peer): void {
    peer.view.composing = !peer.view.composing
    this.#log.push(`${this.#nameOf(peer)} ${peer.view.composing ? "begins" : "ends"} composing`)
    this.#guard(() => peer.view.dispatch(peer.state.tr))
    this.#check(peer, "after composing")
  }

  #edit(peer: Peer): void {
    const tables = tablesOf(peer.state.doc)
    const table = this.#random.integer(Math.max(1, tables.length))
    const action = tables.length === 0 ? "new" : this.#action()
    let said = action
    this.#guard(() => {
      if (peer.view.composing) said = `compose ${this.#type(peer)}`
      else said = `${action} ${this.#perform(peer, action, table)}`
    })
    this.#log.push(`${this.#nameOf(peer)}: ${said}`)
    this.#check(peer, `after "${said}"`)
  }

  #action(): string {
    const actions = ["type", "type", "type", "type", "enter", "delete", "caption", "row", "column", "row", "column"]
    const rare = [
      "drop",
      "moveRow",
      "moveColumn",
      "merge",
      "split",
      "header",
      "new",
      "deleteTable",
      "moveTable",
      "range",
    ]
    if (this.#run.undo === true && this.#random.chance(0.25)) return this.#random.pick(["undo", "undo", "redo"])
    return this.#random.chance(0.6) ? this.#random.pick(actions) : this.#random.pick(rare)
  }

  #perform(peer: Peer, action: string, table: number): string {
    const random = this.#random
    const side = random.pick(["before", "after"] as const)
    switch (action) {
      case "type":
        this.#choosePlace(peer, table)
        return this.#type(peer)
      case "enter": {
        const { pos, node } = this.#cell(peer, table)
        const unit = random.integer((node.firstChild?.content.size ?? 0) + 1)
        peer.change((tr) => tr.split(pos + 1 + unit))
        return `at ${unit}`
      }
      case "delete": {
        const { pos, node } = this.#cell(peer, table)
        const size = node.content.size
        const from = pos + 1 + random.integer(Math.max(1, size - 2))
        const to = Math.max(from, pos + size - 1 - random.integer(2))
        this.#forget(peer.state.doc, from, to)
        peer.change((tr) => tr.delete(from, to))
        return `${from}-${to}`
      }
      case "caption": {
        const text = this.#text()
        peer.type(inCaption(peer.state.doc, 0, table), text)
        return text
      }
      case "row":
        return this.#structure(peer, table, (model, at) => model.addRow(at.row, side))
      case "column":
        return this.#structure(peer, table, (model, at) => model.addColumn(at.column, side))
      case "drop":
        return this.#structure(peer, table, (model, at) =>
          random.chance(0.5) ? model.deleteRows([at.row]) : model.deleteColumns([at.column]),
        )
      case "moveRow":
        return this.#structure(peer, table, (model, at) => model.moveRow(at.row, at.otherRow, side))
      case "moveColumn":
        return this.#structure(peer, table, (model, at) => model.moveColumn(at.column, at.otherColumn, side))
      case "merge":
        return this.#structure(peer, table, (model, at) =>
          model.merge({ row: at.row, column: at.column }, { row: at.otherRow, column: at.otherColumn }),
        )
      case "split":
        return this.#structure(peer, table, (model, at) => model.split(at))
      case "header":
        return this.#structure(peer, table, (model) => model.setHeaderRow(random.chance(0.5)))
      case "new": {
        const text = this.#text()
        peer.change((tr) => tr.insert(this.#border(tr.doc), newTable([[text, ""]])))
        return text
      }
      case "deleteTable": {
        const { pos, node } = tableAt(peer.state.doc, table)
        this.#forgetCaption(node)
        peer.change((tr) => tr.deleteRange(pos, pos + node.nodeSize))
        return ""
      }
      case "moveTable": {
        const { pos, node } = tableAt(peer.state.doc, table)
        peer.change((tr) => {
          tr.deleteRange(pos, pos + node.nodeSize)
          tr.insert(this.#border(tr.doc), node)
        })
        // Its caption is new text now; what others write in the old one stays where that was.
        this.#forgetCaption(node)
        return ""
      }
      case "range": {
        const texts = this.#paragraphs(peer.state.doc)
        const [from, to] = [random.pick(texts), random.pick(texts)].toSorted((a, b) => a - b)
        if (from === undefined || to === undefined) return ""
        this.#forget(peer.state.doc, from, to)
        peer.change((tr) => tr.delete(from, to))
        return `${from}-${to}`
      }
      default:
        peer.run(action === "undo" ? peer.binding.undo : peer.binding.redo)
        return ""
    }
  }

  #structure(
    peer: Peer,
    table: number,
    edit: (
      model: Parameters<Parameters<typeof editsTable>[1]>[0],
      at: { row: string; column: string; otherRow: string; otherColumn: string },
    ) => unknown,
  ): string {
    const random = this.#random
    editsTable(
      peer,
      (model) => {
        const { rows, columns } = model.read()
        const ids = columns.map(({ id }) => id)
        edit(model, {
          row: random.pick([...rows]),
          column: random.pick(ids),
          otherRow: random.pick([...rows]),
          otherColumn: random.pick(ids),
        })
      },
      table,
    )
    return `in table ${table}`
  }

  #cell(peer: Peer, table: number): PlacedTable {
    const rows = tableAt(peer.state.doc, table).node.firstChild?.children ?? []
    const filled = rows.flatMap((row, y) => (row.childCount > 0 ? [y] : []))
    const row = this.#random.pick(filled)
    return cellAt(peer.state.doc, row, this.#random.integer(rows[row]?.childCount ?? 1), table)
  }

  /** Puts the caret into a cell, mostly, or a paragraph. */
  #choosePlace(peer: Peer, table: number): void {
    const paragraphs = this.#paragraphs(peer.state.doc)
    const inText = this.#random.chance(0.25) && paragraphs.length > 0
    const { pos, node } = this.#cell(peer, table)
    const at = inText ? this.#random.pick(paragraphs) : pos + node.content.size - 1
    peer.change((tr) => tr.setSelection(TextSelection.create(tr.doc, at)))
  }

  #type(peer: Peer): string {
    const text = this.#text()
    peer.change((tr) => tr.insertText(text, tr.selection.head))
    return text
  }

  #text(): string {
    const text = String.fromCodePoint(this.#next++)
    this.#typed.add(text)
    return text
  }

  /** A place between two blocks of the document. */
  #border(doc: Node): number {
    const borders: number[] = []
    doc.descendants((node, pos) => {
      if (node.type.name !== "section") borders.push(pos)
      return node.type.name === "section"
    })
    return this.#random.pick(borders)
  }

  /** A position in every paragraph outside of tables. */
  #paragraphs(doc: Node): number[] {
    const found: number[] = []
    doc.descendants((node, pos) => {
      if (node.type.name === "block") found.push(pos + 1 + this.#random.integer(node.content.size + 1))
      return node.type.name === "section"
    })
    return found
  }

  /** What stands between two positions is deleted by somebody who sees it; cells of whole tables keep theirs. */
  #forget(doc: Node, from: number, to: number): void {
    const start = doc.resolve(from)
    const isInCell = Array.from({ length: start.depth }, (_, i) => start.node(i + 1).type.name).includes("table_cell")
    doc.nodesBetween(from, to, (node, pos) => {
      if (node.isText) {
        for (const character of (node.text ?? "").slice(Math.max(0, from - pos), Math.max(0, to - pos))) {
          this.#deleted.add(character)
        }
      }
      return isInCell || node.type.name !== "table"
    })
  }

  #forgetCaption(island: Node): void {
    for (const character of island.lastChild?.textContent ?? "") this.#deleted.add(character)
  }

  #check(peer: Peer, when: string): void {
    if (peer.view.composing) return
    const [shown, stored] = [structureOf(peer.state.doc), structureOf(peer.rebuilt())]
    if (shown !== stored) throw new Error(this.#story(`${when}, view and document differ:\n${shown}\n${stored}`))
    try {
      peer.state.doc.check()
    } catch (cause) {
      throw new Error(this.#story(`${when}, the view's document is not valid`), { cause })
    }
  }

  #guard(action: () => void): void {
    try {
      action()
    } catch (cause) {
      throw new Error(this.#story("it threw"), { cause })
    }
  }

  #nameOf(peer: Peer): string {
    return "ABC"[this.#peers.indexOf(peer)] ?? "?"
  }

  #story(reason: string): string {
    return `${reason}\nseed ${this.#run.seed}\n${this.#log.join("\n")}`
  }
}

/** Everything that a document shows, whatever the view groups. */
function structureOf(doc: Node): string {
  const nodes = doc.children.flatMap((node) => (node.type.name === "section" ? node.children : [node]))
  return JSON.stringify(nodes)
}

/** All text of a shared document, shown or hidden. */
function wordsOf(doc: Y.Doc): string {
  let words = ""
  for (const [name] of doc.share) if (name === "flow" || name.startsWith("cell:")) words += doc.getText(name).toJSON()
  return words
}
