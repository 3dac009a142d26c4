/**
 * Updates behind each other in one buffer. Thousands of rooms keep some small ones each: as objects with buffers of their own they would take ten
 * times their bytes, and be most of what the garbage collector has to carry along.
 */
export class PackedUpdates {
  #buffer: Uint8Array = NOTHING
  /** Where each of them ends. */
  readonly #ends: number[] = []

  get count(): number {
    return this.#ends.length
  }

  get bytes(): number {
    return this.#ends.at(-1) ?? 0
  }

  /** Copies it. */
  add(update: Uint8Array): void {
    const from = this.bytes
    const end = from + update.length
    if (end > this.#buffer.length) this.#grow(end)
    this.#buffer.set(update, from)
    this.#ends.push(end)
  }

  /** Takes all out, in order: views of a buffer that is let go of. */
  *takeAll(): Generator<Uint8Array> {
    const buffer = this.#buffer
    const ends = this.#ends.splice(0)
    this.#buffer = NOTHING
    let from = 0
    for (const end of ends) {
      yield buffer.subarray(from, end)
      from = end
    }
  }

  #grow(least: number): void {
    const grown = new Uint8Array(Math.max(least, 2 * this.#buffer.length, SMALLEST_BYTES))
    grown.set(this.#buffer)
    this.#buffer = grown
  }
}

const NOTHING = new Uint8Array(0)
/** Some ten updates of a character. */
const SMALLEST_BYTES = 256
