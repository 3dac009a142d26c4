import type { Node, Schema } from "prosemirror-model"
import type { Command, EditorState, Plugin, Transaction } from "prosemirror-state"
import type { EditorView } from "prosemirror-view"
import type * as Y from "yjs"
import { BlockAttributes } from "./block-attributes.ts"
import type { Block } from "./block.ts"
import { BlockIndex } from "./block-index.ts"
import { type FlowPosition, Places, type StoredSelection } from "./caret.ts"
import { FlowFault } from "./flow-cursor.ts"
import { Holding } from "./holding.ts"
import { fillIndex, MANY_STEPS, nodeOf, patchContainer, patchRegions } from "./patch-view.ts"
import { planRegions, wholeFlow } from "./plan-regions.ts"
import { type DirtyRange, dirtyRanges, mergeRanges, spanOf } from "./read-changes.ts"
import { rebaseSteps } from "./rebase-steps.ts"
import type { SchemaMap } from "./schema-map.ts"
import { balanceSections, isUnbalanced, sectionLengths, type SectionSizes } from "./sections.ts"
import { isMarkedAsRead, type LogEntry, markAsRead, newestEntry, transactionLog } from "./transaction-log.ts"
import { UndoHistory } from "./undo-history.ts"
import { StepWriter } from "./write-steps.ts"
import { changesOf } from "./yjs-items.ts"

/** ProseMirror reads the result of a composition up to 20 ms after its end; what waited is shown when that is done. */
const AFTER_COMPOSITION_MS = 50

/** What the binding needs of a view; an `EditorView` is one, and so is a state without a DOM in tests. */
export type BoundView = Pick<EditorView, "state" | "dispatch" | "composing" | "isDestroyed">

/**
 * Keeps a flow and the document of one view equal, both ways, at the cost of the change. The flow is the truth: when the
 * two disagree in a way that must not happen, the view is drawn anew from the flow and the fault is reported.
 */
export class FlowBinding {
  readonly layout = "flow" as const
  readonly schema: Schema
  readonly plugins: readonly Plugin[]
  readonly undo: Command = (_state, dispatch) => this.#travel("undo", dispatch !== undefined)
  readonly redo: Command = (_state, dispatch) => this.#travel("redo", dispatch !== undefined)

  readonly #doc: Y.Doc
  readonly #text: Y.Text
  readonly #attrs: Y.Map<unknown>
  readonly #map: SchemaMap
  readonly #attributes: BlockAttributes
  readonly #index: BlockIndex
  readonly #places: Places
  readonly #holding: Holding
  readonly #history: UndoHistory
  readonly #sections: SectionSizes
  readonly #onFault: (fault: Error) => void
  #view: BoundView | null = null
  /** The document that the index describes; null before the first reading, and whenever the flow went on without a view. */
  #shown: Node | null = null
  /** The newest transaction of the view that is written. */
  #written: LogEntry | null = null
  /** A change given to the view, until the view has it. */
  #awaited: Transaction | null = null
  /** The view's selection, taken before each Yjs transaction of others. */
  #selectionBefore: StoredSelection | null = null

