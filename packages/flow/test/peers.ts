import { viewSchema } from "@ligature/schema"
import type { Node } from "prosemirror-model"
import { type Command, EditorState, type PluginView, TextSelection, type Transaction } from "prosemirror-state"
import type { EditorView } from "prosemirror-view"
import * as Y from "yjs"
import type { Person } from "./person.ts"
import { bindFlow, type BoundView, type FlowBinding, type SectionSizes } from "../src/index.ts"
import { movedWords } from "../src/moved-words.ts"
import { TableIslands, tableIslands, type TableModel } from "../src/table/index.ts"
import { blockAt, blocksOf } from "./blocks.ts"

/** A view without a DOM: it keeps a state and tells the plugins' views, in the order in which ProseMirror does. */
export class HeadlessView implements BoundView {
  state: EditorState
  composing = false
  isDestroyed = false
  /** Happens once, when the view has its next state and has not told its plugins. */
  meanwhile: (() => void) | null = null
  readonly #pluginViews: PluginView[] = []

  constructor(state: EditorState) {
    this.state = state
    for (const plugin of state.plugins) {
      const view = plugin.spec.view?.(this.#asView())
      if (view !== undefined) this.#pluginViews.push(view)
    }
  }

  dispatch(transaction: Transaction): void {
    const before = this.state
    this.state = before.apply(transaction)
    const { meanwhile } = this
    this.meanwhile = null
    meanwhile?.()
    for (const view of this.#pluginViews) view.update?.(this.#asView(), before)
  }

  destroy(): void {
    for (const view of this.#pluginViews) view.destroy?.()
    this.isDestroyed = true
  }

  #asView(): EditorView {
    return asView(this)
  }
}

/** Plugins get it for a view; what they need of one, it has. */
function asView(view: unknown): EditorView {
  if (!isView(view)) throw new TypeError("not a view")
  return view
}

function isView(value: unknown): value is EditorView {
  return value instanceof HeadlessView
}

/** As small as sections can be: every place between two blocks is a border. */
export const BORDERS_EVERYWHERE: SectionSizes = { most: 1, least: 0 }

/** One person at the document: a Yjs document, a binding and a view. */
export class Peer implements Person {
  readonly doc = new Y.Doc()
  readonly binding: FlowBinding
  readonly view: HeadlessView
  /** What this person wrote, update by update. */
  readonly updates: Uint8Array[] = []
  readonly #delivered = new Map<Peer, number>()

  constructor(clientID: number, content?: Uint8Array, sectionSizes?: SectionSizes) {
    this.doc.clientID = clientID
    if (content !== undefined) Y.applyUpdate(this.doc, content)
    this.doc.on("update", (update: Uint8Array, origin: unknown) => {
      if (!(origin instanceof Peer)) this.updates.push(update)
    })
    this.binding = bindFlow({
      doc: this.doc,
      schema: viewSchema,
      islands: () => tableIslands,
      ...(sectionSizes === undefined ? {} : { sectionSizes }),
      onFault: (fault) => {
        throw fault
      },
    })
    this.binding.followMoves(movedWords)
    this.view = new HeadlessView(EditorState.create({ doc: this.binding.read(), plugins: [...this.binding.plugins] }))
  }

  get state(): EditorState {
    return this.view.state
  }

  change(edit: (transaction: Transaction) => unknown): void {
    const { tr } = this.state
    edit(tr)
    this.view.dispatch(tr)
  }

  run(command: Command): boolean {
    return command(this.state, (transaction) => this.view.dispatch(transaction))
  }

  undo(): boolean {
    return this.run(this.binding.undo)
  }

  /** Changes the structure of a table, which is not done by steps. */
  editTable(id: string, edit: (table: TableModel) => unknown): void {
    const { islands } = this.binding
    if (!(islands instanceof TableIslands)) throw new TypeError("there was no table yet")
    this.binding.edit(() => edit(islands.model(id)))
  }

  destroy(): void {
    this.view.destroy()
    this.binding.destroy()
  }

  /** The position of a unit of a block, both counted from 0. */
  at(block: number, unit = 0): number {
    return blockAt(this.state.doc, block).pos + 1 + unit
  }

  /** Behind the last unit of a block. */
  endOf(block: number): number {
    return this.at(block, blockAt(this.state.doc, block).node.content.size)
  }

  type(position: number, text: string): void {
    this.change((tr) =>
      tr.insertText(text, position).setSelection(TextSelection.create(tr.doc, position + text.length)),
    )
  }

  /** What the blocks say, one string each; something in the line is a "*". */
  get texts(): string[] {
    return textsOf(this.state.doc)
  }

  receive(from: Peer): void {
    Y.applyUpdate(this.doc, Y.encodeStateAsUpdate(from.doc, Y.encodeStateVector(this.doc)), from)
  }

  /** Gets the next update that somebody wrote, without what it builds on: Yjs holds it until that comes. */
  receiveNext(from: Peer): void {
    const next = this.#delivered.get(from) ?? 0
    const update = from.updates[next]
    if (update === undefined) return
    this.#delivered.set(from, next + 1)
    Y.applyUpdate(this.doc, update, from)
  }

  /** The document as somebody sees it who opens it now. */
  rebuilt(): Node {
    const doc = new Y.Doc()
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(this.doc))
    return bindFlow({ doc, schema: viewSchema, islands: () => tableIslands }).read()
  }
}

export function textsOf(doc: Node): string[] {
  return blocksOf(doc).map((block) => block.textBetween(0, block.content.size, undefined, "*"))
}

/** Everybody gets everything. */
export function syncAll(peers: readonly Peer[]): void {
  for (let round = 0; round < 2; round++) {
    for (const to of peers) for (const from of peers) if (to !== from) to.receive(from)
  }
}

/** A document that everybody starts from, made by somebody who is gone. */
export function startingWith(edit: (author: Peer) => void): Uint8Array {
  const author = new Peer(1)
  edit(author)
  return Y.encodeStateAsUpdate(author.doc)
}

/** Blocks of these texts, as a person would type them. */
export function write(peer: Peer, texts: readonly string[]): void {
  for (const [i, text] of texts.entries()) {
    if (i > 0) peer.change((tr) => tr.split(peer.endOf(i - 1)))
    if (text !== "") peer.type(peer.at(i), text)
  }
}
