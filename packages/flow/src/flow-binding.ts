import type { Node, Schema } from "prosemirror-model"
import { type Command, type EditorState, type Plugin, Selection, type Transaction } from "prosemirror-state"
import type { EditorView } from "prosemirror-view"
import type * as Y from "yjs"
import { BlockAttributes } from "./block-attributes.ts"
import type { Block } from "./block.ts"
import { BlockIndex } from "./block-index.ts"
import type { FlowPosition } from "./caret.ts"
import { FlowFault } from "./flow-cursor.ts"
import type { CompositionHold } from "./composition-hold.ts"
import { FreshIds } from "./fresh-ids.ts"
import { Holding } from "./holding.ts"
import { extentOf } from "./island.ts"
import type { Islands, IslandsOf, IslandsSource } from "./islands.ts"
import type { MovedWords } from "./moved-words.ts"
import { MANY_STEPS } from "./patch-blocks.ts"
import { fillIndex, nodesOf, patchContainer, patchRegions } from "./patch-view.ts"
import { planRegions, wholeFlow } from "./plan-regions.ts"
import { type DirtyRange, dirtyRanges, mergeRanges, spanOf } from "./read-changes.ts"
import { rebaseSteps } from "./rebase-steps.ts"
import type { SchemaMap } from "./schema-map.ts"
import { balanceSections, isUnbalanced, sectionLengths, type SectionSizes } from "./sections.ts"
import { refuseAcross } from "./refuse-across.ts"
import { isMarkedAsRead, type LogEntry, markAsRead, newestEntry, transactionLog } from "./transaction-log.ts"
import { UndoHistory } from "./undo-history.ts"
import { type StoredSelection, ViewPlaces } from "./view-places.ts"
import type { WriteContext } from "./write-blocks.ts"
import { ViewWriter } from "./write-view.ts"
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
  readonly #places: ViewPlaces
  readonly #holding: Holding
  readonly #history: UndoHistory
  readonly #sections: SectionSizes
  readonly #freshIds: FreshIds
  readonly #islandsSource: IslandsSource | null
  #islands: Islands | null = null
  /** Null before the first island was met, and again when it could not be had. */
  #islandsCode: ReturnType<IslandsSource> | null = null
  /** What came while somebody composed, to be used when they are done. */
  #islandsWaiting: IslandsOf | null = null
  /** The origin of this person's changes that come into the view as those of others do. */
  readonly #beside = { besideTheView: this }
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
    islands: IslandsSource | null
    onFault: (fault: Error) => void
  }) {
    this.schema = parts.schema
    this.#doc = parts.doc
    this.#text = parts.text
    this.#attrs = parts.attrs
    this.#map = parts.map
    this.#sections = parts.sections
    this.#freshIds = new FreshIds(parts.doc)
    this.#islandsSource = parts.islands
    this.#onFault = parts.onFault
    this.#index = new BlockIndex(parts.map.sectionType !== null)
    this.#attributes = new BlockAttributes(parts.attrs)
    this.#places = new ViewPlaces(parts.doc, parts.text, this.#index)
    this.#holding = new Holding(parts.text, this.#index, this.#places)
    this.#history = new UndoHistory(parts.doc, [this, this.#beside])
    this.plugins = [
      transactionLog(
        (view) => this.#follow(view),
        () => void setTimeout(() => this.#afterComposition(), AFTER_COMPOSITION_MS),
        () => this.#freshIds.mint(),
      ),
      refuseAcross({ get: () => this.#islands, load: () => this.#startIslands() }),
    ]
    this.#doc.on("beforeTransaction", this.#beforeTransaction)
    this.#doc.on("afterTransaction", this.#afterTransaction)
  }

  /** The document as it is now. Reading never writes. */
  read(): Node {
    this.#meetIslands()
    const found = wholeFlow(this.#text, this.#map)
    const nodes = nodesOf(found, this.#map, this.#attributes, this.#islands)
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

  toRelative(state: EditorState, position: number): FlowPosition {
    return this.#places.toFlow(state.doc, position)
  }

  toAbsolute(state: EditorState, relative: unknown): number | null {
    return this.#places.fromFlow(state.doc, relative)
  }

  /** From now on, carets go along with words that others move. */
  followMoves(words: MovedWords): void {
    this.#places.moved = words
  }

  /** Fetches what stands in islands, for those who put one in: done on return where it is here already. Tells `onFault` and gives null where it cannot be had. */
  async loadIslands(): Promise<Islands | null> {
    if (this.#islands === null && this.#islandsSource !== null) {
      try {
        this.#islandsCode ??= this.#islandsSource()
        const code = this.#islandsCode
        this.#useIslands(code instanceof Promise ? await code : code)
      } catch (fault) {
        // Whatever brings the next island tries again.
        this.#islandsCode = null
        this.#onFault(new Error("the code for tables could not be loaded", { cause: fault }))
      }
    }
    return this.#islands
  }

  /** What stands in islands; null before the first one was met. */
  get islands(): Islands | null {
    return this.#islands
  }

  /**
   * Changes the shared document beside the view, as this person's work: `edit` works on Yjs, and the view follows. With `joins` it is
   * undone together with what was written right before.
   */
  edit<T>(edit: (transaction: Y.Transaction) => T, options: { readonly joins?: boolean } = {}): T {
    const view = this.#view
    if (options.joins !== true && view !== null) {
      this.#history.beforeChange([], () => this.#places.store(view.state.selection))
    }
    return this.#doc.transact(edit, this.#beside)
  }

  /** Reads islands as such from the first one on; until their code is there, they are blocks of a kind that is not known. */
  #meetIslands(): void {
    if (this.#islands === null && this.#map.hasIslandKind(this.#attributes.kinds)) this.#startIslands()
  }

  #startIslands(): void {
    if (this.#islandsCode === null) void this.loadIslands()
  }

  #useIslands(make: IslandsOf): void {
    if (this.#islands !== null) return
    // All is drawn anew with them, which would take the text from under the hands of somebody who composes.
    this.#islandsWaiting = this.#view?.composing === true ? make : null
    if (this.#islandsWaiting !== null) return
    const islands = make({ doc: this.#doc, schema: this.schema, map: this.#map, attributes: this.#attributes })
    this.#islands = islands
    this.#places.useIslands(islands)
    this.#holding.useIslands(islands)
    if (this.#view !== null && this.#map.hasIslandKind(this.#attributes.kinds)) this.#redrawAll()
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
    if (hold !== null && !hold.canWrite(changes, this.#indexOf(hold))) return this.#rebase(changes, this.#holding.range)
    this.#history.beforeChange(changes, () => this.#places.store(before.selection))
    let redraw: ReadonlySet<Block>
    try {
      redraw = this.#doc.transact((transaction) => {
        const write = {
          transaction,
          text: this.#text,
          map: this.#map,
          index: this.#index,
          attributes: this.#attributes,
          freed: this.#freshIds.take(),
        }
        if (hold !== null) {
          this.#writeHeld(hold, write, changes)
          this.#shown = changes.at(-1)?.doc ?? null
          return new Set()
        }
        const writer = new ViewWriter(write, this.#islands)
        for (const change of changes) writer.write(change)
        writer.finish()
        this.#shown = changes.at(-1)?.doc ?? null
        return writer.toRedraw
      }, this)
    } catch (fault) {
      this.#recover(fault)
      return
    }
    this.#redraw(redraw)
  }

  /** The index of the flow in which somebody composes. */
  #indexOf({ inner, outer }: CompositionHold): BlockIndex {
    if (inner === null) return this.#index
    inner.index.start = this.#index.positionOf(outer.at) + inner.offset
    return inner.index
  }

  #writeHeld(hold: CompositionHold, write: WriteContext, changes: readonly Transaction[]): void {
    const { inner, outer } = hold
    if (inner === null) return hold.write(write, changes)
    this.#islands?.keep(inner.root)
    this.#islands?.noteInner(inner.root)
    hold.write({ ...write, text: inner.text, index: this.#indexOf(hold) }, changes)
    const island = changes.at(-1)?.doc.nodeAt(this.#index.positionOf(outer.at)) ?? null
    if (island !== null) this.#index.resize(outer, extentOf(island))
  }

  readonly #beforeTransaction = (transaction: Y.Transaction): void => {
    const view = this.#view
    if (view === null || this.#shown === null || transaction.origin === this) return
    this.#selectionBefore = this.#places.store(view.state.selection)
    this.#holding.prepare(view)
  }

  readonly #afterTransaction = (transaction: Y.Transaction): void => {
    if (transaction.origin === this) return
    try {
      this.#takeOver(transaction)
    } finally {
      // Most transactions of a page's own parts change nothing that is shown: the caret goes on, and must not be put back there later.
      this.#selectionBefore = null
    }
  }

  #takeOver(transaction: Y.Transaction): void {
    const isText = changesOf(transaction, this.#text) !== undefined
    const drawn = this.#islands?.note(transaction) ?? new Set()
    if (!isText && drawn.size === 0 && changesOf(transaction, this.#attrs) === undefined) return
    const ids = this.#attributes.refresh(transaction)
    this.#meetIslands()
    if (this.#view === null) {
      this.#shown = null
      return
    }
    if (this.#shown === null) return this.#redrawAll()
    try {
      const ranges: DirtyRange[] = isText ? dirtyRanges(transaction, this.#text, this.#index) : []
      for (const id of ids) {
        for (const island of this.#islands?.noteBlock(id, this.#shown, this.#index) ?? []) drawn.add(island)
      }
      for (const id of new Set([...ids, ...drawn])) {
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
    ranges.push(...this.#wrongTwins())
    if (this.#view === null) return
    if (ranges.length === 0) return this.#balance(this.#view)
    this.#selectionBefore = ranges.length > MANY_STEPS ? this.#places.store(this.#view.state.selection) : null
    this.#holding.prepare(this.#view)
    this.#patch(mergeRanges(ranges), true)
  }

  /** Takes what the flow has in these ranges into the view; `isOwn` is what was just written, shown with the ids it got. */
  #patch(ranges: readonly DirtyRange[], isOwn = false): void {
    const view = this.#view
    if (view === null || ranges.length === 0) return
    const planned = ranges.length > MANY_STEPS ? spanOf(ranges) : ranges
    const change = view.state.tr
    this.#patchRanges(change, planned, true)
    this.#patchRanges(change, this.#wrongTwins(), true)
    if (!view.composing) balanceSections(change, this.#index, this.#sections)
    this.#show(view, change, isOwn)
  }

  /** Blocks with the id of one island, where another one than the first shows it, or none. */
  #wrongTwins(): DirtyRange[] {
    const islands = this.#islands
    const ranges: DirtyRange[] = []
    for (const id of islands === null ? [] : this.#index.doubled) {
      for (const block of this.#index.ofId(id)) {
        const isShown = block.body > 0
        const shows = islands?.isIsland(block) === true && !this.#index.isTwin(block)
        if (isShown !== shows) ranges.push({ first: block.at, last: block.at, structural: false })
      }
    }
    return mergeRanges(ranges)
  }

  #patchRanges(change: Transaction, ranges: readonly DirtyRange[], keepBack: boolean): void {
    const planned = planRegions(this.#text, this.#map, this.#index, ranges)
    const regions = keepBack ? this.#holding.keepBack(planned) : planned
    patchRegions(change, regions, this.#index, this.#map, this.#attributes, this.#islands)
  }

  /** Splits what has become long and joins what has become short, unless somebody composes: it would redraw under their hands. */
  #balance(view: BoundView): void {
    if (view.composing || !isUnbalanced(this.#index, this.#sections)) return
    const change = view.state.tr
    balanceSections(change, this.#index, this.#sections)
    this.#show(view, change)
  }

  #show(view: BoundView, change: Transaction, isOwn = false): void {
    this.#shown = change.doc
    // Nothing moves inside a block that is being composed in, and its selection is not to be touched.
    const stored = this.#places.hold === null ? this.#selectionBefore : null
    this.#selectionBefore = null
    if (change.steps.length === 0) return
    const { storedMarks, selection } = view.state
    const isSameSize = change.doc.content.size === view.state.doc.content.size
    const restored =
      (stored === null ? null : this.#places.restore(stored, change.doc, change.mapping)) ??
      // Nothing has moved: a table that got its ids is another node to ProseMirror, and the same place to its writer.
      (isOwn && isSameSize ? Selection.fromJSON(change.doc, selection.toJSON()) : null)
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
    const islands = this.#islandsWaiting
    if (view === null || (this.#places.hold === null && islands === null)) return
    this.#selectionBefore = this.#places.store(view.state.selection)
    // Where there are islands to be shown, all is drawn anew; where there are none, what was held still waits.
    if (islands !== null) this.#useIslands(islands)
    const { range } = this.#holding
    this.#holding.end()
    try {
      this.#patch(range)
    } catch (fault) {
      this.#recover(fault)
    }
    this.#selectionBefore = null
  }

  /**
   * Brings changes of the view that are not written yet behind what the flow has in these ranges already: takes them back,
   * shows what is there, and makes them again where they belong now. What waited must be in the ranges.
   */
  #rebase(changes: readonly Transaction[], ranges: readonly DirtyRange[]): void {
    const view = this.#view
    if (view === null) return
    this.#holding.end()
    this.#selectionBefore = null
    const steps = changes.flatMap((change) =>
      change.steps.map((step, i) => ({ step, doc: change.docs[i] ?? change.doc })),
    )
    try {
      const back = view.state.tr
      for (const { step, doc } of steps.toReversed()) back.step(step.invert(doc))
      this.#patchRanges(back, ranges, false)
      this.#patchRanges(back, this.#wrongTwins(), false)
      const again = rebaseSteps(
        steps.map(({ step }) => step),
        back,
        this.#islands,
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
    this.#meetIslands()
    const found = wholeFlow(this.#text, this.#map)
    const nodes = nodesOf(found, this.#map, this.#attributes, this.#islands)
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
