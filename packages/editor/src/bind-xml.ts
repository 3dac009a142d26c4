import { schema as ownSchema } from "@ligature/schema"
import { baseKeymap } from "prosemirror-commands"
import { gapCursor } from "prosemirror-gapcursor"
import type { Node, Schema } from "prosemirror-model"
import { type Command, type EditorState, Plugin, PluginKey, Selection, type Transaction } from "prosemirror-state"
import type { EditorView } from "prosemirror-view"
import { defaultDeleteFilter, updateYFragment } from "y-prosemirror"
import * as Y from "yjs"
import type { Binding, ReadOnlyReason } from "./binding.ts"
import { holdsTheSame, schemaFor } from "./foreign-schema.ts"
import { replaceDifference } from "./replace-difference.ts"
import { readXml, readXmlAsText, type XmlMapping } from "./read-xml.ts"
import { unmarkAtoms } from "./unmark-atoms.ts"
import { isRelativeSelection, type RelativeSelection, XmlPositions } from "./xml-positions.ts"
import { XmlSurvey } from "./xml-survey.ts"

/**
 * Binds an editor to a `Y.XmlFragment`, as y-prosemirror lays documents out: an element for each block.
 *
 * Writing, undo filter and relative positions are y-prosemirror's. Reading is not: its reader deletes from the shared document what its
 * schema does not hold, and it replaces the whole editor document on each remote change. Here the schema is made to hold whatever
 * the fragment uses (`XmlSurvey`), and made anew when something unknown arrives; what no schema can hold is shown, read-only.
 */
export function bindXml(options: { doc: Y.Doc; fragment: Y.XmlFragment }): Binding {
  return new XmlBinding(options.doc, options.fragment)
}

type ReplacedListener = Parameters<NonNullable<Binding["onReplaced"]>>[0]

class XmlBinding implements Binding {
  readonly layout = "xml"
  readonly plugins: readonly Plugin[]
  readonly undo: Command = (_state, dispatch) => this.#undoOrRedo("undo", dispatch !== undefined)
  readonly redo: Command = (_state, dispatch) => this.#undoOrRedo("redo", dispatch !== undefined)
  readonly baseKeys: Readonly<Record<string, Command>> = baseKeymap
  readonly #doc: Y.Doc
  readonly #fragment: Y.XmlFragment
  readonly #positions: XmlPositions
  readonly #survey = new XmlSurvey()
  readonly #undoManager: Y.UndoManager
  readonly #listeners = new Set<ReplacedListener>()
  /** True for every type whose reading is up to date; what has changed is taken out before the next reading. */
  readonly #mapping: XmlMapping = new Map()
  /** Types that y-prosemirror's undo filter must not delete while others' words are in them. */
  #textblocks = new Set<string>()
  #schema: Schema
  #reason: ReadOnlyReason | null = null
  #view: EditorView | null = null
  /** The editor document that the fragment is known to equal. */
  #synced: Node | null = null
  /** Set while this binding itself writes: the observer then has nothing to do. */
  #writing = false
  /** What the undo under way has changed, in the editor's document. */
  #undone: { readonly from: number; readonly to: number } | null = null
  /** Where the selection was before the Yjs transaction under way. */
  #selectionBefore: RelativeSelection | null = null

