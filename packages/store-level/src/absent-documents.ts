/**
 * Names of which the store was found to hold nothing. Most of what is asked for again and again is not there: whether a name is the key of a
 * link, whether somebody has ruled over a document. To be sure that nothing is there takes a look at every kind of key.
 */
export class AbsentDocuments {
  /** Longest ago found first. */
  readonly #absent = new Set<string>()
  /** Documents that are being looked for; whoever writes to one meanwhile takes it out, and what was found counts no more. */
  readonly #sought = new Map<string, symbol>()
  readonly #most: number

  constructor(most: number) {
    this.#most = most
  }

  has(document: string): boolean {
    return this.#absent.has(document)
  }

  /** Somebody begins to look; call what is returned when nothing was there. */
  seek(document: string): () => void {
    const look = Symbol(document)
    this.#sought.set(document, look)
    // What finds something leaves its entry behind.
    if (this.#sought.size > this.#most) deleteFirst(this.#sought)
    return () => {
      if (this.#sought.get(document) !== look) return
      this.#sought.delete(document)
      this.#absent.add(document)
      if (this.#absent.size > this.#most) deleteFirst(this.#absent)
    }
  }

  /** Something is about to be written to it. */
  forget(document: string): void {
    this.#absent.delete(document)
    this.#sought.delete(document)
  }
}

function deleteFirst(from: Set<string> | Map<string, symbol>): void {
  for (const first of from.keys()) {
    from.delete(first)
    return
  }
}
