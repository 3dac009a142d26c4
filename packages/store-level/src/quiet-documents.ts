import type { Cancel, Clock, Millis } from "@ligature/protocol"

/** Notices when nobody has touched a document for a while: one timer for all of them. */
export class QuietDocuments {
  /** When each was touched last, longest ago first. */
  readonly #touched = new Map<string, Millis>()
  #timer: Cancel | null = null
  readonly #clock: Clock
  readonly #quietMs: Millis
  readonly #onQuiet: (document: string) => void

  constructor(o: { readonly clock: Clock; readonly quietMs: Millis; readonly onQuiet: (document: string) => void }) {
    this.#clock = o.clock
    this.#quietMs = o.quietMs
    this.#onQuiet = o.onQuiet
  }

  /** Somebody has written to it: its wait begins anew. */
  touch(document: string): void {
    this.#touched.delete(document)
    this.await(document)
  }

  /** Its wait begins, unless it has. */
  await(document: string): void {
    if (this.#touched.has(document)) return
    this.#touched.set(document, this.#clock.now())
    this.#timer ??= this.#clock.after(this.#quietMs, () => this.#look())
  }

  /** There is nothing to do with it any more. */
  forget(document: string): void {
    this.#touched.delete(document)
  }

  stop(): void {
    this.#timer?.()
    this.#timer = null
    this.#touched.clear()
  }

  #look(): void {
    this.#timer = null
    const now = this.#clock.now()
    for (const [document, at] of this.#touched) {
      const left = at + this.#quietMs - now
      if (left > 0) {
        this.#timer = this.#clock.after(left, () => this.#look())
        return
      }
      this.#touched.delete(document)
      this.#onQuiet(document)
    }
  }
}
