import type { Fragment, Node, Schema } from "prosemirror-model"
import type { ReplaceStep, Transform } from "prosemirror-transform"
import type * as Y from "yjs"
import type { BlockAttributes } from "./block-attributes.ts"
import type { Block } from "./block.ts"
import type { BlockIndex } from "./block-index.ts"
import type { SeenRun } from "./rebase-steps.ts"
import type { SchemaMap } from "./schema-map.ts"

/** A flow inside an island, such as a table's cell: its text has a root of its own. */
export interface InnerFlow {
  /** The name of the root, which says where it belongs. */
  readonly root: string
  /** Where its blocks begin in the view's document. */
  readonly start: number
  /** The position before the island. */
  readonly island: number
}

/** What islands are read and written with. */
interface IslandsContext {
  readonly doc: Y.Doc
  readonly schema: Schema
  readonly map: SchemaMap
  readonly attributes: BlockAttributes
}

export type IslandsOf = (context: IslandsContext) => Islands

/** Where the code for islands comes from: at once, or when it was fetched. */
export type IslandsSource = () => IslandsOf | Promise<IslandsOf>

/** What the binding asks those who know what stands in islands. */
export interface Islands {
  /** Whether a block is an island, by what is stored of it. */
  isIsland(block: Block): boolean
  /** The island as it is now; what did not change since it was shown, is taken from there. Reading never writes. */
  draw(id: string, text: Fragment, shown: Node | null): Node
  /** Makes the island shown at a position this one. */
  patch(change: Transform, position: number, node: Node): void
  /** Stores an island of the view under a new id. */
  create(transaction: Y.Transaction, id: string, node: Node): void

  /** The inner flow around a position; null outside of any. */
  innerAt(doc: Node, position: number): InnerFlow | null
  /** Where an inner flow is shown in the island that begins at a position; null when it is not. */
  innerIn(doc: Node, island: number, root: string): InnerFlow | null
  /** The id of the island that an inner flow is in; null for what is the name of none. */
  islandOf(root: string): string | null
  /** The text of an inner flow. */
  text(root: string): Y.Text
  /** The name of the inner flow that has this text; null when it was never read. */
  rootOf(text: object): string | null
  /** The blocks of an inner flow that is shown from a position on, as they are stored. */
  index(root: string, start: number): BlockIndex
  /** To be called before something is written into an inner flow. */
  keep(root: string): void

  /** Takes note of what a transaction changed inside; returns the ids of the islands that have to be drawn again. */
  note(transaction: Y.Transaction): Set<string>
  /** The same for an island's attributes, and for a block that may stand in one of those shown. */
  noteBlock(id: string, doc: Node, index: BlockIndex): Set<string>
  /** The same for an inner flow that was written to; returns whether more of its island may look otherwise now. */
  noteInner(root: string): boolean
  /** The same for an island that came into the view as `shown`: all that this says is read again when it is drawn next. */
  distrust(id: string, shown: Node): void

  /** A deletion of this person, all seen, as it can be made now that others have changed what is around; null where it cannot. */
  outOf(step: ReplaceStep, doc: Node): readonly ReplaceStep[] | null
  /** What one that is not all seen takes of a node with one of its runs, if it reaches into that as an island; else null. */
  deletionsIn(
    node: Node,
    at: number,
    run: SeenRun,
    runs: readonly SeenRun[],
    whole: ReplaceStep,
  ): readonly ReplaceStep[] | null
}
