import type { Node } from "prosemirror-model"
import type { Step, Transform } from "prosemirror-transform"
import type { Block } from "./block.ts"
import type { BlockIndex } from "./block-index.ts"
import { FlowFault } from "./flow-cursor.ts"
import { extentOf } from "./island.ts"
import type { InnerFlow, Islands } from "./islands.ts"
import { placeOfStep } from "./step-place.ts"
import type { WriteContext } from "./write-blocks.ts"
import { StepWriter } from "./write-steps.ts"

/** Writes the steps of a view into the flows that it shows, inside one Yjs transaction: each step into the one where it was made. */
export class ViewWriter {
  readonly #context: WriteContext
  readonly #islands: Islands | null
  readonly #main: StepWriter
  readonly #inner = new Map<string, { readonly writer: StepWriter; readonly index: BlockIndex }>()
  readonly #toRedraw = new Set<Block>()

  constructor(context: WriteContext, islands: Islands | null) {
    const { transaction, text, map, index, attributes, freed } = context
    this.#context = context
    this.#islands = islands
    this.#main = new StepWriter(transaction, text, map, index, attributes, islands, freed)
  }

  write(change: Transform): void {
    for (const [i, step] of change.steps.entries()) {
      const before = change.docs[i]
      const after = change.docs[i + 1] ?? change.doc
      if (before !== undefined && before !== after) this.#writeStep(step, before, after)
    }
  }

  /** To be called when all is written: islands that came into the view are stored as they are there in the end. */
  finish(): void {
    for (const [block, island] of this.#main.newIslands) {
      if (this.#context.index.has(block)) this.#islands?.create(this.#context.transaction, block.id, island)
    }
  }

  /** Blocks that the view shows otherwise than they are stored now. */
  get toRedraw(): ReadonlySet<Block> {
    return new Set([...this.#toRedraw, ...this.#main.toRedraw])
  }

  #writeStep(step: Step, before: Node, after: Node): void {
    const islands = this.#islands
    const place = islands === null ? "flow" : placeOfStep(step, before, islands)
    if (place === "flow" || islands === null) this.#main.writeStep(step, before, after)
    else if (place === "across") throw new FlowFault("a change reaches across the border of an island")
    else this.#writeInner(islands, place, step, before, after)
  }

  #writeInner(islands: Islands, inner: InnerFlow, step: Step, before: Node, after: Node): void {
    const { index: main } = this.#context
    const { root } = inner
    const block = main.at(main.locate(inner.island).index)
    const shown = after.nodeAt(inner.island)
    if (shown !== null) main.resize(block, extentOf(shown))
    if (this.#main.newIslands.has(block)) {
      // Nothing of it is stored yet.
      if (shown !== null) this.#main.newIslands.set(block, shown)
      return
    }
    const { writer, index } = this.#inner.get(root) ?? this.#openInner(islands, inner)
    index.start = inner.start
    writer.writeStep(step, before, after)
    const isDrawnAnew = islands.noteInner(root)
    if (writer.toRedraw.size > 0 || isDrawnAnew) this.#toRedraw.add(block)
  }

  #openInner(islands: Islands, { root, start }: InnerFlow): { writer: StepWriter; index: BlockIndex } {
    const { transaction, map, attributes } = this.#context
    islands.keep(root)
    const index = islands.index(root, start)
    const opened = { writer: new StepWriter(transaction, islands.text(root), map, index, attributes), index }
    this.#inner.set(root, opened)
    return opened
  }
}
