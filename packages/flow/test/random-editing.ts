import { type SeededRandom, seededRandom } from "@ligature/testing"
import { viewSchema as schema } from "@ligature/schema"
import { Fragment, type Node, Slice } from "prosemirror-model"
import { TextSelection, type Transaction } from "prosemirror-state"
import * as Y from "yjs"
import { blockAt, blocksOf, placedBlocks, showTheSame, topsOf } from "./blocks.ts"
import { type FlowPosition, moveBlocks, type SectionSizes } from "../src/index.ts"
import { Peer, startingWith, syncAll, write } from "./peers.ts"
import { editsTable, newTable, tableAt, tablesOf } from "./tables.ts"

export interface RunOptions {
  readonly seed: number
  readonly operations: number
  readonly undo?: boolean
  /** Few, repeating characters instead of unique ones: nothing can be counted, but every comparison is ambiguous. */
  readonly ambiguous?: boolean
  /** One edit in seven puts a table in or changes rows and columns of one; all others may happen in cells, too. */
  readonly tables?: boolean
  /** Some of what is pasted is a table, wherever that is. */
  readonly pastingTables?: boolean
  /** How many of the edits move a block or two somewhere else, from 0 to 1. */
  readonly moving?: number
  readonly peers?: number
  /** Now and then somebody composes: their block is left alone until the end, whatever others do to it. */
  readonly composing?: boolean
  /** The sizes of the view's sections; by default all blocks of these short documents are in one. */
  readonly sectionSizes?: SectionSizes
  /** Now and then others' changes come in when a view has a new state and has not told its plugins yet. */
  readonly interrupting?: boolean
}

export interface RunResult {
  readonly log: readonly string[]
  readonly lost: readonly string[]
  readonly doubled: readonly string[]
  /** Doubled ones that an undo had brought back: two people undid one deletion. */
  readonly restoredTwice: readonly string[]
  /** Ones that were there twice, until one person deleted the one and another person the other. */
  readonly cutTwice: readonly string[]
  /** Ones in cells of rows, columns or tables that somebody deleted at the same time. */
  readonly hidden: readonly string[]
  /** Doubled ones that somebody had moved: another one moved or deleted them at the same time. */
  readonly movedTwice: readonly string[]
  /** Other people's characters that vanished under somebody's undo. */
  readonly undone: readonly string[]
  readonly carets: { checked: number; wrong: number }
}

/** People edit at random, sync at random, and are checked after everything; throws where view and flow differ. */
export function runRandomEditing(options: RunOptions): RunResult {
  return new RandomEditing(options).run()
}

class RandomEditing {
  readonly #options: RunOptions
  readonly #random: SeededRandom
  readonly #peers: Peer[] = []
  readonly #log: string[] = []
  readonly #typed = new Set<string>()
  /** Typed by the edit under way. */
  readonly #fresh = new Set<string>()
  readonly #authors = new Map<string, Peer>()
  readonly #deleted = new Set<string>()
  readonly #restored = new Set<string>()
  readonly #moved = new Set<string>()
  /** Characters that were there twice when somebody deleted one of them. */
  readonly #cut = new Set<string>()
  readonly #undone: string[] = []
  readonly #carets = { checked: 0, wrong: 0 }
  #next = 0

