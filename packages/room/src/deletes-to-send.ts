import type { KnownState } from "@ligature/protocol"
import type { CommitLoop } from "./commit-loop.ts"

/**
 * The deletes that are sent to those who come back, which no state vector tells. Hundreds come back at once and say the same, so what they need is
 * kept until the next change.
 */
export class DeletesToSend {
  readonly #known: Pick<KnownState, "encodeDeletes" | "encodeDeletesBeyond">
  readonly #commits: Pick<CommitLoop<never>, "submitted">
  #all: { readonly ticket: number; readonly update: Uint8Array } | null = null

  constructor(
    known: Pick<KnownState, "encodeDeletes" | "encodeDeletesBeyond">,
    commits: Pick<CommitLoop<never>, "submitted">,
  ) {
    this.#known = known
    this.#commits = commits
  }

  /** An update of all that is known to be deleted, on disk or on its way there. */
  get all(): Uint8Array {
    const ticket = this.#commits.submitted
    if (this.#all?.ticket !== ticket) this.#all = { ticket, update: this.#known.encodeDeletes() }
    return this.#all.update
  }

  /** Whether an update is just that, byte for byte: what everybody answers who has the whole document. False where that is nothing. */
  isAll(update: Uint8Array): boolean {
    // Nothing, or structs too: no reason to write out what may be tens of thousands of ranges.
    if (update.length <= NO_UPDATE.length || update[0] !== 0) return false
    const { all } = this
    return all.length === update.length && Buffer.compare(all, update) === 0
  }

  /**
   * An update of what somebody lacks who sent this step2.
   * @param within the clocks up to which they have the structs; null for those who have all
   */
  beyond(step2: Uint8Array, within: ReadonlyMap<number, number> | null): Uint8Array {
    return this.isAll(step2) ? NO_UPDATE : this.#known.encodeDeletesBeyond(step2, within)
  }

  /** Nobody has come for a while. */
  release(): void {
    this.#all = null
  }
}

/** An update of nothing. */
export const NO_UPDATE: Uint8Array = new Uint8Array([0, 0])
