import type { MovedWords } from "@ligature/flow/moved-words"
import type { Node, Schema } from "prosemirror-model"
import type { Command, EditorState, Plugin } from "prosemirror-state"
import type { EditorView } from "prosemirror-view"

/**
 * Keeps a shared document and an editor's document equal. The editor knows nothing else of how a document is shared; one implementation
 * exists for each layout. Transactions that a binding dispatches carry `addToHistory: false`; what a person does never does.
 */
export interface Binding {
  readonly layout: "flow" | "xml"
  readonly schema: Schema
  /** The document as it is now. Reading never writes. */
  read(): Node
  readonly plugins: readonly Plugin[]
  /** Undoes what was done through this binding, never another person's work. */
  readonly undo: Command
  readonly redo: Command
  /** What keys do in blocks that are not ours, where the editor's own keys do not apply. */
  readonly baseKeys?: Readonly<Record<string, Command>>
  /** A position as JSON that survives others' edits; it goes into awareness as `cursor: { anchor, head }`. */
  toRelative(state: EditorState, position: number): unknown
  /** The reverse; null for what is malformed, gone or not of this document. */
  toAbsolute(state: EditorState, relative: unknown): number | null
  attach(view: EditorView): void
  /** Takes what makes carets go along with words that others move; it comes with what draws others. */
  followMoves?(words: MovedWords): void
  /** What reads and writes tables, once there was one; its type is that of the code for tables. */
  readonly islands?: unknown
  /** Fetches the code for tables. Without it, the layout has none. */
  loadIslands?(): Promise<unknown>
  /** Changes the shared document beside the view, as this person's work; with `joins`, undone with what was written right before. */
  edit?<T>(edit: () => T, options?: { readonly joins?: boolean }): T
  destroy(): void
  /** Why this document can be shown but not edited here, or null. */
  readonly readOnlyReason?: ReadOnlyReason | null
  /**
   * Called when schema or reason have changed, because something unknown has arrived: the editor then starts afresh from `read()`.
   * `selection` says where the selection is now, or is null when its place is gone.
   */
  onReplaced?(listener: (selection: { readonly anchor: number; readonly head: number } | null) => void): () => void
}

/** Why a document can only be read here; the sentence for people is in the strings under the same name. */
export type ReadOnlyReason = "moved" | "unrepresentable" | "several-layouts" | "opening" | "code-missing"