  constructor(doc: Y.Doc, fragment: Y.XmlFragment) {
    this.#doc = doc
    this.#fragment = fragment
    this.#positions = new XmlPositions(doc, fragment, this.#mapping)
    this.#survey.look(fragment, () => false)
    this.#schema = this.#makeSchema()
    this.#undoManager = new Y.UndoManager(fragment, {
      trackedOrigins: new Set([this]),
      deleteFilter: (item) => defaultDeleteFilter(item, this.#textblocks),
    })
    this.#undoManager.on("stack-item-added", ({ stackItem, type }) => {
      if (type === "undo") stackItem.meta.set(this, this.#selectionBefore)
    })
    this.#undoManager.on("stack-item-popped", ({ stackItem }) => this.#selectUndone(stackItem.meta.get(this)))
    fragment.observeDeep(this.#onFragmentChange)
    doc.on("beforeAllTransactions", this.#onBeforeTransactions)
    doc.on("afterAllTransactions", this.#onAfterTransactions)
    // Other editors have blocks that no caret can stand in.
    this.plugins = [this.#plugin(), gapCursor()]
  }

  get schema(): Schema {
    return this.#schema
  }

  get readOnlyReason(): ReadOnlyReason | null {
    return this.#reason
  }

  read(): Node {
    if (this.#reason === null) this.#synced = readXml(this.#fragment, this.#schema, this.#mapping)
    else this.#synced = readXmlAsText(this.#fragment, this.#schema)
    return this.#synced
  }

  attach(view: EditorView): void {
    this.#view = view
  }

  onReplaced(listener: ReplacedListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  toRelative(_state: EditorState, position: number): unknown {
    return this.#reason === null ? Y.relativePositionToJSON(this.#positions.relative(position)) : null
  }

  toAbsolute(state: EditorState, relative: unknown): number | null {
    if (this.#reason !== null || typeof relative !== "object" || relative === null) return null
    let position: number | null
    try {
      position = this.#positions.absolute(Y.createRelativePositionFromJSON(relative))
    } catch {
      return null // it came from another peer and may be anything
    }
    return position !== null && position >= 0 && position <= state.doc.content.size ? position : null
  }

  destroy(): void {
    this.#view = null
    this.#fragment.unobserveDeep(this.#onFragmentChange)
    this.#doc.off("beforeAllTransactions", this.#onBeforeTransactions)
    this.#doc.off("afterAllTransactions", this.#onAfterTransactions)
    this.#undoManager.destroy()
    this.#listeners.clear()
  }

  #plugin(): Plugin {
    return new Plugin({
      key: new PluginKey("ligature-xml"),
      view: () => ({ update: (view, before) => this.#onEditorChange(view, before) }),
      // Moving the caret ends what one undo takes back.
      state: {
        init: () => null,
        apply: (transaction) => {
          if (transaction.selectionSet && !transaction.docChanged && transaction.getMeta("addToHistory") !== false) {
            this.#undoManager.stopCapturing()
          }
          return null
        },
      },
      // y-prosemirror stores no marks on atoms: without this the editor would show one that nobody else sees.
      appendTransaction: (transactions, _before, state) =>
        transactions.some((transaction) => transaction.docChanged) ? unmarkAtoms(state, this.#synced) : null,
    })
  }

  #onEditorChange(view: EditorView, before: EditorState): void {
    const doc = view.state.doc
    if (doc === this.#synced || this.#reason !== null) return
    if (doc === before.doc) return
    this.#selectionBefore = this.#positions.selectionOf(before)
    this.#writing = true
    try {
      this.#doc.transact(() => {
        updateYFragment(this.#doc, this.#fragment, doc, { mapping: this.#mapping, isOMark: new Map() })
      }, this)
      this.#synced = doc
    } finally {
      this.#writing = false
      this.#selectionBefore = null
    }
  }

  readonly #onBeforeTransactions = (): void => {
    if (this.#writing || this.#view === null || this.#reason !== null) return
    this.#selectionBefore = this.#positions.selectionOf(this.#view.state)
  }

  readonly #onAfterTransactions = (): void => {
    if (!this.#writing) this.#selectionBefore = null
  }

  readonly #onFragmentChange = (
    events: readonly Y.YEvent<Y.AbstractType<unknown>>[],
    transaction: Y.Transaction,
  ): void => {
    if (this.#writing) return
    this.#forgetChanged(transaction)
    if (this.#hasNews(events)) {
      this.#replace()
      return
    }
    const view = this.#view
    if (view === null) return
    const doc = this.read()
    const remote = replaceDifference(view.state, doc)
    if (remote === null) return
    const selection = this.#selectionBefore
    if (selection !== null) this.#positions.select(remote, selection)
    if (transaction.origin === this.#undoManager) this.#undone = changedRange(remote)
    remote.setMeta("addToHistory", false)
    // The editor's node objects differ from those just read where a step rebuilt them; they are equal, and equal is enough.
    this.#synced = remote.doc
    view.dispatch(remote)
  }

  #forgetChanged(transaction: Y.Transaction): void {
    for (const type of transaction.changed.keys()) this.#mapping.delete(type)
    for (const type of transaction.changedParentTypes.keys()) this.#mapping.delete(type)
    Y.iterateDeletedStructs(transaction, transaction.deleteSet, (struct) => {
      if (struct instanceof Y.Item && struct.content instanceof Y.ContentType) this.#mapping.delete(struct.content.type)
    })
  }

  /** Whether a schema is needed that the present one is not. */
  #hasNews(events: readonly Y.YEvent<Y.AbstractType<unknown>>[]): boolean {
    if (this.#reason !== null) return true
    const before = this.#survey.size
    for (const { target } of events) {
      if (target instanceof Y.XmlFragment || target instanceof Y.XmlText) {
        this.#survey.look(target, (child) => this.#mapping.has(child))
      }
    }
    if (this.#survey.size === before) return false
    const needed = schemaFor(this.#survey)
    return needed === null || !holdsTheSame(needed, this.#schema)
  }

  #makeSchema(): Schema {
    const schema = schemaFor(this.#survey)
    this.#reason = schema === null ? "unrepresentable" : null
    const made = schema ?? ownSchema
    this.#textblocks = new Set(Object.values(made.nodes).flatMap((type) => (type.isTextblock ? [type.name] : [])))
    return made
  }

  #replace(): void {
    this.#schema = this.#makeSchema()
    this.#mapping.clear()
    const { size } = this.read().content
    const before = this.#reason === null ? this.#selectionBefore : null
    const anchor = before === null ? null : this.#positions.absolute(before.anchor)
    const head = before === null ? null : this.#positions.absolute(before.head)
    const isKept = anchor !== null && head !== null && Math.max(anchor, head) <= size
    for (const listener of this.#listeners) listener(isKept ? { anchor, head } : null)
  }

  #undoOrRedo(what: "undo" | "redo", perform: boolean): boolean {
    const isPossible = what === "undo" ? this.#undoManager.canUndo() : this.#undoManager.canRedo()
    if (isPossible && perform) this.#undoManager[what]()
    return isPossible
  }

  /** After undo the selection is as it was before the change, if that was there; else the caret is where something changed. */
  #selectUndone(selection: unknown): void {
    const [view, undone] = [this.#view, this.#undone]
    this.#undone = null
    if (view === null || undone === null) return
    const transaction = view.state.tr
    if (isRelativeSelection(selection)) this.#positions.select(transaction, selection)
    const { from, to } = transaction.selection
    if (from > undone.to || to < undone.from) {
      transaction.setSelection(Selection.near(transaction.doc.resolve(undone.to), -1))
    }
    view.dispatch(transaction.setMeta("addToHistory", false).scrollIntoView())
  }
}

function changedRange(transaction: Transaction): { from: number; to: number } {
  let from = transaction.doc.content.size
  let to = 0
  for (const map of transaction.mapping.maps) {
    map.forEach((_oldFrom, _oldTo, newFrom, newTo) => {
      from = Math.min(from, newFrom)
      to = Math.max(to, newTo)
    })
  }
  return { from, to }
}
