import { PluginKey } from "prosemirror-state"
import type { Binding } from "./binding.ts"
import type { PlacedCursor } from "./remote-people.ts"

export interface CursorOptions {
  readonly binding: () => Binding
  /** Where cursors are drawn: over the text. */
  readonly layer: HTMLElement
  /** Who has no name. */
  readonly someone: string
}

/** Where others' cursors are in the editor's document. */
export interface Cursors {
  readonly placed: ReadonlyMap<number, PlacedCursor>
  /** Others have changed the text since the cursors were placed: mapping cannot tell where "the end of this block" now is. */
  readonly isStale: boolean
}

export const placedCursors: PluginKey<Cursors> = new PluginKey<Cursors>("ligature-remote-cursors")

export const NOBODY: Cursors = { placed: new Map(), isStale: false }