  constructor(options: RunOptions) {
    this.#options = options
    this.#random = seededRandom(options.seed)
    const content = startingWith((author) => {
      if (this.#random.chance(0.2)) return
      const texts = Array.from({ length: this.#random.integer(4) + 1 }, () => this.#text(this.#random.integer(6)))
      write(author, texts)
      if (this.#random.chance(0.5)) author.change((tr) => tr.setNodeAttribute(0, "kind", "heading"))
    })
    for (let i = 0; i < (options.peers ?? 3); i++)
      this.#peers.push(new Peer(this.#random.integer(1_000_000) * 10 + 10 + i, content, options.sectionSizes))
  }

  run(): RunResult {
    for (let i = 0; i < this.#options.operations; i++) {
      const peer = this.#random.pick(this.#peers)
      if (this.#random.chance(0.25)) this.#sync()
      else if (this.#options.composing === true && this.#random.chance(0.3)) this.#toggleComposing(peer)
      else this.#edit(peer)
    }
    for (const peer of this.#peers) if (peer.view.composing) this.#toggleComposing(peer)
    syncAll(this.#peers)
    for (const peer of this.#peers) this.#check(peer, "after the last sync")
    const [first, ...others] = this.#peers
    for (const other of others) {
      if (first === undefined || !showTheSame(first.state.doc, other.state.doc)) {
        throw new Error(
          this.#story(`two people see different documents:\n${String(first?.state.doc)}\n${String(other.state.doc)}`),
        )
      }
    }
    const text = first === undefined ? [] : Array.from(textOf(first.state.doc))
    const counts = new Map<string, number>()
    for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
    const gone = [...this.#typed].filter((each) => !this.#deleted.has(each) && !counts.has(each))
    const many = [...counts].filter(([each, count]) => this.#typed.has(each) && (count > 1 || this.#isBack(each)))
    // A row, a column or a table that is gone takes along what others type in its cells: it is there, and comes back by undo.
    const hidden = new Set(first === undefined ? [] : Array.from(textOfCells(first.doc)))
    // Whoever moves a table moves whatever others type in its cells.
    const isMoved = (each: string): boolean =>
      this.#moved.has(each) || (this.#options.moving !== undefined && hidden.has(each))
    // Nor is it doubled by a table that is there twice, because two people undid one deletion of it: its cells are the same.
    const isRestored = (each: string): boolean =>
      this.#restored.has(each) || (this.#options.undo === true && hidden.has(each))
    const twice = many.map(([each]) => each)
    return {
      log: this.#log,
      lost: gone.filter((each) => !this.#cut.has(each) && !hidden.has(each)),
      cutTwice: gone.filter((each) => this.#cut.has(each)),
      hidden: gone.filter((each) => hidden.has(each)),
      doubled: twice.filter((each) => !isRestored(each) && !isMoved(each)),
      restoredTwice: twice.filter((each) => isRestored(each) && !isMoved(each)),
      movedTwice: twice.filter(isMoved),
      undone: this.#undone,
      carets: this.#carets,
    }
  }

  /** There again although somebody deleted it, and nobody undid that. */
  #isBack(character: string): boolean {
    return this.#deleted.has(character) && !this.#restored.has(character)
  }

  #story(reason: string): string {
    return `${reason}\nseed ${this.#options.seed}\n${this.#log.join("\n")}`
  }

  #toggleComposing(peer: Peer): void {
    peer.view.composing = !peer.view.composing
    this.#log.push(`${this.#nameOf(peer)} ${peer.view.composing ? "begins" : "ends"} composing`)
    this.#guard(() => peer.view.dispatch(peer.state.tr))
    this.#check(peer, "after composing")
  }

  #compose(peer: Peer): string {
    const { $head } = peer.state.selection
    const start = Math.max($head.start(), $head.pos - this.#random.integer(2))
    const before = peer.state.doc.textBetween(start - (start > $head.start() ? 1 : 0), start, undefined, "*")
    const from = /[\uD800-\uDBFF]$/.test(before) ? start - 1 : start
    const text = this.#text(1 + this.#random.integer(2))
    this.#guard(() => peer.change((tr) => tr.insertText(text, from, $head.pos)))
    return `compose ${text} in the place of ${from}-${$head.pos}`
  }

  #sync(): void {
    const to = this.#random.pick(this.#peers)
    const from = this.#random.pick(this.#peers)
    if (to === from) return
    if (this.#random.chance(0.3)) {
      const count = 1 + this.#random.integer(4)
      this.#log.push(`${this.#nameOf(to)} receives ${count} updates of ${this.#nameOf(from)}`)
      for (let i = 0; i < count; i++) this.#receive(to, () => to.receiveNext(from))
      return
    }
    this.#log.push(`${this.#nameOf(to)} receives ${this.#nameOf(from)}`)
    this.#receive(to, () => to.receive(from))
    if (this.#random.chance(0.5)) this.#receive(from, () => from.receive(to))
  }

  #receive(to: Peer, receive: () => void): void {
    const { doc, selection } = to.state
    const written = to.updates.length
    const left = unitBefore(doc, selection.head)
    const right = unitAfter(doc, selection.head)
    const relative = to.binding.toRelative(to.state, selection.head)
    this.#guard(receive)
    this.#check(to, "after a sync")
    if (to.updates.length !== written) throw new Error(this.#story(`${this.#nameOf(to)} wrote by receiving`))
    // Breaks in the line look all alike: beside one there is nothing to recognise.
    const isBesideAtom = selection.$head.nodeBefore?.isText === false || selection.$head.nodeAfter?.isText === false
    if (this.#options.ambiguous === true || !(selection instanceof TextSelection) || isBesideAtom) return
    if (to.view.composing) {
      // Not a character of the block may move under somebody's hands.
      if (to.state.selection.$head.parent.textContent === selection.$head.parent.textContent) return
      throw new Error(this.#story(`the block in which ${this.#nameOf(to)} composes was redrawn`))
    }
    const after = to.state
    const text = textOf(after.doc)
    const isLeft = left !== null && text.includes(left)
    const isRight = right !== null && text.includes(right)
    if (!isLeft && !isRight) return
    const { head } = after.selection
    const isBesideLeft = isLeft && unitBefore(after.doc, head) === left
    const isBesideRight = isRight && unitAfter(after.doc, head) === right
    // The very unit that the caret stood at tells equal letters apart. Once it is gone, and what stood on both sides was put into
    // two places, either is right.
    const place = isLiving(to.doc, relative) ? to.binding.toAbsolute(after, relative) : undefined
    // Hidden, with the cell that it is in: only the rest of the view can be asked, and nobody knows of what stands there.
    if (place === null) return
    this.#carets.checked++
    const isRightPlace =
      place === undefined ? isBesideLeft || isBesideRight : head === place && (!isLeft || isBesideLeft)
    if (!isRightPlace) {
      this.#carets.wrong++
      this.#log.push(`   caret of ${this.#nameOf(to)} is wrong: was between ${String(left)} and ${String(right)}`)
    }
  }

  #edit(peer: Peer): void {
    const before = this.#options.ambiguous === true ? "" : textOf(peer.state.doc)
    this.#fresh.clear()
    const cellsBefore = this.#options.tables === true ? textOfCells(peer.doc) : ""
    const blocksBefore = String(peer.state.doc)
    const from = this.#random.pick(this.#peers)
    if (this.#options.interrupting === true && from !== peer && this.#random.chance(0.5)) {
      this.#log.push(`${this.#nameOf(peer)} receives ${this.#nameOf(from)} in the middle of this:`)
      peer.view.meanwhile = () => peer.receive(from)
    }
    const name = peer.view.composing && this.#random.chance(0.85) ? this.#compose(peer) : this.#pickEdit(peer)
    peer.view.meanwhile = null
    this.#log.push(`${this.#nameOf(peer)}: ${name}   ${blocksBefore} => ${String(peer.state.doc)}`)
    this.#check(peer, `after "${name}"`)
    if (this.#options.ambiguous === true) return
    const after = textOf(peer.state.doc)
    // What crosses the border of a table is refused as a whole: nobody has typed that.
    const refused = this.#options.tables === true ? this.#fresh : []
    for (const character of refused) if (!after.includes(character)) this.#typed.delete(character)
    const cells = cellsBefore === "" ? "" : textOfCells(peer.doc)
    for (const character of before) {
      if (after.includes(character)) {
        if (countOf(after, character) < countOf(before, character)) this.#cut.add(character)
        continue
      }
      this.#deleted.add(character)
      const isTaken = this.#authors.get(character) !== peer && !cells.includes(character)
      if (name === "undo" && isTaken) this.#undone.push(character)
    }
    // One may take back what one has typed into a cell that another person's deletion hides.
    for (const character of cellsBefore) {
      if (!cells.includes(character) && !after.includes(character)) this.#deleted.add(character)
    }
    for (const character of after) {
      if (before.includes(character)) continue
      if (name.startsWith("undo")) this.#restored.add(character)
      else if (!this.#authors.has(character)) this.#authors.set(character, peer)
    }
  }

  #pickEdit(peer: Peer): string {
    const random = this.#random
    const { doc } = peer.state
    const position = randomPosition(random, doc)
    const end = randomPosition(random, doc)
    const from = Math.min(position, end)
    const isOneBlock = random.chance(0.5) || containerOf(doc, from) !== containerOf(doc, Math.max(position, end))
    const to = isOneBlock ? Math.min(Math.max(position, end), sameBlockEnd(doc, from)) : Math.max(position, end)
    const blocks = blocksOf(doc)
    const block = blocks.indexOf(doc.resolve(position).parent)
    const act = (edit: (tr: Transaction) => unknown): void => this.#guard(() => peer.change(edit))
    if (this.#options.moving !== undefined && random.chance(this.#options.moving)) return this.#move(peer)
    if (this.#options.tables === true && random.chance(0.15)) return this.#changeTable(peer)
    const roll = random.integer(this.#options.undo === true ? 120 : 100)
    if (roll < 25) {
      const text = this.#text(1 + random.integer(3))
      act((tr) => {
        if (random.chance(0.2)) tr.addStoredMark(schema.marks.bold.create())
        tr.insertText(text, position)
        tr.setSelection(TextSelection.create(tr.doc, position + text.length))
      })
      return `type ${text} at ${position}`
    }
    if (roll < 37) {
      act((tr) =>
        tr.split(
          position,
          1,
          random.chance(0.3) ? [{ type: schema.nodes.block, attrs: { kind: "heading" } }] : undefined,
        ),
      )
      return `split at ${position}`
    }
    if (roll < 46) {
      if (blocks.length < 2) return "nothing to join"
      const index = 1 + random.integer(blocks.length - 1)
      if (containerOf(doc, peer.at(index)) !== containerOf(doc, peer.at(index - 1))) return "nothing to join"
      if (peer.at(index) - peer.endOf(index - 1) > 4) return "a table between"
      act((tr) => tr.delete(peer.endOf(index - 1), peer.at(index)))
      return `join block ${index} to the one before`
    }
    if (roll < 54) {
      act((tr) => tr.delete(from, to))
      return `delete ${from}-${to}`
    }
    if (roll < 60) {
      const text = this.#text(1 + random.integer(3))
      act((tr) => tr.insertText(text, from, to))
      return `replace ${from}-${to} by ${text}`
    }
    if (roll < 66) {
      const kind = random.pick(["paragraph", "heading", "code", "callout"])
      const { node } = blockAt(doc, block)
      act((tr) =>
        random.chance(0.5)
          ? tr.setNodeAttribute(peer.at(block) - 1, "kind", kind)
          : tr.setNodeMarkup(peer.at(block) - 1, undefined, {
              ...node.attrs,
              kind,
              level: kind === "heading" ? 2 : null,
            }),
      )
      return `make block ${block} a ${kind}`
    }
    if (roll < 70) {
      act((tr) => tr.setNodeAttribute(peer.at(block) - 1, "indent", random.integer(4)))
      return `indent block ${block}`
    }
    if (roll < 82) {
      const mark = random.pick([schema.marks.bold, schema.marks.italic])
      const on = random.chance(0.6)
      act((tr) => (on ? tr.addMark(from, to, mark.create()) : tr.removeMark(from, to, mark)))
      return `${on ? "set" : "clear"} ${mark.name} ${from}-${to}`
    }
    if (roll < 86) {
      act((tr) =>
        tr.insert(
          position,
          schema.nodes.hard_break.create(null, null, random.chance(0.5) ? [schema.marks.bold.create()] : []),
        ),
      )
      return `break at ${position}`
    }
    if (roll < 92) {
      const start = peer.at(block) - 1
      if (isAlone(doc, start)) act((tr) => tr.delete(start + 1, start + 1 + blockAt(doc, block).node.content.size))
      else if (blocks.length > 1) act((tr) => tr.deleteRange(start, start + blockAt(doc, block).node.nodeSize))
      return `delete block ${block}`
    }
    if (roll < 100) {
      const pasted = Array.from({ length: 1 + random.integer(3) }, () => this.#pastedBlock())
      const open = random.chance(0.6) ? 1 : 0
      const size = Fragment.fromArray(pasted).size
      act((tr) => tr.replace(from, random.chance(0.5) ? from : to, new Slice(Fragment.fromArray(pasted), open, open)))
      return `paste ${pasted.length} blocks (open ${open}, size ${size}) at ${from}`
    }
    const undo = roll < 112
    // As in browsers: one cannot take back a step in the middle of a composition.
    if (peer.view.composing) {
      this.#toggleComposing(peer)
      return "nothing to undo while composing"
    }
    this.#guard(() => peer.run(undo ? peer.binding.undo : peer.binding.redo))
    return undo ? "undo" : "undo (redo)"
  }

  #move(peer: Peer): string {
    const tops = topsOf(peer.state.doc)
    const first = this.#random.integer(tops.length)
    const count = Math.min(tops.length - first, 1 + this.#random.integer(2))
    const places = Array.from({ length: tops.length + 1 }, (_, i) => i).filter((i) => i < first || i > first + count)
    if (places.length === 0) return "nothing to move"
    const before = this.#random.pick(places)
    const moved = tops.slice(first, first + count)
    const [from, last] = [moved[0], moved.at(-1)]
    if (from === undefined || last === undefined) return "nothing to move"
    this.#guard(() =>
      peer.change((tr) => moveBlocks(tr, from.pos, last.pos + last.node.nodeSize, borderOf(peer.state.doc, before))),
    )
    const ids = new Set(topsOf(peer.state.doc).map(({ node }): unknown => node.attrs["id"]))
    // Not what others have changed in the middle of it: what they wrote stays where it was, under the old id.
    const mayLose = peer.view.composing || this.#options.interrupting === true
    for (const { node } of mayLose ? [] : moved) {
      const id: unknown = node.attrs["id"]
      if (id !== null && !ids.has(id)) throw new Error(this.#story("a block lost its id by a move"))
    }
    for (const { node } of moved) for (const character of node.textContent) this.#moved.add(character)
    return `move ${count} blocks from ${first} before ${before}`
  }

  #changeTable(peer: Peer): string {
    const random = this.#random
    const { doc } = peer.state
    const tables = tablesOf(doc)
    if (tables.length === 0 || random.chance(0.15)) {
      const cells = Array.from({ length: 1 + random.integer(2) }, () => [this.#text(random.integer(3)), this.#text(1)])
      const before = random.integer(topsOf(doc).length + 1)
      this.#guard(() => peer.change((tr) => tr.insert(borderOf(doc, before), newTable(cells, this.#text(1)))))
      return `put in a table before ${before}`
    }
    const at = random.integer(tables.length)
    if (random.chance(0.1)) {
      const { node, pos } = tableAt(doc, at)
      this.#guard(() => peer.change((tr) => tr.deleteRange(pos, pos + node.nodeSize)))
      return `delete table ${at}`
    }
    const what = random.pick(["add row", "add column", "delete row", "delete column"])
    const side = random.pick(["before", "after"] as const)
    this.#guard(() =>
      editsTable(
        peer,
        (model, lines) => {
          const { rows, columns } = model.read()
          const [y, x] = [random.integer(rows.length), random.integer(columns.length)]
          if (what === "add row") model.addRow(lines.row(y), side)
          else if (what === "add column") model.addColumn(lines.column(x), side)
          else if (what === "delete row" && rows.length > 1) model.deleteRows([lines.row(y)])
          else if (what === "delete column" && columns.length > 1) model.deleteColumns([lines.column(x)])
        },
        at,
      ),
    )
    return `${what} in table ${at}`
  }

  #pastedBlock(): Node {
    if (this.#options.pastingTables === true && this.#random.chance(0.3)) {
      return newTable([[this.#text(1), this.#text(1)]], this.#text(this.#random.integer(3)))
    }
    const text = this.#text(this.#random.integer(4))
    const marks = this.#random.chance(0.3) ? [schema.marks.italic.create()] : []
    const kind = this.#random.pick(["paragraph", "heading"])
    return schema.nodes.block.create({ kind, id: "pasted" }, text === "" ? null : schema.text(text, marks))
  }

  #text(length: number): string {
    let text = ""
    for (let i = 0; i < length; i++) text += this.#character()
    return text
  }

  #character(): string {
    if (this.#options.ambiguous === true) return this.#random.pick(["a", "a", "b", "😀", "😁", "\n"])
    this.#next++
    const character = this.#random.chance(0.15)
      ? String.fromCodePoint(0x1f300 + this.#next)
      : String.fromCodePoint(0x4e00 + this.#next)
    this.#typed.add(character)
    this.#fresh.add(character)
    return character
  }

  #guard(action: () => void): void {
    try {
      action()
    } catch (cause) {
      throw new Error(this.#story(`something threw: ${String(cause)}`), { cause })
    }
  }

  #check(peer: Peer, when: string): void {
    peer.state.doc.check()
    if (peer.view.composing) return
    const flow = peer.binding.read()
    if (!showTheSame(peer.state.doc, flow)) {
      throw new Error(
        this.#story(
          `${when}, ${this.#nameOf(peer)} sees\n${render(peer.state.doc)}\nwhere the flow has\n${render(flow)}`,
        ),
      )
    }
    const position = randomPosition(this.#random, peer.state.doc)
    const relative = peer.binding.toRelative(peer.state, position)
    if (peer.binding.toAbsolute(peer.state, relative) !== position) {
      const found = peer.binding.toAbsolute(peer.state, relative)
      throw new Error(this.#story(`${when}, position ${position} came back as ${String(found)} in ${String(flow)}`))
    }
  }

  #nameOf(peer: Peer): string {
    return "ABCDE"[this.#peers.indexOf(peer)] ?? "?"
  }
}

/** Everything that was lost, doubled or sent to the wrong place, as text for a failing test. */
export function describeRun(result: RunResult): string {
  return `lost ${result.lost.join("")} doubled ${result.doubled.join("")} undone ${result.undone.join("")}\n${result.log.join("\n")}`
}

export function stateOf(doc: Y.Doc): string {
  const state = Y.encodeStateAsUpdate(doc)
  return Array.from(state, (byte) => byte.toString(16).padStart(2, "0")).join("")
}

function countOf(text: string, character: string): number {
  return text.split(character).length - 1
}

/** The position before a block or table; for the number behind the last, the one behind that. */
function borderOf(doc: Node, before: number): number {
  const tops = topsOf(doc)
  const last = tops[before - 1]
  return last === undefined ? (tops[0]?.pos ?? 0) : last.pos + last.node.nodeSize
}

/** What holds the block at a position: the document, or a cell. */
function containerOf(doc: Node, position: number): number {
  const place = doc.resolve(position)
  for (let depth = place.depth; depth > 0; depth--) {
    if (place.node(depth).type.name === "table_cell") return place.before(depth)
  }
  return -1
}

/** Whether the block that begins at a position is all that its cell has. */
function isAlone(doc: Node, position: number): boolean {
  const { parent } = doc.resolve(position)
  return parent.type.name === "table_cell" && parent.childCount === 1
}

function render(doc: Node): string {
  return JSON.stringify(doc.toJSON())
}

function textOf(doc: Node): string {
  return doc.textBetween(0, doc.content.size, undefined, () => "")
}

/**
 * The text of all cells and captions that the shared document has, shown or not. Reads items: `doc.getText` would turn a cell that
 * nobody has opened into a text that Yjs cleans up by itself, and that writes.
 */
function textOfCells(doc: Y.Doc): string {
  let text = ""
  for (const [name, root] of doc.share) {
    if (!/^(cell|text):/.test(name)) continue
    for (let item = root._start; item !== null; item = item.right) {
      if (!item.deleted && item.content instanceof Y.ContentString) text += item.content.str
    }
  }
  return text
}

function sameBlockEnd(doc: Node, position: number): number {
  return doc.resolve(position).end()
}

/** A position inside some block, never between the halves of a pair. */
function randomPosition(random: SeededRandom, doc: Node): number {
  const { node, pos } = random.pick(placedBlocks(doc))
  const offset = random.integer(node.content.size + 1)
  const position = pos + 1 + offset
  const before = offset > 0 ? doc.textBetween(position - 1, position, undefined, "*") : ""
  return /^[\uD800-\uDBFF]$/.test(before) ? position - 1 : position
}

/** Whether the unit that a relative position stands at is still there. */
function isLiving(doc: Y.Doc, { client, clock, side }: FlowPosition): boolean {
  if (side === 0) return false
  const item = Y.getItem(doc.store, Y.createID(client, clock))
  return item instanceof Y.Item && !item.deleted && item.content instanceof Y.ContentString
}

function unitBefore(doc: Node, position: number): string | null {
  const { nodeBefore } = doc.resolve(position)
  return nodeBefore?.isText === true ? (Array.from(nodeBefore.text ?? "").at(-1) ?? null) : null
}

function unitAfter(doc: Node, position: number): string | null {
  const { nodeAfter } = doc.resolve(position)
  return nodeAfter?.isText === true ? (Array.from(nodeAfter.text ?? "")[0] ?? null) : null
}
