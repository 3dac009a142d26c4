/** How long work may go on before others get a turn. */
const SLICE_MS = 4

/** Work in slices: ask `isOver` after each step; `await turn()` then lets timers and sockets. */
export class Slice {
  #since = performance.now()

  get isOver(): boolean {
    return performance.now() - this.#since > SLICE_MS
  }

  async turn(): Promise<void> {
    await new Promise<void>((resolve) => void setImmediate(resolve))
    this.#since = performance.now()
  }
}