  constructor(parts: {
    doc: Y.Doc
    text: Y.Text
    attrs: Y.Map<unknown>
    schema: Schema
    map: SchemaMap
    sections: SectionSizes
    onFault: (fault: Error) => void
  }) {
    this.schema = parts.schema
    this.#doc = parts.doc
    this.#text = parts.text
    this.#attrs = parts.attrs
    this.#map = parts.map
    this.#sections = parts.sections
    this.#onFault = parts.onFault
    this.#index = new BlockIndex(parts.map.sectionType !== null)
    this.#attributes = new BlockAttributes(parts.attrs)
    this.#places = new Places(parts.doc, parts.text, this.#index)
    this.#holding = new Holding(parts.text, this.#index, this.#places)
    this.#history = new UndoHistory([parts.text, parts.attrs], this)
    this.plugins = [
      transactionLog(
        (view) => this.#follow(view),
        () => void setTimeout(() => this.#afterComposition(), AFTER_COMPOSITION_MS),
      ),
    ]
    this.#doc.on("beforeTransaction", this.#beforeTransaction)
    this.#doc.on("afterTransaction", this.#afterTransaction)
  }

  /** The document as it is now. Reading never writes. */
  read(): Node {
    const found = wholeFlow(this.#text, this.#map)
    const nodes = found.map((each) => nodeOf(each, this.#map, this.#attributes))
    const lengths = sectionLengths(nodes.length, this.#sections)
    const document = this.#map.document(nodes, lengths)
    if (this.#view === null) {
      fillIndex(this.#index, found, nodes, lengths)
      this.#shown = document
    }
    return document
  }

  /** Follows a view; the view's plugin does it by itself, so calling it again changes nothing. */
  attach(view: BoundView): void {
    if (this.#view === view) return
    this.#view = view
    this.#written = newestEntry(view.state) ?? null
    if (this.#shown === null || view.state.doc !== this.#shown) this.#redrawAll()
  }

  destroy(): void {
    this.#view = null
    this.#shown = null
    this.#history.destroy()
    this.#doc.off("beforeTransaction", this.#beforeTransaction)
    this.#doc.off("afterTransaction", this.#afterTransaction)
  }

  toRelative(_state: EditorState, position: number): FlowPosition {
    return this.#places.toFlow(position)
  }

  toAbsolute(_state: EditorState, relative: unknown): number | null {
    return this.#places.fromFlow(relative)
  }

  #follow(view: EditorView): { update: (view: EditorView, before: EditorState) => void; destroy: () => void } {
    this.attach(view)
    return {
      update: (current, before) => {
        this.#writeBack(current, before)
        if (!current.composing) this.#release()
      },
      destroy: () => {
        if (this.#view !== view) return
        this.#view = null
        this.#shown = null
      },
    }
  }

  /** Writes what happened in the view since the last time. */
  #writeBack(view: BoundView, before: EditorState): void {
    if (view !== this.#view) return
    const newest = newestEntry(view.state) ?? null
    if (newest === this.#written) {
      if (!view.state.selection.eq(before.selection)) this.#history.endRun()
      return
    }
    const own = this.#takeUnwritten(view)
    if (own === null || this.#shown === null) return this.#redrawAll()
    if (own.length > 0) this.#write(own, before)
  }

  /** What happened in the view and is not written; null when that cannot be told, as the view got another state altogether. */
  #takeUnwritten(view: BoundView): Transaction[] | null {
    const newest = newestEntry(view.state) ?? null
    const changes: Transaction[] = []
    let entry = newest
    while (entry !== null && entry !== this.#written) {
      changes.push(entry.transaction)
      entry = entry.previous
    }
    const isContinuous = entry === this.#written
    this.#written = newest
    if (newest !== null) newest.previous = null
    if (this.#awaited !== null && changes.includes(this.#awaited)) this.#awaited = null
    return isContinuous ? changes.toReversed().filter((change) => !isMarkedAsRead(change)) : null
  }

  #write(changes: readonly Transaction[], before: EditorState): void {
    const hold = this.#places.hold
    if (hold !== null && !hold.canWrite(changes, this.#index)) {
      const { range } = this.#holding
      this.#holding.end()
      return this.#rebase(changes, range)
    }
    this.#history.beforeChange(changes, () => this.#places.store(before.selection))
    let redraw: ReadonlySet<Block>
    try {
      redraw = this.#doc.transact((transaction) => {
        if (hold !== null) {
          const write = {
            transaction,
            text: this.#text,
            map: this.#map,
            index: this.#index,
            attributes: this.#attributes,
            freed: new Set<string>(),
          }
          hold.write(write, changes)
          this.#shown = changes.at(-1)?.doc ?? null
          return new Set()
        }
        const writer = new StepWriter(transaction, this.#text, this.#map, this.#index, this.#attributes)
        for (const change of changes) writer.write(change)
        this.#shown = changes.at(-1)?.doc ?? null
        return writer.toRedraw
      }, this)
    } catch (fault) {
      this.#recover(fault)
      return
    }
    this.#redraw(redraw)
  }

  readonly #beforeTransaction = (transaction: Y.Transaction): void => {
    const view = this.#view
    if (view === null || this.#shown === null || transaction.origin === this) return
    this.#selectionBefore = this.#places.store(view.state.selection)
    this.#holding.prepare(view)
  }

  readonly #afterTransaction = (transaction: Y.Transaction): void => {
    if (transaction.origin === this) return
    const isText = changesOf(transaction, this.#text) !== undefined
    if (!isText && changesOf(transaction, this.#attrs) === undefined) return
    const ids = this.#attributes.refresh(transaction)
    if (this.#view === null) {
      this.#shown = null
      return
    }
    if (this.#shown === null) return this.#redrawAll()
    try {
      const ranges: DirtyRange[] = isText ? dirtyRanges(transaction, this.#text, this.#index) : []
      for (const id of ids) {
        for (const { at } of this.#index.ofId(id)) ranges.push({ first: at, last: at, structural: false })
      }
      const all = mergeRanges([...ranges, ...this.#holding.range])
      if (!this.#view.composing) this.#holding.end()
      const unwritten = this.#takeUnwritten(this.#view)
      if (unwritten === null) this.#redrawAll()
      else if (unwritten.length > 0) this.#rebase(unwritten, all)
      else this.#patch(all)
    } catch (fault) {
      this.#recover(fault)
    }
  }

  #redraw(blocks: Iterable<Block>): void {
    const ranges: DirtyRange[] = []
    for (const block of blocks) {
      // Somebody may have answered to what was just written, and taken the block away.
      const { at } = block
      if (this.#index.has(block)) ranges.push({ first: at, last: at, structural: false })
    }
    if (this.#view === null) return
    if (ranges.length === 0) return this.#balance(this.#view)
    this.#selectionBefore = ranges.length > MANY_STEPS ? this.#places.store(this.#view.state.selection) : null
    this.#holding.prepare(this.#view)
    this.#patch(mergeRanges(ranges))
  }

  /** Takes what the flow has in these ranges into the view. */
  #patch(ranges: readonly DirtyRange[]): void {
    const view = this.#view
    if (view === null || ranges.length === 0) return
    const planned = ranges.length > MANY_STEPS ? spanOf(ranges) : ranges
    const regions = this.#holding.keepBack(planRegions(this.#text, this.#map, this.#index, planned))
    const change = view.state.tr
    patchRegions(change, regions, this.#index, this.#map, this.#attributes)
    if (!view.composing) balanceSections(change, this.#index, this.#sections)
    this.#show(view, change)
  }

  /** Splits what has become long and joins what has become short, unless somebody composes: it would redraw under their hands. */
  #balance(view: BoundView): void {
    if (view.composing || !isUnbalanced(this.#index, this.#sections)) return
    const change = view.state.tr
    balanceSections(change, this.#index, this.#sections)
    this.#show(view, change)
  }

  #show(view: BoundView, change: Transaction): void {
    this.#shown = change.doc
    if (change.steps.length === 0) return
    const { storedMarks, selection } = view.state
    // Nothing moves inside a block that is being composed in, and its selection is not to be touched.
    const stored = this.#places.hold === null ? this.#selectionBefore : null
    this.#selectionBefore = null
    const restored = stored === null ? null : this.#places.restore(stored, change.doc)
    if (restored !== null && !restored.eq(change.selection)) change.setSelection(restored)
    // Another person's key must not switch off what this one is about to type in.
    if (storedMarks !== null && selection.empty) change.setStoredMarks(storedMarks)
    this.#history.mapRun((position) => change.mapping.map(position))
    this.#awaited = change
    view.dispatch(markAsRead(change))
    if (this.#awaited !== change) return
    this.#awaited = null
    // While the view is being made it takes changes, but does not tell its plugins.
    for (let entry = newestEntry(view.state) ?? null; entry !== null; entry = entry.previous) {
      if (entry.transaction === change) return
    }
    this.#shown = null
    this.#onFault(new FlowFault("another plugin or the view's owner refused a change of the shared document"))
  }

  #afterComposition(): void {
    if (this.#view !== null && !this.#view.composing) this.#release()
  }

  /** Shows what waited for the end of a composition. */
  #release(): void {
    const view = this.#view
    if (this.#places.hold === null || view === null) return
    const ranges = this.#holding.range
    const selection = this.#places.store(view.state.selection)
    this.#holding.end()
    this.#selectionBefore = selection
    try {
      this.#patch(ranges)
    } catch (fault) {
      this.#recover(fault)
    }
  }

  /**
   * Brings changes of the view that are not written yet behind what the flow has in these ranges already: takes them back,
   * shows what is there, and makes them again where they belong now.
   */
  #rebase(changes: readonly Transaction[], ranges: readonly DirtyRange[]): void {
    const view = this.#view
    if (view === null) return
    this.#selectionBefore = null
    const steps = changes.flatMap((change) =>
      change.steps.map((step, i) => ({ step, doc: change.docs[i] ?? change.doc })),
    )
    try {
      const back = view.state.tr
      for (const { step, doc } of steps.toReversed()) back.step(step.invert(doc))
      const regions = planRegions(this.#text, this.#map, this.#index, ranges)
      patchRegions(back, regions, this.#index, this.#map, this.#attributes)
      const again = rebaseSteps(
        steps.map(({ step }) => step),
        back,
      )
      this.#show(view, back)
      const forth = view.state.tr
      for (const step of again) forth.step(step)
      view.dispatch(forth)
    } catch (fault) {
      this.#recover(fault)
    }
  }

  /** Draws the whole view from the flow, with what is equal left alone. */
  #redrawAll(): void {
    const view = this.#view
    if (view === null) return
    this.#holding.end()
    this.#attributes.reload()
    const found = wholeFlow(this.#text, this.#map)
    const nodes = found.map((each) => nodeOf(each, this.#map, this.#attributes))
    const change = view.state.tr
    const lengths = patchContainer(change, this.#index, nodes, this.#sections)
    fillIndex(this.#index, found, nodes, lengths)
    this.#written = newestEntry(view.state) ?? null
    this.#show(view, change)
  }

  #recover(fault: unknown): void {
    this.#shown = null
    this.#selectionBefore = null
    this.#redrawAll()
    this.#onFault(
      fault instanceof Error ? fault : new Error("the flow could not be kept equal to the view", { cause: fault }),
    )
  }

  #travel(direction: "undo" | "redo", now: boolean): boolean {
    const view = this.#view
    if (!(direction === "undo" ? this.#history.canUndo : this.#history.canRedo)) return false
    if (!now || view === null) return view !== null
    const selection = this.#history[direction](this.#places.store(view.state.selection))
    if (selection === undefined) return false
    const restored = selection === null ? null : this.#places.restore(selection, view.state.doc)
    const change = view.state.tr
    if (restored !== null) change.setSelection(restored)
    view.dispatch(change.scrollIntoView())
    return true
  }
}
