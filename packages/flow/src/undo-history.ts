import type { Transaction } from "prosemirror-state"
import { ReplaceStep } from "prosemirror-transform"
import * as Y from "yjs"
import type { StoredSelection } from "./view-places.ts"

/** Typing within this time of the last key is undone together with it, unless something else came between. */
const CAPTURE_MS = 500

/**
 * What this person did, to be undone without touching what others did. Groups runs of typing; every other change, and
 * typing at another place, is a step of its own. Remembers the selection before each step.
 */
export class UndoHistory {
  readonly #manager: Y.UndoManager
  /** What the last change was, and where the next one of its kind has to begin to belong to it. */
  #run: { kind: "typing" | "deleting"; position: number } | null = null
  #selectionBefore: StoredSelection | null = null
  /** The selection before each step that can be undone or redone. */
  readonly #selections = new WeakMap<object, StoredSelection | null>()

  /** `origins` are those of this person's changes, whatever root they are in: inner flows come and go. */
  constructor(doc: Y.Doc, origins: readonly object[]) {
    this.#manager = new Y.UndoManager(doc, { trackedOrigins: new Set(origins), captureTimeout: CAPTURE_MS })
    this.#manager.on("stack-item-added", ({ stackItem }) => {
      this.#selections.set(stackItem, this.#selectionBefore)
    })
  }

  get canUndo(): boolean {
    return this.#manager.canUndo()
  }

  get canRedo(): boolean {
    return this.#manager.canRedo()
  }

  /** To be called before changes are written: ends the current group if they do not continue it. */
  beforeChange(changes: readonly Transaction[], selection: () => StoredSelection): void {
    const run = runOf(changes)
    const continues =
      run !== null && this.#run !== null && run.kind === this.#run.kind && run.begins.includes(this.#run.position)
    if (!continues) {
      this.#manager.stopCapturing()
      this.#selectionBefore = selection()
    } else if (Date.now() - this.#manager.lastChange >= CAPTURE_MS) this.#selectionBefore = selection()
    this.#run = run === null ? null : { kind: run.kind, position: run.ends }
  }

  /** Other people's changes move what follows: the run goes on where the mapping says. */
  mapRun(map: (position: number) => number): void {
    if (this.#run !== null) this.#run = { kind: this.#run.kind, position: map(this.#run.position) }
  }

  /** The caret was put somewhere else. */
  endRun(): void {
    this.#run = null
  }

  /** Takes back the last step; gives the selection that was there before it, or null when none is known; undefined when there is no step. */
  undo(selection: StoredSelection): StoredSelection | null | undefined {
    return this.#pop(selection, () => this.#manager.undo())
  }

  redo(selection: StoredSelection): StoredSelection | null | undefined {
    return this.#pop(selection, () => this.#manager.redo())
  }

  #pop(selection: StoredSelection, pop: () => Y.UndoManager["currStackItem"]): StoredSelection | null | undefined {
    this.#run = null
    this.#selectionBefore = selection
    const item = pop()
    this.#manager.stopCapturing()
    if (item === null) return undefined
    return this.#selections.get(item) ?? null
  }

  destroy(): void {
    this.#manager.destroy()
  }
}

interface Run {
  readonly kind: "typing" | "deleting"
  /** Where the change before must have ended for this one to go on with it. */
  readonly begins: readonly number[]
  readonly ends: number
}

/** What kind of run these changes belong to: one insertion or one deletion of text inside a block; null for anything else. */
function runOf(changes: readonly Transaction[]): Run | null {
  const [change] = changes
  const step = change?.steps[0]
  if (changes.length !== 1 || change === undefined || change.steps.length !== 1 || !(step instanceof ReplaceStep))
    return null
  const { from, to, slice } = step
  if (from === to) {
    const isText = slice.openStart === 0 && slice.openEnd === 0 && slice.content.firstChild?.isText === true
    return isText ? { kind: "typing", begins: [from], ends: from + slice.size } : null
  }
  const isOneBlock =
    change.docs[0]?.resolve(from).sameParent(change.docs[0].resolve(to)) === true && step.from < step.to
  // Backspace comes from the right, Delete stays where it is.
  return slice.size === 0 && isOneBlock ? { kind: "deleting", begins: [to, from], ends: from } : null
}
