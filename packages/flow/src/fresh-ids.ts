import type { EditorState } from "prosemirror-state"
import type * as Y from "yjs"
import { blockId } from "./grammar.ts"
import { logOf } from "./transaction-log.ts"
import { nextClock } from "./yjs-items.ts"

/**
 * Ids given out before their blocks are written, so that a new block is shown under its own at once. They have a third part, which those
 * made while writing do not have: the two never meet.
 */
export class FreshIds {
  readonly #doc: Y.Doc
  #count = 0
  #unused = new Set<string>()

  constructor(doc: Y.Doc) {
    this.#doc = doc
  }

  mint(): string {
    const id = `${blockId(this.#doc.clientID, nextClock(this.#doc))}-${(this.#count++).toString(36)}`
    this.#unused.add(id)
    return id
  }

  /** Those that the next change may use; each of them once, and in no later one. */
  take(): Set<string> {
    const taken = this.#unused
    this.#unused = new Set()
    return taken
  }
}

/**
 * An id for a block that a command is about to make, to be used with its next dispatch; null where no flow is bound. A block without
 * one gets it too, but then the view is updated twice.
 */
export function newBlockId(state: EditorState): string | null {
  return logOf(state)?.newBlockId() ?? null
}
