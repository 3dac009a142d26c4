/**
 * Runs what may follow the text onto the screen a moment later, behind the paint of the frame that shows it: between a key and its
 * letter there is time for nothing else. Asked several times before that, it runs once.
 */
export class AfterPaint {
  readonly #window: Window | null
  readonly #run: () => void
  #frame: number | null = null
  #timer: number | null = null

  /** Without a window it never runs. */
  constructor(page: Document, run: () => void) {
    this.#window = page.defaultView
    this.#run = run
  }

  readonly schedule = (): void => {
    if (this.#frame !== null || this.#timer !== null || this.#window === null) return
    this.#frame = this.#window.requestAnimationFrame(() => {
      this.#frame = null
      // Callbacks of a frame run before its paint, in the same task.
      this.#timer =
        this.#window?.setTimeout(() => {
          this.#timer = null
          this.#run()
        }) ?? null
    })
  }

  cancel(): void {
    if (this.#frame !== null) this.#window?.cancelAnimationFrame(this.#frame)
    if (this.#timer !== null) this.#window?.clearTimeout(this.#timer)
    this.#frame = null
    this.#timer = null
  }
}
